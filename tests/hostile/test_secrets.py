"""After a run that says and writes as much as a run can, no secret is anywhere but where it belongs."""

from __future__ import annotations

import base64
import json
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml

from sso_sync.report.formats import FORMATS
from sso_sync.sandbox.faults import Fault
from sso_sync.sandbox.server import Sandbox
from tests.counting import attempt, count
from tests.faults.world import rich
from tests.hostile.liar import Asked, Liar, Truth, bare
from tests.hostile.support import Ran, assert_well_behaved, sso_sync

VALUES = {
    "CANARY_RELAY": "https://relay.example/?k=canary-relay-1f9c",
    "CANARY_LABEL": "canary-label-77d2",
    "CANARY_RAW": "https://raw.example/canary-raw-52aa",
    "CANARY_DEFAULT": "canary-default-c0de",
    "CANARY_LOGOUT": "https://logout.example/canary-logout-9b1e",
}
WRONG = "canary-wrong-secret-0123456789abcdef"


class Env(str):
    """A value that a spec takes from the environment."""


class _Dumper(yaml.SafeDumper):
    """Knows the tag."""


_Dumper.add_representer(Env, lambda dumper, value: dumper.represent_scalar("!env", str(value)))


@dataclass
class Search:
    """Everything that was said or written, and what must not be in it."""

    home: Path
    secrets: dict[str, str]
    said: list[str] = field(default_factory=list)

    def run(self, *words: str | Path) -> Ran:
        ran = sso_sync(*words)
        assert_well_behaved(ran)
        self.said += [ran.out, ran.err]
        return ran

    def forms(self) -> Iterator[tuple[str, str]]:
        """Every secret as it is, and as it may be dressed up."""
        for name, secret in self.secrets.items():
            for dressed in {secret, quote(secret, safe=""), json.dumps(secret)[1:-1], secret.replace("/", "\\/")}:
                yield name, dressed
            for offset in range(3):  # wherever in a longer base64 text it may begin
                yield name, base64.b64encode(b"x" * offset + secret.encode()).decode()[4:-4]

    def leaks(self) -> list[tuple[str, str]]:
        found = []
        for name, form in self.forms():
            places = [f"output {number}" for number, text in enumerate(self.said) if form in text]
            places += [
                str(path.relative_to(self.home))
                for path in self.home.rglob("*")
                if path.is_file() and form.encode() in path.read_bytes() and not self.may_hold(path, name)
            ]
            if places:
                found.append((name, ", ".join(places)))
        return found

    def assert_clean(self) -> None:
        """Counts what was searched for, and what was found although it should not be there."""
        found = self.leaks()
        count("secrets searched", len(self.secrets))
        count("secrets leaked", len({name for name, _ in found}))
        assert found == []

    def may_hold(self, path: Path, name: str) -> bool:
        """A token is kept in the token cache, in a file that nobody else can read."""
        if name != "access token" or path.parent.name != "tokens":
            return False
        modes = stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)
        return modes == (0o600, 0o700)


def spec(sandbox: Sandbox, url: str, name: str) -> dict[str, Any]:
    made = rich(sandbox)
    app = made["onelogin"]["app"]
    app["configuration"].update(
        relay_state=Env("CANARY_RELAY"), logout_url=Env("CANARY_LOGOUT"), login_url=Env("CANARY_RAW")
    )
    app["parameters"]["department"].update(label=Env("CANARY_LABEL"), default_values=Env("CANARY_DEFAULT"))
    made["name"] = name
    made["onelogin"]["url"] = url
    made["onelogin"]["credentials"] = {
        "client_id": Env("MY_CLIENT_ID"),
        "client_secret": Env("MY_CLIENT_SECRET"),
    }
    made["justcall"]["url"] = url
    made["justcall"]["users_url"] = url
    return made


def save(path: Path, tree: dict[str, Any]) -> Path:
    path.write_text(yaml.dump(tree, Dumper=_Dumper, sort_keys=False), encoding="utf-8")
    return path


def token_of(home: Path) -> str:
    """The access token that the runs used, as the cache holds it."""
    (file,) = home.rglob("tokens/*.json")
    return str(json.loads(file.read_text(encoding="utf-8"))["access_token"])


@pytest.fixture
def search(home: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Search:
    for name, value in VALUES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MY_CLIENT_ID", sandbox.client_id)
    monkeypatch.setenv("MY_CLIENT_SECRET", sandbox.client_secret)
    known = {
        "client id": sandbox.client_id,
        "client secret": sandbox.client_secret,
        "api key": sandbox.api_key,
        "api secret": sandbox.api_secret,
        "wrong secret": WRONG,
        **VALUES,
    }
    return Search(home, known)


def echo(asked: Asked, _truth: Truth) -> bytes:
    """A service that repeats what it was sent, credentials and all."""
    everything = json.dumps([asked.headers, asked.body.decode("utf-8", "replace")])
    return bare(422, json.dumps({"message": everything, "status": "failed"}).encode(), x_request_id=everything)


GUARDS = [word for guard in ("max_removals", "match_users") for word in ("--override", guard)]


def test_nothing_leaks(
    search: Search, sandbox: Sandbox, liar: Liar, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(home / "spec.yaml", spec(sandbox, liar.url, "justcall-test"))
    with attempt("secret searches", "clean"):
        for form in FORMATS:
            search.run("validate", path, "-v", "--format", form)
            search.run("plan", path, "-v", "--format", form, "--output", home / f"plan.{form}")
            search.run("plan", path, "-v", "--format", form)
        search.secrets["access token"] = token_of(home)

        sandbox.faults.add(Fault("error", service="justcall", method="PUT", path="/sso/saml", status=422))
        assert search.run("apply", path, "--auto-approve", "-v", "--format", "json", *GUARDS).code == 7
        for form in FORMATS:
            sandbox.onelogin.edit_configuration("JustCall", relaystate="changed", logout_url="changed")
            search.run("apply", path, "--auto-approve", "-v", "--format", form, *GUARDS)

        for about in (r"^PUT", r"^GET /api", r"^GET /sso", r"^POST", r"^GET /v2"):
            sandbox.onelogin.edit_configuration("JustCall", relaystate="changed", logout_url="changed")
            liar.about, liar.lie = about, echo
            for form in ("text", "json", "markdown"):
                search.run("apply", path, "--auto-approve", "-v", "--format", form, *GUARDS)
                search.run("plan", path, "-v", "--format", form)
        liar.about = r"(?!)"

        monkeypatch.setenv("XDG_CACHE_HOME", str(home / "second-cache"))
        monkeypatch.setenv("MY_CLIENT_SECRET", WRONG)
        monkeypatch.setenv("JUSTCALL_API_SECRET", WRONG)
        for about in (r"(?!)", "auth", "sso"):
            liar.about = about
            assert search.run("plan", path, "-v", "--format", "json").code in (1, 6)
        search.assert_clean()


def test_nothing_leaks_where_a_person_enters_the_values(
    search: Search, sandbox: Sandbox, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = spec(sandbox, sandbox.onelogin_url, "by-hand")
    monkeypatch.setenv("CANARY_ISSUER", "https://issuer.example/canary-issuer-40f1")
    search.secrets["CANARY_ISSUER"] = "https://issuer.example/canary-issuer-40f1"
    tree["justcall"] = {
        "driver": "attested",
        "service_provider": {
            "acs_url": "https://bifrost.justcall.io/passport/login/callback",
            "entity_id": "JustCall",
        },
        "sso": {"enabled": True, "default_role": "Team Member"},
    }
    path = save(home / "spec.yaml", tree)
    with attempt("secret searches", "clean"):
        for form in ("text", "json", "markdown"):
            search.run("apply", path, "--auto-approve", "-v", "--format", form, *GUARDS)
            search.run("attest", path, "--by", "Ann Lee", "--note", "by hand", "-v", "--format", form)
            search.run("plan", path, "-v", "--format", form)
        search.secrets["access token"] = token_of(home)
        search.assert_clean()


def test_the_search_finds_what_is_there(search: Search, home: Path) -> None:
    """A search that cannot find anything proves nothing."""
    (home / "report.txt").write_text(f"by mistake: {VALUES['CANARY_LABEL']}", encoding="utf-8")
    search.said.append(base64.b64encode(b"id:" + search.secrets["client secret"].encode()).decode())
    assert {name for name, _ in search.leaks()} == {"CANARY_LABEL", "client secret"}


def test_files_with_tokens_are_for_their_owner_only(search: Search, sandbox: Sandbox, home: Path) -> None:
    path = save(home / "spec.yaml", spec(sandbox, sandbox.onelogin_url, "justcall-test"))
    path.write_text(path.read_text(encoding="utf-8").replace(f"users_url: {sandbox.onelogin_url}\n", ""), "utf-8")
    search.run("plan", path)
    token = token_of(home)
    holders = [file for file in home.rglob("*") if file.is_file() and token in file.read_text("utf-8", "replace")]
    assert holders
    for file in holders:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700

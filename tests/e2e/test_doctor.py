"""doctor from the command line to both services: a login works, is broken, is diagnosed, is healed, and works again."""

from __future__ import annotations

import base64
import http.server
import io
import json
import shlex
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin

import lxml.html
import pytest
import requests
import yaml

from sso_sync.saml import validator
from sso_sync.sandbox.seed import ACS_URL
from sso_sync.sandbox.server import Sandbox
from tests.e2e.ailments import AILMENTS, ALICE, Ailment, expired
from tests.e2e.conftest import Cli, Document, Ran, document, merged, write
from tests.saml.requests import packed, xml
from tests.sandbox.signing_in import sign_in


def healthy(sandbox: Sandbox, **over: Any) -> Document:
    """A spec that wants what is safe: a login works, and doctor finds nothing."""
    base = document(
        sandbox,
        onelogin={"app": {"configuration": {"signature_algorithm": "SHA-256"}}},
        justcall={"users_url": sandbox.justcall_url},
    )
    return merged(base, over)


def applied(cli: Cli, spec: Path) -> Path:
    ran = cli("apply", spec, "--auto-approve")
    assert ran.code == 0, ran.out + ran.err
    return spec


@pytest.fixture
def spec(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> Path:
    return applied(cli, write(tmp_path / "spec.yaml", healthy(sandbox)))


def first(ran: Ran) -> Document:
    """The diagnosis that comes first."""
    assert ran.code == 1, ran.out + ran.err
    found = ran.json["diagnoses"][0]
    assert isinstance(found, dict)
    return found


def test_nothing_is_wrong_with_a_login_that_works(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    assert sign_in(sandbox, ALICE).ok
    writes = [one for one in sandbox.requests if one.method != "GET"]

    ran = cli("doctor", spec)

    assert ran.code == 0, ran.out
    assert "Nothing that doctor knows is wrong." in ran.out
    assert [one for one in sandbox.requests if one.method != "GET"] == writes


@pytest.mark.parametrize("ailment", AILMENTS, ids=lambda one: one.id)
def test_what_breaks_a_login_is_named_first_and_healed(
    cli: Cli, sandbox: Sandbox, tmp_path: Path, ailment: Ailment
) -> None:
    path = applied(cli, write(tmp_path / "spec.yaml", _spec_for(sandbox, ailment)))
    ailment.broken(sandbox)
    failed = sign_in(sandbox, ailment.email, start=ailment.start)
    assert not failed.ok, failed.text

    found = first(cli("doctor", path, "--format", "json"))
    told = first(cli("doctor", path, "--format", "json", "--symptom", failed.text))
    asked = first(cli("doctor", path, "--format", "json", "--user", ailment.email))

    assert (found["case"], told["case"], asked["case"]) == (ailment.case,) * 3, failed.text
    assert found["evidence"]
    if failed.saml_response is not None:
        captured = tmp_path / "response.txt"
        captured.write_text(failed.saml_response, encoding="ascii")
        assert first(cli("doctor", path, "--format", "json", "--response", captured))["case"] == ailment.case
    _heal(cli, sandbox, path, found, ailment)
    again = sign_in(sandbox, ailment.email, start=ailment.start)
    assert again.ok, again.text


def _spec_for(sandbox: Sandbox, ailment: Ailment) -> Document:
    made = healthy(sandbox, **ailment.spec)
    configuration = made["onelogin"]["app"]["configuration"]
    made["onelogin"]["app"]["configuration"] = {key: value for key, value in configuration.items() if value is not None}
    return made


def _heal(cli: Cli, sandbox: Sandbox, path: Path, found: Document, ailment: Ailment) -> None:
    """Does what the fix says, and nothing else."""
    fix = found["fix"]
    assert fix["kind"] == ailment.fix, fix
    assert ailment.hint in fix["text"]
    if fix["kind"] == "by_hand":
        assert found["place"]["console"]
        assert ailment.by_hand is not None
        ailment.by_hand(sandbox)
        return
    assert found["place"]["file"] == str(path)
    if fix["kind"] == "edit":
        assert fix["changes"]
        write(path, merged(yaml.safe_load(path.read_text(encoding="utf-8")), yaml.safe_load(fix["yaml"])))
    program, *words = fix["command"]
    assert program == "sso-sync"
    ran = cli(*words, "--auto-approve", "--format", "json")
    assert ran.code == 0, ran.out + ran.err
    proposed = {change["address"] for change in fix["changes"]}
    assert proposed <= {change["address"] for change in ran.json["plan"]["changes"]}
    assert cli("plan", path, "--detailed-exitcode").code == 0


def test_an_expired_certificate_is_healed_by_the_command_beside_the_edit_too(
    cli: Cli, sandbox: Sandbox, spec: Path
) -> None:
    expired(sandbox)
    assert "the certificate has expired" in sign_in(sandbox, ALICE).text
    text = first(cli("doctor", spec, "--format", "json"))["fix"]["text"]

    ran = cli(*shlex.split(text.partition("Or run: sso-sync ")[2]), "--auto-approve")

    assert ran.code == 0, ran.out + ran.err
    assert sign_in(sandbox, ALICE).ok
    assert cli("doctor", spec).code == 0


@dataclass
class Attacker:
    """Somebody's web server on this machine, and what was posted to it."""

    url: str = ""
    posted: list[str] = field(default_factory=list)


@pytest.fixture
def attacker() -> Iterator[Attacker]:
    made = Attacker()

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.posted.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield made
    server.shutdown()
    server.server_close()


def lured(sandbox: Sandbox, acs_url: str) -> str:
    """Alice follows a link with a request that somebody else made, signs in, and her browser goes where it is told.

    Answers what the last page says.
    """
    with requests.Session() as browser:
        browser.trust_env = False
        endpoint = sandbox.onelogin.sso_url("JustCall")
        here = sandbox.onelogin_url + endpoint.partition(".com")[2]
        request = packed(xml(acs_url=acs_url, destination=endpoint))
        page = browser.get(here, params={"SAMLRequest": request}, timeout=20)
        document: Any = lxml.html.document_fromstring(page.content)
        form = document.xpath("//form[.//input[@name='username']]")[0]
        fields = {**dict(form.form_values()), "username": ALICE, "password": "sandbox"}
        page = browser.post(urljoin(page.url, "/login"), data=fields, timeout=20)
        document = lxml.html.document_fromstring(page.content)
        for form in document.xpath("//form[@id='continue']"):
            browser.post(form.get("action"), data=dict(form.form_values()), timeout=20)
        return " ".join(document.text_content().split())


@pytest.mark.parametrize(
    ("pattern", "address"),
    [
        (validator.guide(ACS_URL), "{attacker}/?next={acs}"),
        ("https?://.*", "{attacker}/acs"),
        (".*", "{attacker}/acs"),
    ],
    ids=["unanchored", "wildcard", "anything"],
)
def test_a_validator_that_lets_an_attacker_have_logins(
    cli: Cli, sandbox: Sandbox, spec: Path, attacker: Attacker, pattern: str, address: str
) -> None:
    target = address.format(attacker=attacker.url, acs=ACS_URL)
    lured(sandbox, target)
    assert attacker.posted == []
    sandbox.onelogin.edit_configuration("JustCall", validator=pattern)
    lured(sandbox, target)
    (stolen,) = attacker.posted
    assert b"alice.adams@acme.example" in base64.b64decode(parse_qs(stolen)["SAMLResponse"][0])

    found = first(cli("doctor", spec, "--format", "json"))

    assert (found["case"], found["harm"]) == ("validator_too_wide", "insecure")
    assert any("https://attacker.example/" in line for line in found["evidence"])
    assert cli("apply", spec, "--auto-approve").code == 0
    attacker.posted.clear()
    assert "ACS URL is not accepted" in lured(sandbox, target)
    assert attacker.posted == []
    assert sign_in(sandbox, ALICE).ok


def test_a_validator_whose_dots_mean_anything(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    """The look-alike host is outside the sandbox, which says so where the browser would have gone on to it."""
    pattern = f"^{ACS_URL}$"
    sandbox.onelogin.edit_configuration("JustCall", validator=pattern)
    target = ACS_URL.replace("bifrost.justcall", "bifrostxjustcall")
    assert f"The login would go on to {target}" in lured(sandbox, target)

    found = first(cli("doctor", spec, "--format", "json"))

    assert found["case"] == "validator_too_wide"
    assert f"This address passes too: {target}" in found["evidence"]
    assert cli("apply", spec, "--auto-approve").code == 0
    assert "ACS URL is not accepted" in lured(sandbox, target)
    assert sign_in(sandbox, ALICE).ok


class TestPeople:
    def test_a_person_without_access_gets_it_by_an_edit_of_the_spec(
        self, cli: Cli, sandbox: Sandbox, spec: Path
    ) -> None:
        dave = "dave.diaz@acme.example"
        assert not sign_in(sandbox, dave).ok

        found = first(cli("doctor", spec, "--user", dave.upper(), "--format", "json"))

        assert (found["case"], found["fix"]["kind"]) == ("no_access", "edit")
        write(spec, merged(yaml.safe_load(spec.read_text(encoding="utf-8")), yaml.safe_load(found["fix"]["yaml"])))
        assert cli("apply", spec, "--auto-approve").code == 0
        assert sign_in(sandbox, dave).ok

    def test_somebody_whom_onelogin_does_not_know(self, cli: Cli, spec: Path) -> None:
        found = first(cli("doctor", spec, "--user", "who@acme.example", "--format", "json"))
        assert (found["case"], found["fix"]["kind"]) == ("no_access", "by_hand")

    def test_an_account_that_does_not_list_an_apps_users(self, cli: Cli, sandbox: Sandbox, spec: Path) -> None:
        sandbox.variants.app_users_status = 403
        ran = cli("doctor", spec)
        assert ran.code == 0, ran.out
        assert "does not list an app's users" in ran.out


class TestResponses:
    @pytest.fixture
    def response(self, sandbox: Sandbox, spec: Path) -> str:
        sandbox.onelogin.edit_configuration("JustCall", audience="")
        text = sign_in(sandbox, ALICE).saml_response
        assert text is not None
        return text

    def test_without_a_spec_only_the_message_is_looked_at(
        self, cli: Cli, sandbox: Sandbox, response: str, tmp_path: Path
    ) -> None:
        file = tmp_path / "login.har"
        entry = {
            "request": {"method": "POST", "url": ACS_URL, "postData": {"text": urlencode({"SAMLResponse": response})}}
        }
        file.write_text(json.dumps({"log": {"entries": [entry]}}), encoding="utf-8")
        before = len(sandbox.requests)

        ran = cli("doctor", "--response", file, "--format", "json")

        assert [one["case"] for one in ran.json["diagnoses"]] == ["blank_audience"]
        assert (ran.json["connection"], ran.json["spec"], ran.code) == (None, None, 1)
        assert len(sandbox.requests) == before

    def test_from_stdin_and_at_a_later_moment(
        self, cli: Cli, response: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(response.encode())))
        ran = cli("doctor", "--response", "-", "--at", "2100-01-01T00:00Z", "--format", "json")
        assert [one["case"] for one in ran.json["diagnoses"]] == ["blank_audience", "clock_skew"]

    def test_a_response_that_is_older_than_the_repair(
        self, cli: Cli, spec: Path, response: str, tmp_path: Path
    ) -> None:
        assert cli("apply", spec, "--auto-approve").code == 0
        file = tmp_path / "old.txt"
        file.write_text(response, encoding="ascii")
        found = first(cli("doctor", spec, "--response", file, "--format", "json"))
        assert (found["case"], found["certainty"]) == ("blank_audience", "possible")

    @pytest.mark.parametrize("content", ["", "hello", "<a/>", "{}"])
    def test_a_file_that_holds_none(self, cli: Cli, spec: Path, tmp_path: Path, content: str) -> None:
        file = tmp_path / "none.txt"
        file.write_text(content, encoding="utf-8")
        ran = cli("doctor", spec, "--response", file)
        assert (ran.code, ran.out) == (1, "")
        assert "none.txt" in ran.err
        assert cli("doctor", spec, "--response", tmp_path / "missing").code == 1


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--symptom", "x"),
        ("spec.yaml", "--user", "nobody"),
        ("spec.yaml", "--at", "noon"),
        ("spec.yaml", "--at", "2026-01-01"),
    ],
)
def test_what_doctor_takes(cli: Cli, spec: Path, words: tuple[str, ...]) -> None:
    ran = cli("doctor", *words)
    assert ran.code == 64, ran.out + ran.err


def test_a_side_out_of_reach(cli: Cli, sandbox: Sandbox, spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONELOGIN_CLIENT_SECRET", "wrong-" + "x" * 20)
    monkeypatch.setenv("XDG_CACHE_HOME", str(spec.parent / "empty"))
    assert cli("doctor", spec).code == 6
    told = cli("doctor", spec, "--symptom", "Invalid audience", "--format", "json")
    assert first(told)["certainty"] == "possible"


def test_people_from_the_environment_are_not_named(
    cli: Cli, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHO", ALICE)
    path = tmp_path / "spec.yaml"
    write(path, healthy(sandbox, onelogin={"access": {"roles": [{"name": "JustCall Users", "members": ["WHO"]}]}}))
    path.write_text(path.read_text(encoding="utf-8").replace("- WHO", "- !env WHO"), encoding="utf-8")
    applied(cli, path)
    sandbox.onelogin.edit_user(ALICE, status=2)

    for words in ((), ("--user", ALICE), ("--format", "json"), ("--format", "markdown")):
        ran = cli("doctor", path, *words)
        assert ran.code == 1
        assert "alice" not in (ran.out + ran.err).lower()


class TestRewrite:
    def test_a_saved_plan_keeps_its_rewrites(self, cli: Cli, sandbox: Sandbox, spec: Path) -> None:
        pem = sandbox.onelogin.signing_certificate("JustCall")
        sandbox.justcall.edit(certificate=pem.replace("\n", "\r\n"))
        shown = cli("plan", spec, "--rewrite", "justcall.sso.certificate", "--out", "plan.json")
        assert "written again" in shown.out
        assert "Windows line ends (CRLF)" in shown.out
        assert sandbox.justcall.settings.certificate != pem

        ran = cli("apply", "plan.json")

        assert ran.code == 0, ran.out + ran.err
        assert sandbox.justcall.settings.certificate == pem
        assert cli("plan", spec, "--detailed-exitcode").code == 0

    def test_what_cannot_be_written_again(self, cli: Cli, spec: Path) -> None:
        for command in (("plan",), ("apply", "--auto-approve")):
            ran = cli(*command, spec, "--rewrite", "justcall.sso.issuer")
            assert ran.code == 64
            assert "These can be written again: justcall.sso.certificate" in ran.err
        (spec.parent / "other.yaml").write_text(spec.read_text(encoding="utf-8"), encoding="utf-8")
        assert cli("plan", spec.parent, "--rewrite", "justcall.sso.certificate").code == 64

    def test_undo_of_a_rewrite_changes_nothing(self, cli: Cli, spec: Path) -> None:
        ran = cli("apply", spec, "--rewrite", "justcall.sso.certificate", "--auto-approve", "--format", "json")
        assert ran.code == 0
        undone = cli("undo", ran.json["run_id"], spec, "--auto-approve")
        assert undone.code == 0, undone.out + undone.err
        assert "Nothing to undo." in undone.out

"""`verify --probe` from the command line to both services: what JustCall's own request proves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sso_sync.clock import utc_now
from sso_sync.errors import SideUnavailable
from sso_sync.justcall.probed import NotRedirected
from sso_sync.saml.authn_request import AuthnRequest, Captured
from sso_sync.sandbox.server import Sandbox
from sso_sync.store import probes
from sso_sync.wiring import probe as wired
from tests.e2e.conftest import Cli, Ran, document, write
from tests.e2e.test_attested import attested
from tests.stored import contents

EMAIL = "olivia.owner@acme.example"
ACS = "https://bifrost.justcall.io/passport/login/callback"
NAME = "justcall-test"
Answer = Captured | Exception
Answering = Callable[[Answer], None]


@pytest.fixture
def justcall(monkeypatch: pytest.MonkeyPatch) -> Answering:
    """What a look at JustCall's login page answers, without a browser."""

    def set_to(answer: Answer) -> None:
        def looked(*_: object) -> Captured:
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(wired, "_probed", looked)

    return set_to


@pytest.fixture
def spec(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> Path:
    """A connection that a person has set up in JustCall and vouched for."""
    made = write(tmp_path / "spec.yaml", attested(sandbox))
    assert cli("apply", made, "--auto-approve").code == 0
    assert cli("attest", made, "--by", "dana@acme.example").code == 0
    return made


def probed(ran: Ran) -> list[str]:
    """What came of the checks of the probe, one after the other."""
    return [check["status"] for check in ran.json["checks"] if check["group"] == "probe"]


def captured(sandbox: Sandbox) -> Captured:
    endpoint = sandbox.onelogin.sso_url("JustCall")
    return Captured(AuthnRequest("JustCall", ACS, endpoint, "_1", utc_now()), None, endpoint)


def test_all_is_well(cli: Cli, sandbox: Sandbox, spec: Path, justcall: Answering) -> None:
    justcall(captured(sandbox))
    writes = sum(one.method != "GET" for one in sandbox.requests)

    ran = cli("verify", spec, "--probe", EMAIL, "--format", "json")

    assert ran.code == 0, ran.out + ran.err
    assert probed(ran) == ["pass"] * 4
    assert probes.load(NAME) is not None
    assert EMAIL not in contents()
    written = [one for one in sandbox.requests if one.method != "GET"][writes:]
    assert all("oauth2" in one.path for one in written)


def test_a_probe_brings_drift_to_light(cli: Cli, sandbox: Sandbox, spec: Path, justcall: Answering) -> None:
    seen = captured(sandbox)
    justcall(replace(seen, request=replace(seen.request, destination="https://old.example/sso")))
    assert cli("plan", spec, "--detailed-exitcode").code == 0  # as far as a person's word goes

    ran = cli("verify", spec, "--probe", EMAIL)

    assert ran.code == 1
    assert "expected: " in ran.out
    assert "https://old.example/sso" in ran.out
    planned = cli("plan", spec, "--format", "json", "--detailed-exitcode")
    assert planned.code == 2
    assert [(one["address"], one["before"]) for one in planned.json["changes"]] == [
        ("justcall.sso.sso_url", "https://old.example/sso")
    ]
    shown = cli("plan", spec).out
    assert ", by dana@acme.example until " in shown
    assert ", observed (probe) " in shown

    # An hour later somebody has corrected it, and says so: their word is the newer one.
    record = probes.load(NAME)
    assert isinstance(record, dict)
    probes.save(NAME, record | {"at": (utc_now() - timedelta(hours=1)).isoformat()})
    assert cli("attest", spec, "--by", "dana@acme.example").code == 0
    assert cli("plan", spec, "--detailed-exitcode").code == 0


def test_another_account_is_refused(cli: Cli, sandbox: Sandbox, spec: Path, justcall: Answering) -> None:
    seen = captured(sandbox)
    justcall(replace(seen, request=replace(seen.request, issuer="AnotherAccount")))

    assert cli("verify", spec, "--probe", EMAIL).code == 1

    planned = cli("plan", spec, "--format", "json")
    assert planned.code == 3
    assert [one["guard"] for one in planned.json["refusals"]] == ["service_provider"]


def test_no_redirect_takes_back_what_an_earlier_probe_saw(
    cli: Cli, sandbox: Sandbox, spec: Path, justcall: Answering
) -> None:
    justcall(captured(sandbox))
    assert cli("verify", spec, "--probe", EMAIL).code == 0
    justcall(NotRedirected.because("JustCall did not redirect: it said 'no'"))

    ran = cli("verify", spec, "--probe", EMAIL)

    assert ran.code == 1
    assert "it said 'no'" in ran.out
    assert probes.load(NAME) is None


def test_a_side_out_of_reach(cli: Cli, sandbox: Sandbox, spec: Path, justcall: Answering) -> None:
    justcall(SideUnavailable.because("JustCall's login page cannot be opened"))
    ran = cli("verify", spec, "--probe", EMAIL, "--format", "json")
    assert ran.code == 6
    assert set(probed(ran)) == {"not_made"}


def test_onelogin_out_of_reach(
    cli: Cli, sandbox: Sandbox, spec: Path, justcall: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    justcall(captured(sandbox))
    monkeypatch.setenv("ONELOGIN_CLIENT_SECRET", "wrong-" + "x" * 20)
    monkeypatch.setenv("XDG_CACHE_HOME", str(spec.parent / "empty"))
    ran = cli("verify", spec, "--probe", EMAIL, "--format", "json")
    assert ran.code == 6
    assert probed(ran) == ["pass", "not_made", "not_made", "not_made"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--probe", "nobody"),
        ("--probe", "a@b.example c@d.example"),
        ("--probe", EMAIL, "--no-probe"),
        ("--require", "probe", "--no-probe"),
        ("--require", "asertion"),
    ],
)
def test_what_verify_takes(cli: Cli, arguments: tuple[str, ...], spec: Path) -> None:
    ran = cli("verify", spec, *arguments)
    assert ran.code == 64
    assert arguments[0] in ran.err


def test_a_wrong_spec_is_told_before_anybody_looks(
    cli: Cli, sandbox: Sandbox, tmp_path: Path, justcall: Answering
) -> None:
    justcall(AssertionError("a browser was opened"))
    spec = write(tmp_path / "wrong.yaml", document(sandbox, justcall={"driver": None}))
    assert cli("verify", spec, "--probe", EMAIL).code == 1


@pytest.mark.browser
def test_the_embedded_sandbox_in_a_real_browser(cli: Cli, tmp_path: Path) -> None:
    spec = tmp_path / "rehearsal.yaml"
    spec.write_text(
        "version: 1\nname: rehearsal\nsandbox: true\nonelogin:\n  access:\n    roles: [JustCall Users]\n"
        "justcall:\n  sso:\n    enabled: true\n    default_role: Team Member\n",
        encoding="utf-8",
    )
    before = cli("verify", spec, "--probe", EMAIL)
    assert before.code == 1
    assert "JustCall did not redirect: it said 'Single sign-on is not enabled for your company.'" in before.out
    assert cli("apply", spec, "--auto-approve").code == 0

    after = cli("verify", spec, "--probe", EMAIL, "--format", "json")

    assert after.code == 0, after.out
    assert probed(after) == ["pass"] * 4
    # Without a word, the sandbox's own test user is asked for.
    assert probed(cli("verify", spec, "--format", "json")) == ["pass"] * 4

"""`verify` as a whole, and the login proof: from the command line to both services and back into the next plan."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from sso_sync.sandbox.server import Sandbox
from sso_sync.store.documents import Documents
from tests.e2e.conftest import Cli, Ran, document, merged, write
from tests.e2e.test_attested import attested
from tests.sandbox.signing_in import sign_in

ALICE = "alice.adams@acme.example"
NAME = "justcall-test"
PROOFS = Documents("proofs")
CANARY = "canary-7f3a9c"
QUIET = ("--no-probe", "--format", "json")


@pytest.fixture
def tester(monkeypatch: pytest.MonkeyPatch) -> str:
    """A test user in the environment."""
    monkeypatch.setenv("ONELOGIN_TEST_USER", ALICE)
    monkeypatch.setenv("ONELOGIN_TEST_PASSWORD", "sandbox")
    return ALICE


def statuses(ran: Ran) -> dict[str, str]:
    return {check["name"]: check["status"] for check in ran.json["checks"]}


def named(ran: Ran, status: str) -> set[str]:
    return {name for name, found in statuses(ran).items() if found == status}


def written(sandbox: Sandbox) -> list[str]:
    """Everything but reads, tokens, and what only looks like a write."""
    harmless = ("/auth/oauth2", "/saml_assertion")
    return [
        f"{one.method} {one.path}"
        for one in sandbox.requests
        if one.method != "GET" and not any(word in one.path for word in harmless)
    ]


def kept(place: Path) -> str:
    """Everything that the tool has written there."""
    files = (path for path in place.rglob("*") if path.is_file() and path.name != "sandbox.sqlite")
    return "\n".join(path.read_bytes().decode("utf-8", "replace") for path in files)


def proof_on_record() -> dict[str, Any]:
    found = PROOFS.load(NAME)
    assert isinstance(found, dict)
    return found


def steps(ran: Ran, outcome: str = "applied") -> list[str]:
    return [one["id"] for one in ran.json[outcome]]


def test_all_is_well(cli: Cli, sandbox: Sandbox, spec: Path, tester: str, tmp_path: Path) -> None:
    assert cli("apply", spec, "--auto-approve").code == 0
    before = written(sandbox)

    ran = cli("verify", spec, *QUIET)

    assert ran.code == 0, ran.out + ran.err
    assert set(statuses(ran).values()) == {"pass"}
    assert {check["group"] for check in ran.json["checks"]} == {"settings", "metadata", "certificates", "assertion"}
    assert written(sandbox) == before
    proof = proof_on_record()
    assert ran.json["proof"] == {"fingerprint": proof["fingerprint"], "at": ran.json["proof"]["at"]}
    assert proof["checks"]["assertion.signature"] == "pass"
    evidence = Path(ran.json["evidence"])
    assert stat.S_IMODE(evidence.stat().st_mode) == 0o600
    assert json.loads(evidence.read_text(encoding="utf-8"))["checks"][0]["name"] == "app"
    # Whose login it was, and the assertion itself, are in no file.
    assert tester not in kept(tmp_path / ".sso-sync")
    assert "(test user)" in evidence.read_text(encoding="utf-8")
    assert "SAMLResponse" not in kept(tmp_path / ".sso-sync")
    assert sign_in(sandbox, tester).ok
    assert evidence.parent.name not in cli("history").out


def test_what_nobody_set_up_is_counted_and_named(cli: Cli, spec: Path) -> None:
    assert cli("apply", spec, "--auto-approve").code == 0

    ran = cli("verify", spec)
    required = cli("verify", spec, "--require", "assertion", *QUIET)

    assert ran.code == 0, ran.out + ran.err
    assert ran.out.splitlines()[-2] == "22 checks: 20 passed, 2 not made (assertion, probe)."
    assert "ONELOGIN_TEST_USER" in ran.out
    assert required.code == 1
    assert named(required, "fail") == {"assertion"}
    assert PROOFS.load(NAME) is None


def test_without_a_browser_the_login_page_is_not_looked_at(
    cli: Cli, spec: Path, tester: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSO_SYNC_BROWSER", "/nowhere/chrome")
    assert cli("apply", spec, "--auto-approve").code == 0
    ran = cli("verify", spec, "--format", "json")
    assert (ran.code, named(ran, "not_made")) == (0, {"probe"})
    assert cli("verify", spec, "--format", "json", "--require", "probe").code == 1
    assert cli("verify", spec, "--probe", tester).code == 1  # somebody was named: then a browser is needed


def test_a_second_factor(cli: Cli, sandbox: Sandbox, spec: Path, tester: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cli("apply", spec, "--auto-approve").code == 0
    sandbox.onelogin.enroll_mfa(tester, otp="739201")

    without = cli("verify", spec, *QUIET)
    monkeypatch.setenv("ONELOGIN_TEST_OTP", "739201")
    having = cli("verify", spec, *QUIET)

    assert without.code == 1
    (check,) = (one for one in without.json["checks"] if one["name"] == "assertion")
    assert (check["status"], check["optional"]) == ("not_made", False)
    assert "ONELOGIN_TEST_OTP" in check["next_action"]
    assert having.code == 0, having.out


@pytest.mark.parametrize("name", ["ONELOGIN_TEST_PASSWORD", "ONELOGIN_TEST_OTP"])
def test_credentials_are_in_no_output_and_in_no_file(
    cli: Cli, sandbox: Sandbox, spec: Path, tester: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert cli("apply", spec, "--auto-approve").code == 0
    sandbox.onelogin.enroll_mfa(tester, otp="111111")
    monkeypatch.setenv(name, CANARY)
    monkeypatch.setenv("ONELOGIN_TEST_OTP", CANARY)
    said = [cli("verify", spec, "--no-probe", "-v", "--format", form) for form in ("text", "json", "markdown")]
    sandbox.justcall.edit(default_role="Admin")
    said.append(cli("apply", spec, "--auto-approve", "-v"))

    assert [ran.code for ran in said] == [1, 1, 1, 7]
    assert all(CANARY not in ran.out + ran.err for ran in said)
    assert CANARY not in kept(tmp_path)


@pytest.mark.parametrize("side", ["onelogin", "justcall"])
def test_a_side_out_of_reach(cli: Cli, sandbox: Sandbox, tester: str, tmp_path: Path, side: str) -> None:
    spec = write(tmp_path / "good.yaml", document(sandbox))
    assert cli("apply", spec, "--auto-approve").code == 0
    gone = write(tmp_path / "gone.yaml", document(sandbox, **{side: {"url": "http://127.0.0.1:9"}}))

    ran = cli("verify", gone, *QUIET)

    assert ran.code == 6, ran.out
    assert named(ran, "fail") == set()
    if side == "justcall":  # OneLogin's half is looked at all the same
        assert {"nameid", "parameters", "certificate.onelogin.key", "assertion.nameid"} <= named(ran, "pass")
        assert {"audience", "assertion.signature", "assertion.issuer"} <= named(ran, "not_made")
    assert ran.json["proof"] is None


def test_what_nobody_vouches_for_is_not_made(cli: Cli, sandbox: Sandbox, tester: str, tmp_path: Path) -> None:
    spec = write(tmp_path / "spec.yaml", attested(sandbox))
    assert cli("apply", spec, "--auto-approve").code == 0

    ran = cli("verify", spec, *QUIET)

    assert ran.code == 1
    assert {"issuer", "certificate_match", "assertion.signature", "assertion.issuer"} <= named(ran, "not_made")
    assert {"audience", "assertion.audience"} <= named(ran, "pass")  # the spec's pins
    assert "nobody has attested it yet" in ran.out.lower()


@pytest.fixture
def prepared(cli: Cli, sandbox: Sandbox, tester: str, tmp_path: Path) -> Path:
    """Everything is set up and vouched for, and the spec now wants a person to switch SSO on."""
    wish: dict[str, Any] = attested(sandbox)
    off = write(tmp_path / "spec.yaml", merged(wish, {"justcall": {"sso": {"enabled": False}}}))
    assert cli("apply", off, "--auto-approve").code == 0
    assert cli("attest", off, "--by", "dana@acme.example").code == 0
    return write(off, wish)


def test_a_person_switches_sso_on_behind_a_proof(cli: Cli, sandbox: Sandbox, prepared: Path) -> None:
    spec = prepared
    assert "nothing here can prove that a login works" in cli("plan", spec).out

    proven = cli("verify", spec, *QUIET)

    assert (proven.code, named(proven, "fail")) == (1, {"enabled"})
    assert proven.json["proof"] is not None
    assert "a login was proven for exactly this configuration" in cli("plan", spec).out

    # The proof is about what will be: another configuration has none.
    other = {"onelogin": {"app": {"configuration": {"signature_element": "both"}}}}
    write(spec, merged(attested(sandbox), other))
    assert "nothing here can prove that a login works" in cli("plan", spec).out


def test_an_old_proof_is_none(cli: Cli, prepared: Path) -> None:
    spec = prepared
    assert cli("verify", spec, *QUIET).json["proof"] is not None
    assert "a login was proven" in cli("plan", spec).out
    PROOFS.save(NAME, proof_on_record() | {"at": "2026-01-01T00:00:00+00:00"})
    assert "a login was proven" not in cli("plan", spec).out


def test_apply_proves_a_login_before_it_switches_sso_on(
    cli: Cli, sandbox: Sandbox, spec: Path, tester: str, tmp_path: Path
) -> None:
    ran = cli("apply", spec, "--auto-approve", "--format", "json")

    assert ran.code == 0, ran.out + ran.err
    assert steps(ran)[-3:] == ["justcall.test", "justcall.prove", "justcall.enable"]
    evidence = tmp_path / ".sso-sync" / "runs" / ran.json["run_id"] / "login-proof.json"
    assert {check["status"] for check in json.loads(evidence.read_text(encoding="utf-8"))["checks"]} == {"pass"}
    proof = proof_on_record()
    assert proof["source"] == "apply"
    assert tester not in kept(tmp_path / ".sso-sync") + evidence.read_text(encoding="utf-8")
    assert sign_in(sandbox, tester).ok
    assert cli("plan", spec, "--detailed-exitcode").code == 0
    # What apply proved is what verify finds.
    assert cli("verify", spec, *QUIET).json["proof"]["fingerprint"] == proof["fingerprint"]


def test_a_test_user_without_access_keeps_sso_off(cli: Cli, sandbox: Sandbox, spec: Path, tester: str) -> None:
    sandbox.onelogin.remove_members("JustCall Users", [tester])

    ran = cli("apply", spec, "--auto-approve", "--format", "json")

    assert ran.code == 7
    assert (steps(ran, "failed"), steps(ran, "skipped")) == (["justcall.prove"], ["justcall.enable"])
    assert "ONELOGIN_TEST_USER" in ran.json["failed"][0]["diagnostic"]["next_action"]
    assert sandbox.justcall.settings.enabled is False
    assert PROOFS.load(NAME) is None


def test_a_login_that_would_fail_keeps_sso_off(cli: Cli, sandbox: Sandbox, tester: str, tmp_path: Path) -> None:
    """JustCall's own test has nothing against it: only a real login shows who it is that signs in."""
    parameters = {"nameid": "lastname"}
    spec = write(tmp_path / "spec.yaml", document(sandbox, onelogin={"app": {"parameters": parameters}}))

    ran = cli("apply", spec, "--auto-approve", "--format", "json")

    assert ran.code == 7
    assert (steps(ran, "failed"), steps(ran, "skipped")) == (["justcall.prove"], ["justcall.enable"])
    told = ran.json["failed"][0]["diagnostic"]
    assert told["address"] == "onelogin.app.parameters.nameid"
    assert "The NameID is not the person's e-mail address" in told["summary"]
    assert sandbox.justcall.settings.enabled is False


def test_the_sandbox_has_a_test_user_of_its_own(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (Path(__file__).parents[2] / "specs" / "sandbox.yaml").read_text(encoding="utf-8")
    spec = tmp_path / "sandbox.yaml"
    spec.write_text(text, encoding="utf-8")

    applied = cli("apply", spec, "--auto-approve", "--format", "json")

    assert applied.code == 0, applied.out
    assert "justcall.prove" not in steps(applied)  # a spec need not give her access
    assert cli("plan", spec, "--detailed-exitcode").code == 0
    verified = cli("verify", spec, *QUIET)
    assert (verified.code, set(statuses(verified).values())) == (0, {"pass"})
    monkeypatch.setenv("ONELOGIN_TEST_USER", ALICE)
    monkeypatch.setenv("ONELOGIN_TEST_PASSWORD", "sandbox")
    spec.write_text(text.replace("Team Member", "Admin"), encoding="utf-8")
    assert "justcall.prove" in steps(cli("apply", spec, "--auto-approve", "--format", "json"))

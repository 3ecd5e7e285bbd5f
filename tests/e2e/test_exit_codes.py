"""Exit codes are decided once (DESIGN §2); here each is provoked for real, and its document is valid JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from sso_sync.sandbox.faults import Fault
from sso_sync.sandbox.server import Sandbox
from sso_sync.sandbox.wire import ServiceName
from tests.e2e.conftest import Cli, document, write


def test_0_in_sync(cli: Cli, spec: Path) -> None:
    assert cli("apply", spec, "--auto-approve", "--format", "json").code == 0
    ran = cli("plan", spec, "--detailed-exitcode", "--format", "json")
    assert (ran.code, ran.json["changes"]) == (0, [])


def test_1_invalid_spec(cli: Cli, spec: Path) -> None:
    spec.write_text(spec.read_text(encoding="utf-8") + "\nonelogon: {}\n", encoding="utf-8")
    ran = cli("plan", spec, "--format", "json")
    assert ran.code == ran.json["exit_code"] == 1
    error = ran.json["error"]
    assert error["file"].endswith("spec.yaml")
    assert error["line"] == len(spec.read_text(encoding="utf-8").splitlines())
    assert "onelogin" in (error["detail"] or "") + (error["next_action"] or "") + error["summary"]


def test_1_missing_spec(cli: Cli, tmp_path: Path) -> None:
    ran = cli("plan", tmp_path / "nowhere.yaml", "--format", "json")
    assert ran.code == ran.json["exit_code"] == 1


def test_1_missing_role(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    spec = write(tmp_path / "spec.yaml", document(sandbox, onelogin={"access": {"roles": ["JustCall Usres"]}}))
    before = sandbox.onelogin.snapshot()
    ran = cli("apply", spec, "--auto-approve", "--format", "json")
    assert ran.code == 1
    assert "JustCall Usres" in ran.out
    assert sandbox.onelogin.snapshot() == before


def test_1_nothing_is_applied_without_a_terminal_to_ask(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    before = sandbox.onelogin.snapshot()
    ran = cli("apply", spec)
    assert ran.code == 1
    assert "--auto-approve" in ran.err
    assert sandbox.onelogin.snapshot() == before


def test_2_changes_pending(cli: Cli, spec: Path) -> None:
    assert cli("plan", spec, "--format", "json").code == 0
    assert cli("plan", spec, "--detailed-exitcode", "--format", "json").code == 2


def test_3_somebody_elses_app(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    sandbox.onelogin.add_app("JustCall", notes="managed by sso-sync: another-team")
    before = sandbox.onelogin.snapshot()

    planned = cli("plan", spec, "--format", "json")
    applied = cli("apply", spec, "--auto-approve", "--format", "json")

    assert planned.code == applied.code == 3
    assert planned.json["refusals"][0]["guard"] == "ownership"
    assert "another-team" in planned.json["refusals"][0]["summary"]
    assert sandbox.onelogin.snapshot() == before
    assert cli("apply", spec, "--auto-approve", "--override", "ownership").code == 0
    assert sandbox.onelogin.view("JustCall")["notes"] == "managed by sso-sync: justcall-test"


@pytest.mark.parametrize("service", ["onelogin", "justcall"])
def test_6_one_side_out_of_reach_the_other_still_planned(
    cli: Cli, sandbox: Sandbox, spec: Path, service: ServiceName, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    sandbox.faults.add(Fault("error", service=service, status=503, times=None))

    ran = cli("plan", spec, "--format", "json")
    applied = cli("apply", spec, "--auto-approve", "--format", "json")

    assert ran.code == applied.code == 6
    actions = {(change["side"], change["action"]) for change in ran.json["changes"]}
    assert (service, "unknown") in actions
    assert all(action == "unknown" for side, action in actions if side == service)
    if service == "justcall":
        assert ("onelogin", "create") in actions
    sandbox.faults.clear()
    assert not list(sandbox.requests.writes())


def test_6_refused_credentials(cli: Cli, spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONELOGIN_CLIENT_SECRET", "0" * 64)
    ran = cli("plan", spec, "--format", "json")
    assert ran.code == 6
    assert "0" * 64 not in ran.out + ran.err


def test_7_some_steps_done_some_not(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    sandbox.faults.add(Fault("error", service="justcall", method="PUT", path="/sso/saml", status=422))

    ran = cli("apply", spec, "--auto-approve", "--format", "json")

    assert ran.code == ran.json["exit_code"] == 7
    assert [step["id"] for step in ran.json["failed"]] == ["justcall.values"]
    assert [step["id"] for step in ran.json["skipped"]] == ["justcall.test", "justcall.enable"]
    assert "roles" in [step["id"] for step in ran.json["applied"]]
    assert ran.json["verified"] is False
    assert sandbox.justcall.settings.enabled is False
    assert cli("apply", spec, "--auto-approve").code == 0


def test_1_the_first_step_fails_and_nothing_was_changed(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    spec = document(sandbox)
    del spec["onelogin"]["access"], spec["justcall"]["sso"]
    sandbox.faults.add(Fault("error", service="onelogin", method="POST", path="/api/2/apps", status=422, times=None))

    ran = cli("apply", write(tmp_path / "spec.yaml", spec), "--auto-approve", "--format", "json")

    assert ran.code == 1
    assert [step["id"] for step in ran.json["failed"]] == ["app"]
    assert ran.json["applied"] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["plan"],
        ["plan", "--no-such-option", "x"],
        ["no-such-command"],
        ["apply"],
        ["plan", "x.yaml", "--override", "typo"],
    ],
)
def test_64_wrong_command_line(cli: Cli, arguments: list[str]) -> None:
    assert cli(*arguments).code == 64


def test_several_specs_give_the_worst_code_and_one_document(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    fleet = tmp_path / "fleet"
    fleet.mkdir()
    write(fleet / "good.yaml", document(sandbox))
    (fleet / "wrong.yaml").write_text("version: 1\nname: wrong\nonelogin: 7\n", encoding="utf-8")

    ran = cli("plan", fleet, "--format", "json", "--detailed-exitcode")

    assert ran.code == 1
    connections = ran.json["connections"]
    assert len(connections) == 2
    assert sum("error" in connection for connection in connections) == 1
    assert sum("changes" in connection for connection in connections) == 1

"""`drift`: what differs, who changed it, and what somebody decided to leave as it is for a while."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from sso_sync.sandbox.faults import Fault
from sso_sync.sandbox.server import Sandbox
from tests.e2e.conftest import Cli, document, write
from tests.e2e.test_attested import attested

APP = "JustCall"
AUDIENCE, ROLE = "onelogin.app.configuration.audience", "justcall.sso.default_role"
NEXT_MONTH = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()


def rule(address: str, until: str = NEXT_MONTH) -> dict[str, str]:
    return {"address": address, "reason": "a migration", "until": until}


@pytest.fixture
def applied(cli: Cli, spec: Path) -> Path:
    assert cli("apply", spec, "--auto-approve").code == 0
    return spec


def commits(folder: Path) -> Callable[[], None]:
    """A repository in `folder`, and what commits all that is in it."""
    identity = ("-c", "user.name=t", "-c", "user.email=t@t.example")

    def run(*words: str) -> None:
        subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)

    def commit() -> None:
        run("add", "-A")
        run("commit", "-q", "-m", "spec")

    run("init", "-q")
    return commit


def changed(sandbox: Sandbox, path: Path, **over: Any) -> Path:
    return write(path, document(sandbox, **over))


def directions(changes: list[dict[str, Any]]) -> dict[str, str]:
    return {change["address"]: change["direction"] for change in changes}


def test_in_sync(cli: Cli, applied: Path) -> None:
    ran = cli("drift", applied)
    assert ran.code == 0
    assert "In sync. OneLogin and JustCall are as the spec says." in ran.out


def test_each_difference_says_what_was_changed(cli: Cli, sandbox: Sandbox, applied: Path) -> None:
    sandbox.onelogin.edit_configuration(APP, audience="https://wrong.example")
    sandbox.justcall.edit(issuer="https://old.example/issuer")
    changed(sandbox, applied, justcall={"sso": {"default_role": "Admin"}}, onelogin={"app": {"description": "Phones"}})

    told, shown = cli("drift", applied, "--format", "json"), cli("drift", applied)

    assert told.code == shown.code == 2
    assert directions(told.json["changes"]) == {
        "onelogin.app.description": "either",  # nobody wrote it, and there is no git here
        AUDIENCE: "onelogin",
        "justcall.sso.issuer": "justcall",
        ROLE: "spec",
    }
    parts = ("1 changed in OneLogin", "1 changed in JustCall", "1 spec not applied yet", "1 of unknown origin")
    assert f"Drift: 4 values differ: {', '.join(parts)}." in shown.out
    assert "changed in OneLogin since" in " ".join(shown.out.split())


def test_without_a_record_nobody_can_say(cli: Cli, sandbox: Sandbox, applied: Path, tmp_path: Path) -> None:
    sandbox.justcall.edit(default_role="Admin")
    (tmp_path / ".sso-sync").rename(tmp_path / "gone")
    ran = cli("drift", applied, "--format", "json")
    assert (ran.code, directions(ran.json["changes"])) == (2, {ROLE: "either"})


def test_an_undo_waits_for_its_apply(cli: Cli, sandbox: Sandbox, applied: Path) -> None:
    changed(sandbox, applied, justcall={"sso": {"default_role": "Admin"}})
    run = cli("apply", applied, "--auto-approve", "--format", "json").json["run_id"]
    assert cli("undo", run, applied, "--auto-approve").code == 0
    assert directions(cli("drift", applied, "--format", "json").json["changes"]) == {ROLE: "spec"}


def test_a_side_that_is_out_of_reach_is_no_drift(
    cli: Cli, sandbox: Sandbox, applied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    sandbox.faults.add(Fault("error", service="justcall", status=503, times=None))
    ran = cli("drift", applied, "--format", "json")
    assert ran.code == 6
    # What OneLogin takes from JustCall is unknown with it.
    assert {change["action"] for change in ran.json["changes"]} == {"unknown"}


def test_an_expired_word_is_drift(cli: Cli, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = write(tmp_path / "spec.yaml", attested(sandbox))
    cli("apply", spec, "--auto-approve")
    assert cli("attest", spec, "--by", "dana@acme.example").code == 0
    assert cli("drift", spec).code == 0
    file = tmp_path / "attestations" / "justcall-test.yaml"
    record = yaml.safe_load(file.read_text(encoding="utf-8"))
    record["at"], record["until"] = "2020-01-01T00:00:00Z", "2020-03-01T00:00:00Z"
    file.write_text(yaml.safe_dump(record), encoding="utf-8")

    told, shown = cli("drift", spec, "--format", "json"), cli("drift", spec)

    assert told.code == shown.code == 2
    assert {change["action"] for change in told.json["changes"]} == {"unknown"}
    assert set(directions(told.json["changes"]).values()) == {"either"}
    assert "values are unknown." in shown.out


def test_a_rule_binds_plan_drift_and_apply_alike(cli: Cli, sandbox: Sandbox, applied: Path) -> None:
    sandbox.onelogin.edit_configuration(APP, relaystate="somewhere")
    address = "onelogin.app.configuration.relay_state"
    home: dict[str, Any] = {"app": {"configuration": {"relay_state": "home"}}}
    changed(sandbox, applied, onelogin=home)
    assert cli("drift", applied).code == 2
    changed(sandbox, applied, onelogin=home, ignore=[rule(address)])
    sandbox.requests.clear()

    plan = cli("plan", applied, "--detailed-exitcode", "--format", "json")
    drift, text = cli("drift", applied, "--format", "json"), cli("drift", applied)
    apply = cli("apply", applied, "--auto-approve", "--format", "json")

    assert (plan.code, drift.code, apply.code) == (0, 0, 0)
    assert plan.json["ignored"] == drift.json["ignored"] == apply.json["plan"]["ignored"]
    assert plan.json["ignored"][0]["addresses"] == [address]
    assert f"Ignored: {address}: 1 value differs, until {NEXT_MONTH}: a migration" in text.out
    assert "1 value that differs is ignored." in text.out
    assert "**ignored**" in cli("drift", applied, "--format", "markdown").out
    assert list(sandbox.requests.writes()) == []


def test_a_rule_that_ended_ignores_nothing_and_says_so(cli: Cli, sandbox: Sandbox, applied: Path) -> None:
    sandbox.justcall.edit(default_role="Admin")
    changed(sandbox, applied, ignore=[rule(ROLE, "2026-01-31")])
    ran = cli("drift", applied)
    assert ran.code == 2
    assert f"The rule to ignore {ROLE} ended on 2026-01-31" in ran.out
    assert "spec.yaml:" in ran.out


def test_a_saved_plan_keeps_what_its_run_ignored(cli: Cli, sandbox: Sandbox, applied: Path) -> None:
    sandbox.justcall.edit(default_role="Admin")
    sandbox.onelogin.edit_configuration(APP, audience="https://wrong.example")
    assert cli("plan", applied, "--ignore", ROLE, "--out", "plan.json").code == 0
    assert cli("apply", "plan.json", "--ignore", ROLE).code == 64

    ran = cli("apply", "plan.json")

    assert ran.code == 0, ran.out + ran.err
    assert sandbox.justcall.settings.default_role == "Admin"
    assert cli("drift", applied, "--ignore", ROLE).code == 0
    assert cli("drift", applied).code == 2


def test_gits_history_tells_of_what_no_run_wrote(
    cli: Cli, sandbox: Sandbox, applied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody ever wrote these: they were right when the app was adopted. The commit that was applied says so."""
    for name in ("GITHUB_SHA", "GITHUB_REF"):
        monkeypatch.delenv(name, raising=False)
    (applied.parent / ".sso-sync").rename(applied.parent / "gone")
    git = commits(applied.parent)
    sandbox.justcall.edit(sso_url="https://old.example/sso")  # for the run to have something to do
    git()
    assert cli("apply", applied, "--auto-approve").code == 0
    changed(sandbox, applied, justcall={"sso": {"default_role": "Admin"}}, onelogin={"app": {"description": "Phones"}})
    sandbox.onelogin.edit_app(APP, visible=False)

    told = cli("drift", applied, "--format", "json")

    assert directions(told.json["changes"]) == {
        "onelogin.app.visible": "onelogin",
        "onelogin.app.description": "spec",
        ROLE: "spec",
    }
    reasons = {change["address"]: change["reason"] for change in told.json["changes"]}
    assert "not in the spec that run" in reasons["onelogin.app.description"]

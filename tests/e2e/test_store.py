"""The store end to end: shared by machines, lost in the middle, and out of reach."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sso_sync.sandbox.faults import Fault
from sso_sync.sandbox.server import Sandbox
from sso_sync.store.database.runs import RunTable
from sso_sync.store.locks import locked
from sso_sync.store.unavailable import StoreUnavailable
from tests.e2e.conftest import Cli
from tests.e2e.processes import Ended, Forked, fork, wait
from tests.stored import harm, lines, look

NAME = "justcall-test"
NOWHERE = "postgresql://ann:s3cret@127.0.0.1:1/sso"


@contextmanager
def _asleep(sandbox: Sandbox, folder: Path, spec: Path, fault: Fault) -> Iterator[Forked]:
    """An apply that is stopped at a call, and for longer than its lease, while another run takes its lock.

    It is woken when the block begins, with that other run at work.
    """
    sandbox.faults.add(fault)
    process = fork(sandbox, folder, "apply", spec, "--auto-approve", "--format", "json")
    try:
        assert sandbox.faults.wait_for_hang(60)
        process.send_signal(signal.SIGSTOP)
        harm("UPDATE sso_sync_locks SET until = since WHERE pid = :pid", pid=process.pid)
        with locked(NAME, command="the other run"):
            sandbox.faults.release()
            process.send_signal(signal.SIGCONT)
            yield process
    finally:
        process.kill()
        process.communicate()


def _slept(sandbox: Sandbox, folder: Path, spec: Path, fault: Fault) -> Ended:
    with _asleep(sandbox, folder, spec, fault) as process:
        return wait(process)


@pytest.mark.usefixtures("store_url")
def test_a_run_that_slept_too_long_writes_nothing_any_more(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    before = _slept(sandbox, Path.cwd(), spec, Fault("hang", service="onelogin", path="/api/2/apps"))
    assert before.code == before.json["exit_code"] == 5
    assert "has lost its lock" in before.json["error"]["summary"]
    assert not list(sandbox.requests.writes())

    call = Fault("hang", service="onelogin", method="POST", path="/api/2/apps", when="after")
    between = _slept(sandbox, Path.cwd(), spec, call)
    assert between.code == between.json["exit_code"] == 7
    assert [step["id"] for step in between.json["applied"]] == ["app"]
    (failed,) = between.json["failed"]
    assert "has lost its lock" in failed["diagnostic"]["summary"]
    skipped = {step["diagnostic"]["summary"] for step in between.json["skipped"]}
    assert any("because the run has lost its lock" in one for one in skipped)
    assert [one.path for one in sandbox.requests.writes()] == ["/api/2/apps"]
    assert cli("apply", spec, "--auto-approve").code == 0, "what is left is done by the next run"


@pytest.mark.postgresql
def test_two_machines_share_history_and_undo(
    cli: Cli, sandbox: Sandbox, spec: Path, own_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSO_SYNC_STORE", own_database)
    assert cli("plan", spec, "--out", "plan.json").code == 0
    applied = cli("apply", "plan.json", "--format", "json")
    assert applied.code == 0
    run_id = applied.json["run_id"]
    assert not (tmp_path / ".sso-sync" / "store.sqlite").exists()

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "plan.json").write_bytes(Path("plan.json").read_bytes())
    monkeypatch.chdir(elsewhere)
    assert cli("apply", "plan.json").code == 4, "a plan is applied once, wherever"
    (shown,) = cli("history", "--format", "json").json["runs"]
    assert (shown["run_id"], shown["outcome"]) == (run_id, "done")
    sandbox.justcall.edit(default_role="Admin")
    (change,) = cli("drift", spec, "--format", "json").json["changes"]
    assert change["direction"] == "justcall"
    assert cli("undo", run_id, "--auto-approve", "--override", "max_removals").code == 0
    assert sandbox.onelogin.apps("JustCall") == []


def test_out_of_reach_plan_and_drift_go_on_and_say_so_and_nothing_is_written(
    cli: Cli, sandbox: Sandbox, spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli("apply", spec, "--auto-approve").code == 0
    sandbox.justcall.edit(default_role="Admin")
    assert cli("plan", spec, "--out", "plan.json").code == 0
    (run,) = cli("history", "--format", "json").json["runs"]
    monkeypatch.setenv("SSO_SYNC_STORE", NOWHERE)
    writes = list(sandbox.requests.writes())

    for command, code in (("plan", 0), ("drift", 2)):
        ran = cli(command, spec, "--format", "json")
        assert ran.code == code
        (told,) = [found for found in ran.json["findings"] if "The store" in found["summary"]]
        assert (told["severity"], "Nothing can be applied" in told["detail"]) == ("warning", True)
        assert [change["address"] for change in ran.json["changes"]] == ["justcall.sso.default_role"]
    assert ran.json["changes"][0]["direction"] == "either"
    refused = [
        cli("apply", spec, "--auto-approve", "--format", "json"),
        cli("apply", "plan.json", "--format", "json"),
        cli("undo", run["run_id"], spec, "--auto-approve", "--format", "json"),
        cli("rotate-certificate", spec, "--to", "1", "--auto-approve", "--format", "json"),
        cli("history", "--format", "json"),
    ]
    for one in refused:
        assert one.code == one.json["exit_code"] == 1
        assert "postgresql://ann@127.0.0.1:1/sso cannot be used" in one.json["error"]["summary"]
        assert "s3cret" not in one.out + one.err
    assert list(sandbox.requests.writes()) == writes


def test_lost_in_the_middle_the_run_stops_before_its_next_write(
    cli: Cli, sandbox: Sandbox, spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, added = RunTable.add, []

    def add(self: RunTable, run_id: str, number: int, body: str) -> None:
        added.append(body)
        if len(added) > 3:  # the header, one intent, its outcome
            raise StoreUnavailable.of("there", "it is gone")
        real(self, run_id, number, body)

    with monkeypatch.context() as patch:
        patch.setattr(RunTable, "add", add)
        ran = cli("apply", spec, "--auto-approve", "--format", "json")
    assert ran.code == 7
    assert [step["id"] for step in ran.json["applied"]] == ["app"]
    assert {one.method for one in sandbox.requests.writes()} == {"POST"}
    assert ran.json["failed"]
    assert all("it is gone" in step["diagnostic"]["summary"] for step in ran.json["failed"])
    assert len(lines()[0]) == 3
    assert look("SELECT token FROM sso_sync_locks") == [(None,)]

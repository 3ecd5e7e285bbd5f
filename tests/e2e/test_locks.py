"""One apply at a time for a connection, between real processes."""

from __future__ import annotations

import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sso_sync.sandbox.faults import Fault
from sso_sync.sandbox.server import Sandbox
from sso_sync.sandbox.wire import ServiceName
from sso_sync.store.locks import holder, locked
from tests.e2e.conftest import Cli, document, write
from tests.e2e.processes import Forked, fork, wait
from tests.stored import look


@contextmanager
def _held(sandbox: Sandbox, folder: Path, spec: Path, service: ServiceName, path: str) -> Iterator[Forked]:
    """An apply in another process that hangs in its first call of `path`, and is gone afterwards."""
    sandbox.faults.add(Fault("hang", service=service, path=path))
    process = fork(sandbox, folder, "apply", spec, "--auto-approve", "--format", "json")
    try:
        assert sandbox.faults.wait_for_hang(60)
        yield process
    finally:
        sandbox.faults.clear()
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_a_second_apply_is_told_who_holds_the_connection_since_when(
    cli: Cli, sandbox: Sandbox, spec: Path, tmp_path: Path
) -> None:
    with _held(sandbox, tmp_path, spec, "onelogin", "/api/2/apps") as process:
        ran = cli("apply", spec, "--auto-approve", "--format", "json")
        told = holder("justcall-test")
        sandbox.faults.release()
        first = wait(process)

    assert ran.code == ran.json["exit_code"] == 5
    error = ran.json["error"]
    assert f"process {process.pid}" in error["summary"]
    assert told is not None
    assert f"since {told.since:%Y-%m-%d %H:%M:%S} UTC" in error["summary"]
    assert "apply" in error["detail"]
    assert "--lock-timeout" in error["next_action"]
    assert first.code == 0, first.err


def test_an_apply_waits_for_the_lock_as_long_as_it_is_told_to(
    cli: Cli, sandbox: Sandbox, spec: Path, tmp_path: Path
) -> None:
    with _held(sandbox, tmp_path, spec, "onelogin", "/api/2/apps") as process:
        second = fork(sandbox, tmp_path, "apply", spec, "--auto-approve", "--format", "json", "--lock-timeout", "60")
        sandbox.faults.release()
        assert wait(process).code == 0
        ended = wait(second)
    assert ended.code == 0, ended.err
    assert len(sandbox.onelogin.apps("JustCall")) == 1


def test_the_time_is_up(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    with locked("justcall-test", command="apply elsewhere"):
        ran = cli("apply", spec, "--auto-approve", "--lock-timeout", "0.05")
    assert ran.code == 5
    assert not list(sandbox.requests), "the lock is taken before the first read"
    assert "0.05 seconds" in ran.err


def test_a_killed_holder_blocks_nobody(cli: Cli, sandbox: Sandbox, spec: Path, tmp_path: Path) -> None:
    with _held(sandbox, tmp_path, spec, "onelogin", "/api/2/apps") as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert look("SELECT pid FROM sso_sync_locks WHERE token IS NOT NULL") == [(process.pid,)]
        assert holder("justcall-test") is None, "kill -9 gives nobody the time to tidy up, and the dead hold nothing"
    assert cli("apply", spec, "--auto-approve").code == 0
    assert look("SELECT token, fence FROM sso_sync_locks") == [(None, 2)]


def test_plans_and_other_connections_are_not_locked_out(cli: Cli, sandbox: Sandbox, spec: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other.yaml", document(sandbox, name="other", onelogin={"app": {"name": "Other"}}))
    with locked("justcall-test", command="apply elsewhere"):
        assert cli("plan", spec).code == 0
        assert cli("history").code == 0
        assert cli("apply", other, "--auto-approve").code == 0


@pytest.mark.parametrize("ending", ["done", "in sync", "refused", "wrong", "unread", "declined", "failed"])
def test_every_ending_releases_the_lock(
    cli: Cli, sandbox: Sandbox, spec: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    approval = ["--auto-approve"]
    codes = {"done": 0, "in sync": 0, "refused": 3, "wrong": 1, "unread": 6, "declined": 1, "failed": 7}
    match ending:
        case "in sync":
            assert cli("apply", spec, "--auto-approve").code == 0
        case "refused":
            sandbox.onelogin.add_app("JustCall", notes="managed by sso-sync: another-team")
        case "wrong":
            write(spec, document(sandbox, onelogin={"access": {"roles": ["JustCall Usres"]}}))
        case "unread":
            sandbox.faults.add(Fault("error", service="justcall", status=503, times=None))
        case "declined":
            approval = []
        case "failed":
            sandbox.faults.add(Fault("error", service="justcall", method="PUT", status=422))
        case _:
            pass
    assert cli("apply", spec, *approval).code == codes[ending]
    with locked("justcall-test", command="the next run"):
        pass


def test_ctrl_c_releases_the_lock(cli: Cli, sandbox: Sandbox, spec: Path, tmp_path: Path) -> None:
    with _held(sandbox, tmp_path, spec, "onelogin", "/api/2/apps") as process:
        process.send_signal(signal.SIGINT)
        sandbox.faults.release()
        assert wait(process).code == 130
        with locked("justcall-test", command="the next run"):
            assert holder("justcall-test") is not None
    assert holder("justcall-test") is None


def test_the_files_belong_to_their_owner_alone(cli: Cli, spec: Path, tmp_path: Path) -> None:
    with locked("justcall-test", command="apply"):
        place = tmp_path / ".sso-sync"
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
        files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in place.rglob("*") if path.is_file()}
        assert set(files.values()) == {0o600}
        assert "store.sqlite" in files


def test_a_folder_that_cannot_be_written_is_one_clear_error(cli: Cli, spec: Path, tmp_path: Path) -> None:
    (tmp_path / ".sso-sync").write_text("in the way", encoding="utf-8")
    ran = cli("apply", spec, "--auto-approve", "--format", "json")
    assert ran.code == 1
    assert ".sso-sync" in ran.json["error"]["summary"]

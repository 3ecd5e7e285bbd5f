"""The record of a run, in either database: lines in order, each on the disk at once, and where its evidence lies."""

from __future__ import annotations

import os
import signal
import socket
import stat
from pathlib import Path

import pytest

from sso_sync.errors import SsoSyncError
from sso_sync.store.opening import opened
from sso_sync.store.runs import Pointer, Record, RunFile, UnreadableRun, keep, pointers, read_run, read_runs
from tests.stored import execute, harm

pytestmark = pytest.mark.usefixtures("store_url")


def _written(*lines: dict[str, str], connection: str = "prod") -> str:
    file = RunFile("run", connection)
    for line in lines:
        file.add(line)
    return file.run_id


def _ids(connection: str | None = None) -> list[str]:
    return [run_id for run_id, _ in read_runs(connection)]


def test_what_was_added_is_read_back_in_order() -> None:
    assert _ids() == []
    lines = [{"a": str(number)} for number in range(12)] + [{"a": "2\n\u2028\0\ud800"}]
    _written(*lines)
    assert read_run("run") == Record("run", tuple(lines))
    ((run_id, read),) = read_runs()
    assert (run_id, read()) == ("run", read_run("run"))


def test_an_id_that_is_taken_gets_a_number_and_a_connection_finds_its_own() -> None:
    names = [_written({"a": name}, connection=name) for name in ("x", "y", "x")]
    assert names == ["run", "run-2", "run-3"]
    assert sorted(_ids()) == names
    assert sorted(_ids("x")) == ["run", "run-3"]
    assert read_run("run-2").lines == ({"a": "y"},)


def test_a_line_outlives_a_kill_right_after_it() -> None:
    child = os.fork()
    if child == 0:
        try:
            _written({"a": "1"})
            os.kill(os.getpid(), signal.SIGKILL)
        finally:
            os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert read_run("run").lines == ({"a": "1"},)


@pytest.mark.parametrize("content", ["", "nonsense", "[]", "[" * 10_000])
def test_a_line_that_is_none_makes_a_record_unreadable_and_no_other(content: str) -> None:
    _written({"a": "1"})
    _written({"a": "1"})
    harm("UPDATE sso_sync_lines SET body = :body WHERE run_id = 'run-2'", body=content)
    assert read_run("run").lines == ({"a": "1"},)
    with pytest.raises(UnreadableRun, match="line 1 is no JSON object"):
        read_run("run-2")


@pytest.mark.parametrize("name", ["", ".", "..", "../run", "run/../run", "run.jsonl", "a" * 200, "\x00", "run\n", "no"])
def test_what_is_no_name_is_no_record(name: str) -> None:
    _written({"a": "1"})
    with pytest.raises(UnreadableRun, match="no record"):
        read_run(name)


def test_a_line_that_cannot_be_written_is_an_error_that_names_the_store() -> None:
    file = RunFile("run", "prod")
    execute("DROP TABLE sso_sync_lines")
    with pytest.raises(SsoSyncError, match="cannot be used"):
        file.add({"a": "1"})
    with pytest.raises(SsoSyncError, match="cannot be used"):
        list(read_runs())


def test_evidence_lies_on_a_machine_and_the_store_says_on_which() -> None:
    file = RunFile("run", "prod")
    assert pointers("run") == ()
    place = file.evidence()
    path = keep("run", "x.json", {"a": 1})
    assert path.parent == place
    assert (stat.S_IMODE(place.stat().st_mode), stat.S_IMODE(path.stat().st_mode)) == (0o700, 0o600)
    assert pointers("run") == (Pointer(socket.gethostname(), str(Path.cwd() / place)),)
    opened().runs.point("run", "elsewhere", "/there")
    assert Pointer("elsewhere", "/there") in pointers("run")

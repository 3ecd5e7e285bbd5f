"""The lock itself: held, told about, waited for, and let go."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sso_sync.errors import ExitCode, Locked, SsoSyncError
from sso_sync.store.locks import at_work, holder, locked

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _held_elsewhere(**fields: object) -> None:
    """What a holder wrote down; the lock itself is held by the test."""
    document = {"pid": 1, "host": socket.gethostname(), "user": "ann", "since": NOW.isoformat(), "command": "apply a"}
    Path(".sso-sync/locks/prod.holder.json").write_text(json.dumps(document | fields), encoding="utf-8")


def _refusal(now: datetime = NOW) -> Locked:
    with pytest.raises(Locked) as refused, locked("prod", command="apply b", clock=lambda: now):
        raise AssertionError("two hold one lock")
    return refused.value


def test_a_second_holder_is_refused_with_the_first_ones_name() -> None:
    with locked("prod", command="apply a", clock=lambda: NOW):
        refused = _refusal(NOW + timedelta(minutes=3))
    (told,) = refused.diagnostics
    assert refused.exit_code is ExitCode.LOCKED
    assert "since 2026-03-01 12:00:00 UTC (3 minutes ago)" in told.summary
    assert "It runs: apply a." in (told.detail or "")


@pytest.mark.parametrize(
    ("later", "words"),
    [
        (timedelta(0), "0 seconds ago"),
        (timedelta(seconds=1), "1 second ago"),
        (timedelta(seconds=61), "1 minute ago"),
        (timedelta(hours=2, minutes=59), "2 hours ago"),
        (timedelta(seconds=-5), "0 seconds ago"),
    ],
)
def test_how_long_ago(later: timedelta, words: str) -> None:
    with locked("prod", command="a"):
        _held_elsewhere()
        assert f"({words})" in str(_refusal(NOW + later))


def test_it_can_be_taken_again_afterwards_whatever_happened() -> None:
    with pytest.raises(KeyboardInterrupt), locked("prod", command="a"):
        raise KeyboardInterrupt
    assert holder("prod") is None
    with locked("prod", command="b"):
        held = holder("prod")
    assert held is not None
    assert held.command == "b"


def test_connections_do_not_share_a_lock() -> None:
    with locked("prod", command="a"), locked("test", command="b"):
        assert holder("prod") != holder("test")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"pid": "x"}', '{"pid": 1, "host": 1}'])
def test_who_wrote_nonsense_is_simply_not_known(text: str) -> None:
    with locked("prod", command="a"):
        Path(".sso-sync/locks/prod.holder.json").write_text(text, encoding="utf-8")
        assert holder("prod") is None
        assert "locked by another run" in str(_refusal())


def test_a_dead_process_is_not_named_as_the_holder() -> None:
    with locked("prod", command="a"):
        _held_elsewhere(pid=2**22 + 1)
        assert holder("prod") is None


def test_a_process_of_another_machine_is_believed() -> None:
    with locked("prod", command="a"):
        _held_elsewhere(pid=2**22 + 1, host="elsewhere.example")
        assert "ann on elsewhere.example" in str(_refusal())


def test_a_place_that_cannot_be_used_is_an_error_and_no_traceback() -> None:
    Path(".sso-sync").write_text("in the way", encoding="utf-8")
    with pytest.raises(SsoSyncError, match=r"\.sso-sync cannot be used"), locked("prod", command="a"):
        raise AssertionError("no lock, no work")


def test_a_run_is_at_work_only_while_its_process_holds_the_lock() -> None:
    later = NOW + timedelta(seconds=1)
    with locked("prod", command="a", clock=lambda: NOW):
        held = holder("prod")
        assert held is not None
        assert at_work("prod", held.pid, later)
        assert not at_work("prod", held.pid, NOW - timedelta(seconds=1)), "a run of before the lock was taken"
        assert not at_work("prod", held.pid + 1, later)
    _held_elsewhere()  # left behind by a killed process whose number somebody else has now
    assert not at_work("prod", 1, later)

"""The lock itself, in either database: held, told about, waited for, left to expire, and let go."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable

import pytest

from sso_sync.errors import ExitCode, Locked, SsoSyncError
from sso_sync.store import locks
from sso_sync.store.locks import Lock, LockLost, at_work, holder, locked
from sso_sync.store.opening import opened
from sso_sync.store.processes import Process, surely_dead, this_process
from sso_sync.store.unavailable import StoreUnavailable
from tests.stored import harm, look

pytestmark = pytest.mark.usefixtures("store_url")


def _refusal() -> Locked:
    with pytest.raises(Locked) as refused, locked("prod", command="apply b"):
        raise AssertionError("two hold one lock")
    return refused.value


def _began(seconds: float) -> None:
    """The holder took the lock so many seconds ago, by the clock of the database."""
    moment = {
        "sqlite": "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', :seconds || ' seconds')",
        "postgresql": "clock_timestamp() + make_interval(secs => :seconds)",
    }[_dialect()]
    harm(f"UPDATE sso_sync_locks SET since = {moment}", seconds=-seconds)


def _expired() -> None:
    """The lease of the holder has ended."""
    harm("UPDATE sso_sync_locks SET until = since")


def _dialect() -> str:
    with opened().reading() as database:
        return database.dialect.name


def test_a_second_holder_is_refused_with_the_first_ones_name() -> None:
    with locked("prod", command="apply a"):
        _began(180)
        refused = _refusal()
        held = holder("prod")
    (told,) = refused.diagnostics
    assert held is not None
    assert refused.exit_code is ExitCode.LOCKED
    assert f"(process {os.getpid()}), since {held.since:%Y-%m-%d %H:%M:%S} UTC (3 minutes ago)" in told.summary
    assert told.detail == "It runs: apply a."
    assert f"ends by itself at {held.until:%H:%M:%S} UTC" in (told.next_action or "")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 seconds ago"), (1.1, "1 second ago"), (61, "1 minute ago"), (10_740, "2 hours ago"), (-5, "0 seconds ago")],
)
def test_how_long_ago(seconds: float, words: str) -> None:
    with locked("prod", command="a"):
        _began(seconds)
        assert f"({words})" in str(_refusal())


def test_it_can_be_taken_again_afterwards_whatever_happened_and_its_number_grows() -> None:
    with pytest.raises(KeyboardInterrupt), locked("prod", command="a") as first:
        raise KeyboardInterrupt
    assert holder("prod") is None
    with locked("prod", command="b") as second:
        held = holder("prod")
        assert at_work("prod", second.token)
        assert not at_work("prod", first.token), "that run has ended"
    assert held is not None
    assert (held.command, first.fence, second.fence) == ("b", 1, 2)


def test_connections_do_not_share_a_lock() -> None:
    with locked("prod", command="a"), locked("test", command="b"):
        assert holder("prod") != holder("test")


def test_a_holder_that_died_on_this_machine_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with locked("prod", command="a") as lost:
        harm("UPDATE sso_sync_locks SET started = '1'")  # another process has its number now
        assert holder("prod") is None
        with locked("prod", command="b"):
            with pytest.raises(LockLost):
                lost.confirm()
            assert [row[0] for row in look("SELECT command FROM sso_sync_locks")] == ["b"]


@pytest.mark.parametrize("column", ["machine", "started"])
def test_where_nobody_can_say_whether_it_lives_its_lease_is_waited_for(column: str) -> None:
    with locked("prod", command="a"):
        harm(f"UPDATE sso_sync_locks SET pid = 4194305, {column} = ''")
        assert "process 4194305" in str(_refusal())
        _expired()
        assert holder("prod") is None
        with locked("prod", command="b"):
            pass


def test_a_run_that_lost_its_lock_writes_nothing_and_one_that_only_slept_goes_on() -> None:
    with locked("prod", command="a") as slept:
        _expired()
        slept.confirm()  # nobody was there in between
        assert holder("prod") is not None
        _expired()
        with locked("prod", command="b") as other:
            assert other.fence > slept.fence
            for ask in (slept.confirm, slept.ensure, slept.confirm):
                with pytest.raises(LockLost, match="has lost its lock"):
                    ask()
        with pytest.raises(LockLost):
            slept.confirm()
    assert look("SELECT fence FROM sso_sync_locks") == [(other.fence,)]


def test_between_two_words_with_the_store_only_time_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked before every write costs nothing while the lease is good, and is right when it may not be."""
    now = locks._now()
    monkeypatch.setattr(locks, "_now", lambda: now)
    with locked("prod", command="a", lease=3600) as lock:
        harm("UPDATE sso_sync_locks SET token = 'somebody else'")
        now += 3599
        lock.ensure()
        now += 2
        with pytest.raises(LockLost):
            lock.ensure()


def test_the_heart_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lease that is renewed at a third of its time outlives it; without the store it is not good for longer."""
    with locked("prod", command="a", lease=0.6) as lock:
        first = holder("prod")
        _wait_until(lambda: (held := holder("prod")) is not None and first is not None and held.until > first.until)
        monkeypatch.setattr(type(opened().locks), "renew", _silent)
        _wait_until(lambda: not _good(lock))
    assert threading.active_count() < 20


def _good(lock: Lock) -> bool:
    try:
        lock.ensure()
    except StoreUnavailable:
        return False
    return True


def _silent(*_: object) -> bool:
    raise StoreUnavailable.of("there", "nobody answers")


def _wait_until(happened: Callable[[], bool]) -> None:
    for _ in range(1000):
        if happened():
            return
        time.sleep(0.01)
    raise AssertionError("it did not happen")


def test_waiting_ends_when_the_lock_is_let_go() -> None:
    taken, go = threading.Event(), threading.Event()

    def hold() -> None:
        with locked("prod", command="a"):
            taken.set()
            go.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    assert taken.wait(10)
    with pytest.raises(Locked, match="locked by") as refused, locked("prod", command="b", timeout=0.05):
        raise AssertionError("two hold one lock")
    assert "did not end within 0.05 seconds" in (refused.value.diagnostics[0].detail or "")
    go.set()
    with locked("prod", command="b", timeout=10):
        pass
    thread.join()


def test_a_lock_that_cannot_be_let_go_hides_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(opened().locks), "release", _silent)
    with pytest.raises(ZeroDivisionError), locked("prod", command="a"):
        raise ZeroDivisionError


def test_what_a_database_does_not_take_is_no_reason_not_to_work() -> None:
    with locked("prod", command="apply \udcff\0 \N{SNOWMAN}"):
        held = holder("prod")
    assert held is not None
    assert held.command == "apply ? \N{SNOWMAN}"


def test_a_process_that_was_killed_holds_nothing() -> None:
    child = os.fork()
    if child == 0:  # as cheap as a process can be: it takes the lock and waits to be killed
        try:
            with locked("prod", command="child"):
                signal.pause()
        finally:
            os._exit(0)
    try:
        _wait_until(lambda: holder("prod") is not None)
        assert f"process {child}" in str(_refusal())
    finally:
        os.kill(child, signal.SIGKILL)
    _wait_until(lambda: holder("prod") is None)  # a zombie, until its parent looks
    with locked("prod", command="next"):
        pass
    os.waitpid(child, 0)


def test_another_machines_number_is_not_looked_up_here() -> None:
    here = this_process()
    assert not surely_dead(here)
    assert surely_dead(Process(here.machine, here.pid, "1"))
    assert surely_dead(Process(here.machine, 4194305, "1"))
    assert not surely_dead(Process("elsewhere", 4194305, "1"))


def test_a_place_that_cannot_be_used_is_an_error_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSO_SYNC_STORE", "sqlite:////nowhere/at/all.sqlite")
    with pytest.raises(SsoSyncError, match=r"all\.sqlite cannot be used"), locked("prod", command="a"):
        raise AssertionError("no lock, no work")

"""Jobs at the same time: bounded, fair, in order, and ended by Ctrl-C in good order."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from sso_sync.cli import together as module
from sso_sync.cli.interrupt import Interrupt
from sso_sync.cli.together import Job, together


class Crowd:
    """Notes who runs at the same time."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.now: list[str] = []
        self.most: dict[str, int] = {}
        self.began: list[str] = []

    def work(self, name: str, until: Callable[[], object] = lambda: time.sleep(0.01)) -> Callable[[], str]:
        """A job of the account that the name begins with."""

        def run() -> str:
            with self.lock:
                self.now.append(name)
                self.began.append(name)
                for what in ("all", name[0]):
                    here = sum(what in ("all", one[0]) for one in self.now)
                    self.most[what] = max(self.most.get(what, 0), here)
            until()
            with self.lock:
                self.now.remove(name)
            return name

        return run


def _run(jobs: list[Job[Any]], parallel: int, stop: Callable[[], None] = lambda: None) -> dict[int, Any]:
    return together(jobs, parallel=parallel, interrupt=Interrupt(), stop=stop)


def test_so_many_at_a_time_so_many_of_an_account_and_answers_in_place() -> None:
    crowd = Crowd()
    names = [f"{account}{number}" for account in "abcd" for number in range(6)]
    found = _run([Job(crowd.work(name), name[0], at_once=2) for name in names], parallel=5)
    assert [found[number] for number in range(len(names))] == names
    assert crowd.most["all"] <= 5
    assert all(crowd.most[account] <= 2 for account in "abcd")
    assert crowd.most["all"] > 2  # they do run at the same time


def test_every_account_gets_its_turn() -> None:
    crowd = Crowd()
    names = [*(f"a{number}" for number in range(8)), "b0", "c0"]
    _run([Job(crowd.work(name), name[0], at_once=4) for name in names], parallel=1)
    assert crowd.began[:4] == ["a0", "b0", "c0", "a1"]


def test_who_takes_long_gives_its_place_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLOW", 0.0)
    crowd, freed = Crowd(), threading.Event()
    jobs = [Job(crowd.work("a0", lambda: freed.wait(20)), "a"), Job(crowd.work("b0", freed.set), "b")]
    # With one place the second would wait for ever for the first, which waits for the second.
    assert _run(jobs, parallel=1) == {0: "a0", 1: "b0"}


def test_what_only_one_may_use_is_used_by_one() -> None:
    crowd = Crowd()
    jobs = [Job(crowd.work(f"a{number}"), number, alone="browser") for number in range(4)]
    _run(jobs, parallel=4)
    assert crowd.most["all"] == 1


def test_where_no_two_may_run_at_once_they_run_in_this_very_thread() -> None:
    threads = [Job(threading.get_ident, "a") for _ in range(3)]
    assert set(_run(threads, parallel=4).values()) == {threading.get_ident()}


def test_a_job_that_is_interrupted_stops_the_others_in_good_order() -> None:
    running, told = threading.Event(), []

    def interrupted() -> str:
        running.wait(10)
        raise KeyboardInterrupt

    def writes() -> str:
        try:
            running.set()
            while True:
                time.sleep(0.001)
        except KeyboardInterrupt:
            return "ended in good order"

    never = Job(lambda: "never", "a")
    jobs = [Job(interrupted, "a"), Job(writes, "b"), never]
    found = _run(jobs, parallel=2, stop=lambda: told.append("stop"))
    assert found == {1: "ended in good order"}
    assert told == ["stop"]


def test_no_job_no_answer() -> None:
    assert _run([], parallel=3) == {}

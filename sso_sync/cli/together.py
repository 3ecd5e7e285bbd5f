"""Many connections at the same time: so many in all, so many of an account, and every account gets its turn.

A slow or broken account delays nobody but itself: a connection that takes long gives its place to another one, and the
connections of one account take turns with those of all others.
"""

from __future__ import annotations

import ctypes
import queue
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from sso_sync.cli.interrupt import Interrupt
from sso_sync.tracing import carried

__all__ = ["Job", "together"]

T = TypeVar("T")

SLOW = 3.0
"""Seconds after which a connection no longer counts towards those that run: it waits, and waiting costs nothing."""

_MOST_THREADS = 8  # for each of those that may run, the slow ones included
_LOOK = 0.5  # seconds between two looks at those who should have ended


@dataclass(frozen=True)
class Job(Generic[T]):
    """One connection's part of the run. `work` never raises but KeyboardInterrupt.

    `account`: with whom it shares an account, of which `at_once` may run at the same time; `alone`: what only one job
    in the whole run may use at a time.
    """

    work: Callable[[], T]
    account: Hashable
    at_once: int = 1
    alone: Hashable | None = None


def together(jobs: Sequence[Job[T]], *, parallel: int, interrupt: Interrupt, stop: Callable[[], None]) -> dict[int, T]:
    """What the jobs answer, by their place in `jobs`; about `parallel` of them run at the same time.

    Ctrl-C, or a job that raises KeyboardInterrupt, starts no more jobs, calls `stop` and lets those that run end in
    good order. Whoever has no answer by then is missing. A second Ctrl-C waits for nobody.
    """
    if len({job.account for job in jobs}) == 1 and jobs[0].at_once == 1:
        return _in_turns(jobs, interrupt)
    run = _Run(jobs, parallel)
    try:
        run.to_the_end()
    except KeyboardInterrupt:
        stop()
        run.hurry()
    return run.answers


def _in_turns(jobs: Sequence[Job[T]], interrupt: Interrupt) -> dict[int, T]:
    """Jobs of which no two may run at the same time need no threads; Ctrl-C meets them as it meets a single one."""
    answers: dict[int, T] = {}
    for number, job in enumerate(jobs):
        if interrupt.happened:
            break
        try:
            answers[number] = job.work()
        except KeyboardInterrupt:
            interrupt.happened = True
    return answers


@dataclass
class _Run(Generic[T]):
    """The bookkeeping, in the thread that called `together`; the jobs have a thread each."""

    jobs: Sequence[Job[T]]
    parallel: int
    answers: dict[int, T] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ended: queue.SimpleQueue[tuple[int, T | None]] = queue.SimpleQueue()
        self._running: dict[int, tuple[threading.Thread, float]] = {}
        self._busy: Counter[Hashable] = Counter()
        self._in_use: set[Hashable] = set()
        self._hitting = threading.Lock()
        self._hittable: set[int] = set()
        waiting: dict[Hashable, deque[int]] = {}
        for number, job in enumerate(self.jobs):
            waiting.setdefault(job.account, deque()).append(number)
        self._waiting = deque(waiting.values())  # an account each; the first one is next

    def to_the_end(self) -> None:
        while self._waiting or self._running:
            for number in self._startable():
                self._start(number)
            self._collect()

    def hurry(self) -> None:
        """Lets those that run end as if Ctrl-C had hit them, which ends their reading and keeps what they wrote."""
        self._waiting.clear()
        with self._hitting:
            for number in self._hittable:
                _interrupt(self._running[number][0])
        try:
            while self._running:
                self._collect(interrupted=True)
        except KeyboardInterrupt:
            return

    def _startable(self) -> Iterator[int]:
        """The jobs that may start now, account by account."""
        skipped = 0
        while self._waiting and skipped < len(self._waiting) and self._has_room():
            account = self._waiting.popleft()
            job = self.jobs[account[0]]
            if self._busy[job.account] < job.at_once and (job.alone is None or job.alone not in self._in_use):
                skipped = 0
                yield account.popleft()
            else:
                skipped += 1
            if account:
                self._waiting.append(account)

    def _has_room(self) -> bool:
        now = time.monotonic()
        quick = sum(now - since < SLOW for _, since in self._running.values())
        return quick < self.parallel and len(self._running) < self.parallel * _MOST_THREADS

    def _start(self, number: int) -> None:
        job = self.jobs[number]
        self._busy[job.account] += 1
        if job.alone is not None:
            self._in_use.add(job.alone)
        thread = threading.Thread(target=carried(self._work), args=(number,), name=f"connection-{number}", daemon=True)
        self._running[number] = (thread, time.monotonic())
        self._hittable.add(number)
        thread.start()

    def _work(self, number: int) -> None:
        answer: T | None = None
        try:
            try:
                answer = self.jobs[number].work()
            finally:
                with self._hitting:
                    self._hittable.discard(number)  # what was sent by now strikes here at the latest
        except KeyboardInterrupt:
            pass
        self._ended.put((number, answer))

    def _collect(self, *, interrupted: bool = False) -> None:
        """Takes note of a job that ended, or of time that passed."""
        try:
            number, answer = self._ended.get(timeout=_LOOK)
        except queue.Empty:
            return
        self._settle(number)
        if answer is not None:
            self.answers[number] = answer
        elif not interrupted:
            raise KeyboardInterrupt

    def _settle(self, number: int) -> None:
        if self._running.pop(number, None) is not None:
            job = self.jobs[number]
            self._busy[job.account] -= 1
            self._in_use.discard(job.alone)


def _interrupt(thread: threading.Thread) -> None:
    """Raises KeyboardInterrupt in a thread, as Ctrl-C does in the main one: once it runs Python again."""
    if thread.ident is not None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(KeyboardInterrupt))

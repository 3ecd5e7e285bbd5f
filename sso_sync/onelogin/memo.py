"""What was read from one account in this run: each thing once, for all connections of the account.

A write of this run makes what it may have changed be read afresh; what this tool never writes (people, groups,
connectors, policies, brands) is kept to the end. A failure is kept for a while, too: connections of a broken account
do not all try for themselves what one of them has tried with all patience.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, TypeVar

from sso_sync.errors import SideUnavailable, SsoSyncError
from sso_sync.onelogin.models import Person

__all__ = ["Census", "Memo"]

T = TypeVar("T")

_FAILURE = 30.0  # seconds


class Census:
    """How many people the connections of an account had to look up so far, and so how many it will come to.

    `connections` of the run use the account. `listed`: somebody reads the whole directory, so that nobody else need
    look anybody up.
    """

    def __init__(self, connections: int = 1) -> None:
        self.connections = connections
        self.listed = False
        self._lock = threading.Lock()
        self._seen = 0
        self._missed = 0

    def ahead(self, missing: int) -> int:
        """How many look-ups are still to be made in this run, those of the connection that asks included, if the
        others go on like those before.
        """
        with self._lock:
            made = self._missed
            self._seen += 1
            self._missed += missing
            return max(missing, self._missed * self.connections // self._seen - made)


class Memo:
    """Safe to use from many threads; who asks for what another is just reading waits for it.

    `age`: seconds after which what this tool may write is read again, for a run that goes on to write; None: never.
    """

    def __init__(self, *, age: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._age = age
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[Hashable, tuple[Future[Any], float]] = {}
        self._passing: dict[Hashable, tuple[Future[Any], float]] = {}
        self._people: dict[tuple[object, ...], Any] = {}
        self.census = Census()

    def get(self, key: Hashable, read: Callable[[], T], *, lasting: bool = False) -> T:
        """What `read` answers, or answered before; `lasting`: no write of this run changes it.

        Raises what `read` raises; to each who waits an exception of its own, since they are put in other words.
        """
        with self._lock:
            place = self._kept if lasting else self._passing
            held = place.get(key)
            mine = held is None or not self._good(*held, lasting=lasting)
            future: Future[T] = Future() if held is None or mine else held[0]
            if mine:
                place[key] = (future, self._clock())
        if not mine:
            return self._shared(future)
        try:
            found = read()
        except BaseException as problem:
            if not isinstance(problem, SideUnavailable):
                with self._lock:
                    if place.get(key, (None,))[0] is future:
                        del place[key]
            future.set_exception(problem.another() if isinstance(problem, SsoSyncError) else problem)
            raise
        future.set_result(found)
        return found

    def same(self, row: T) -> T:
        """The row; of somebody who may be in many roles, one object for all rows that say the same."""
        kept: T = self._people.setdefault(row.content, row) if isinstance(row, Person) else row
        return kept

    def forget(self) -> None:
        """Something was written: whoever asks from now on gets what is read from now on."""
        with self._lock:
            self._passing = {}

    def _good(self, future: Future[Any], since: float, *, lasting: bool) -> bool:
        age = self._clock() - since
        if future.done() and future.exception() is not None:
            return age < _FAILURE
        return lasting or self._age is None or age < self._age

    def _shared(self, future: Future[T]) -> T:
        try:
            return future.result()
        except SsoSyncError as problem:
            raise problem.another() from None

"""The accounts that the connections of one run share: each is connected once, and what all need is read once.

An account at OneLogin is its address: OneLogin counts the calls of all its clients together (fact sheet §2). What was
read belongs to a client, too, because each may see something else. At JustCall it is the users API's address and a key.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from sso_sync.http import STANDARD_RETRY, Gate, Observer, Retry
from sso_sync.onelogin.client import Client
from sso_sync.onelogin.connect import Account, Hint, Left
from sso_sync.onelogin.memo import Memo

__all__ = ["AT_ONCE", "Accounts", "onelogin_key"]

T = TypeVar("T")

AT_ONCE = 8
"""Requests to one OneLogin account at the same time: OneLogin names no limit, and big roles make it answer 502 (§6)."""

_AGE = 60.0  # seconds; a run that writes decides by nothing that is older


class Accounts:
    """The accounts of one run, closed at its end. Safe to use from many threads.

    `budget`: how many requests may be sent to each OneLogin account; None: as many as it takes. `writes`: the run may
    write, so that it must not decide by what was read long ago. `shares` False: for a single connection, which reads
    everything when it wants it, and which nobody else can be in the way of.
    """

    def __init__(self, *, budget: int | None = None, writes: bool = False, shares: bool = True) -> None:
        self._budget = budget
        self._writes = writes
        self._shares = shares
        self._lock = threading.Lock()
        self._onelogin: dict[Hashable, tuple[Account, Memo | None]] = {}
        self._gates: dict[Hashable, Gate] = {}
        self._latest: dict[Hashable, Hashable] = {}
        self._unchanged = Memo()
        self._connections: Counter[Hashable] = Counter()
        self._stopped = threading.Event()

    def expect(self, account: Hashable) -> None:
        """Says that one more connection of the run will use the account `account` (see `onelogin_key`)."""
        with self._lock:
            self._connections[account] += 1

    def onelogin(
        self, url: str, client_id: str, client_secret: str, *, cache_dir: Path | None, observer: Observer
    ) -> Client:
        """A client for the account, over what all its connections share. Raises like `Account`."""
        place = onelogin_key(url)
        who = (place, client_id.strip(), client_secret)
        with self._lock:
            if who not in self._onelogin:
                memo = self._memo(place)
                account = Account(
                    url,
                    client_id,
                    client_secret,
                    cache_dir=cache_dir,
                    retry=self.patient(STANDARD_RETRY),
                    observer=observer,
                    gate=partial(self._gate, place, urlsplit(url).netloc) if self._shares else None,
                    memo=memo,
                )
                self._onelogin[who] = (account, memo)
            account, memo = self._onelogin[who]
            if self._latest.setdefault(place, who) != who and memo is not None and self._writes:
                memo.forget()  # another client of the account was at work, and may have written
            self._latest[place] = who
        return account.client(observer=observer)

    def once(self, key: Hashable, read: Callable[[], T]) -> T:
        """What `read` answers or raises, read once in the run: for what no connection changes."""
        return self._unchanged.get(key, read, lasting=True) if self._shares else read()

    def patient(self, retry: Retry) -> Retry:
        """The same policy, whose waits end as soon as the run is stopped."""
        return replace(retry, sleep=self._sleep) if self._shares else retry

    def forget(self) -> None:
        """Time passed, so that what a write may have changed meanwhile is read again: somebody was asked something."""
        for _, memo in self._onelogin.values():
            if memo is not None:
                memo.forget()

    def stop(self) -> None:
        """Ends every wait between two attempts, now and from now on: the run is to end soon."""
        self._stopped.set()

    def close(self) -> None:
        """Closes all connections to all accounts."""
        for account, _ in self._onelogin.values():
            account.close()

    def _memo(self, account: Hashable) -> Memo | None:
        if not self._shares:
            return None
        memo = Memo(age=_AGE if self._writes else None)
        memo.census.connections = max(1, self._connections[account])
        return memo

    def _gate(self, account: Hashable, name: str, pause: Hint, left: Left) -> Gate:
        if account not in self._gates:
            self._gates[account] = Gate(
                name, at_once=AT_ONCE, budget=self._budget, pause=pause, left=left, sleep=self._sleep
            )
        return self._gates[account]

    def _sleep(self, seconds: float) -> None:
        self._stopped.wait(seconds)


def onelogin_key(url: str) -> Hashable:
    """What makes an account at OneLogin: its address, however it is written."""
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower(), parts.path.rstrip("/")

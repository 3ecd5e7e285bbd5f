"""One apply at a time for each connection, on all machines that share a store, and who holds it while it does.

A lock is a lease: its holder renews it at a third of its time, and one that died leaves it to expire. On the same
machine a holder that is known to be dead is not waited for. A holder that was asleep or cut off for longer than its
lease may have lost the lock to somebody else, so it asks before it writes (`Lock.confirm`, `Lock.ensure`).
"""

from __future__ import annotations

import contextlib
import getpass
import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sso_sync.errors import Locked, SsoSyncError
from sso_sync.store.opening import asked, opened
from sso_sync.store.processes import Process, surely_dead, this_process

if TYPE_CHECKING:
    from sso_sync.store.database.locks import Claimant, LockRow
    from sso_sync.store.database.store import Store

__all__ = ["LEASE", "Holder", "Lock", "LockLost", "at_work", "holder", "locked", "user"]

LEASE = 60.0
"""Seconds that a lock lasts without being renewed."""
_POLLS = (0.1, 1.0)  # seconds between two tries while waiting, at first and at last
_LONGER = 1.5
_PATIENCE = 5.0  # seconds that a release waits for a renewal under way


class LockLost(Locked):
    """The run was stopped or cut off for so long that its lock ended; another run may be at work by now."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock: the process, where it runs, for whom, since when, until when at least, and what it does."""

    pid: int
    host: str
    user: str
    since: datetime
    until: datetime
    command: str
    token: str


class Lock:
    """A lock that this process holds. `fence` is greater than that of any former holder; `token` is this one's name."""

    def __init__(self, store: Store, name: str, token: str, *, fence: int, lease: float, taken: float) -> None:
        self.name = name
        self.token = token
        self.fence = fence
        self._store = store
        self._lease = lease
        self._good_until = taken + lease
        self._lost = False
        self._ended = threading.Event()
        self._heart = threading.Thread(target=self._beat, name=f"lock {name}", daemon=True)
        self._heart.start()

    def confirm(self) -> None:
        """Returns when the store says that the lock is held. Raises LockLost; SsoSyncError when the store is silent."""
        if self._lost or not self._store.locks.held(self.name, self.token):
            self._renew()

    def ensure(self) -> None:
        """The same without a word to the store, as long as the lease cannot have ended. Costs nothing."""
        if self._lost or _now() >= self._good_until:
            self._renew()

    def release(self) -> None:
        """Lets the lock go. Never raises: one that cannot be let go ends by itself."""
        self._ended.set()
        self._heart.join(min(self._lease, _PATIENCE))
        with contextlib.suppress(SsoSyncError):
            self._store.locks.release(self.name, self.token)

    def _renew(self) -> None:
        """Begins the lease anew, counted from before it was asked for. Raises LockLost and SsoSyncError."""
        asked_at = _now()
        if self._lost or not self._store.locks.renew(self.name, self.token, self._lease):
            self._lost = True
            raise LockLost.because(
                f"This run has lost its lock on the connection {self.name!r}",
                detail=f"It was stopped or cut off from the store for more than {self._lease:g} seconds, so that "
                "another run may be at work. It writes nothing any more.",
                next_action="Wait until the other run has ended, then run plan to see what is left to do.",
            )
        self._good_until = asked_at + self._lease

    def _beat(self) -> None:
        while not self._ended.wait(self._lease / 3):
            with contextlib.suppress(SsoSyncError):
                self._renew()
            if self._lost:
                return


@contextmanager
def locked(name: str, *, command: str, timeout: float = 0.0, lease: float = LEASE) -> Iterator[Lock]:
    """Holds the lock of the connection `name` while the block runs, and lets it go however the block ends.

    `timeout`: seconds to wait for a run that holds it. `command` is what others are told. `lease`: seconds after which
    the lock ends when this process does not renew it. Raises Locked when the lock is still held by then, SsoSyncError
    when the store cannot be used.
    """
    lock = _taken(opened(), name, command, max(timeout, 0.0), lease)
    try:
        yield lock
    finally:
        lock.release()


def holder(name: str) -> Holder | None:
    """Who holds the lock of the connection `name`; None for nobody who can be alive. Raises SsoSyncError."""
    row = asked(lambda store: store.locks.holder(name), otherwise=None)
    return None if row is None or surely_dead(row.claimant.process) else _holder(row)


def at_work(name: str, token: str) -> bool:
    """Whether the run that held the lock of the connection `name` by this token still does. Raises SsoSyncError."""
    held = holder(name)
    return held is not None and held.token == token


def user() -> str:
    """The name of whoever runs this, as far as the system knows one."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # no such entry; which of them depends on the Python version
        return f"uid {os.getuid()}" if hasattr(os, "getuid") else "unknown"


def _taken(store: Store, name: str, command: str, patience: float, lease: float) -> Lock:
    claimant = _claimant(command, this_process())
    began, pause = time.monotonic(), _POLLS[0]
    dead: str | None = None
    while True:
        asked_at = _now()
        fence = store.locks.take(name, claimant, lease, from_dead=dead)
        if fence is not None:
            return Lock(store, name, claimant.token, fence=fence, lease=lease, taken=asked_at)
        row = store.locks.holder(name)
        if row is None:
            continue  # let go in between
        if row.claimant.token != dead and surely_dead(row.claimant.process):
            dead = row.claimant.token
            continue
        left = patience - (time.monotonic() - began)
        if left <= 0:
            raise _busy(name, row, patience)
        time.sleep(min(pause, left))
        pause = min(pause * _LONGER, _POLLS[1])


def _claimant(command: str, process: Process) -> Claimant:
    from sso_sync.store.database.locks import Claimant

    return Claimant(secrets.token_hex(16), process, _text(socket.gethostname()), _text(user()), _text(command))


def _text(text: str) -> str:
    """What a database takes: no NUL, and nothing that is no Unicode, as the name of a file may be."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _now() -> float:
    """Seconds that also pass while the machine sleeps, where the system counts them."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


def _holder(row: LockRow) -> Holder:
    who = row.claimant
    return Holder(who.process.pid, who.host, who.account, row.since, row.until, who.command, who.token)


def _busy(name: str, row: LockRow, waited: float) -> Locked:
    held = _holder(row)
    since = f"since {held.since:%Y-%m-%d %H:%M:%S} UTC ({_ago(row)})"
    patience = f" It did not end within {waited:g} seconds." if waited > 0 else ""
    return Locked.because(
        f"The connection {name!r} is locked by {held.user} on {held.host} (process {held.pid}), {since}",
        detail=f"It runs: {held.command}.{patience}",
        next_action="Wait until that run has ended and run this again, or let it wait with --lock-timeout SECONDS. "
        f"If that run died, its lock ends by itself at {held.until:%H:%M:%S} UTC.",
    )


def _ago(row: LockRow) -> str:
    seconds = max(int((row.now - row.since).total_seconds()), 0)
    for size, word in ((3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {word}{'s' if count != 1 else ''} ago"
    return f"{seconds} second{'s' if seconds != 1 else ''} ago"

"""The store of this process: opened when it is first needed, as the environment names it, and never carried across a
fork.

Who only reads what would be useful goes on without it (`glanced`), and `trouble` tells why; who needs it gets the error
(`asked`, `required`).
"""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from sso_sync.errors import SsoSyncError
from sso_sync.store.address import Address, address
from sso_sync.store.unavailable import StoreUnavailable

if TYPE_CHECKING:
    from sso_sync.store.database.store import Store

__all__ = ["asked", "glanced", "opened", "required", "trouble"]

T = TypeVar("T")
_PATIENCE = 30.0  # seconds in which a store that was out of reach is not looked for again by those who only read


@dataclass
class _Opened:
    """What this process has open."""

    guard: threading.Lock = field(default_factory=threading.Lock)
    address: Address | None = None
    file: tuple[int, int] | None = None
    store: Store | None = None
    problem: SsoSyncError | None = None
    problem_at: float = 0.0

    @property
    def lately(self) -> bool:
        """Whether the problem is so young that asking again is likely to be waiting again."""
        return time.monotonic() < self.problem_at + _PATIENCE


_opened = _Opened()
_before_the_fork: list[_Opened] = []  # never closed: the connections are the parent's


def opened() -> Store:
    """The store, made if there is none, for whoever goes on working with this one. Raises SsoSyncError."""
    with _noted():
        return _current(address())


def required(act: Callable[[Store], T]) -> T:
    """Does something in the store, which is made if there is none. Raises SsoSyncError when it cannot be used."""
    with _noted():
        return act(_current(address()))


def asked(question: Callable[[Store], T], *, otherwise: T) -> T:
    """The answer to a question that changes nothing; `otherwise` where there is no store yet.

    Raises SsoSyncError when the store cannot be used.
    """
    where = address()
    if where.file is not None and not os.path.lexists(where.file):
        _opened.problem = None
        return otherwise
    known = _opened.problem
    if known is not None and where.server is not None and _opened.address == where and _opened.lately:
        raise StoreUnavailable(*known.diagnostics)
    with _noted():
        return question(_current(where))


def glanced(question: Callable[[Store], T], *, otherwise: T) -> T:
    """Like `asked`, but what cannot be had is as good as none; `trouble` says why.

    Raises SsoSyncError for an address that is none.
    """
    address()
    with contextlib.suppress(SsoSyncError):
        return asked(question, otherwise=otherwise)
    return otherwise


def trouble() -> SsoSyncError | None:
    """Why the store could not be used when this process tried last; None when it could."""
    return _opened.problem


class _noted:  # noqa: N801 - used like a function
    """Remembers what went wrong, or that nothing did."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, problem: BaseException | None, trace: object) -> None:
        if problem is None or isinstance(problem, SsoSyncError):
            _opened.problem, _opened.problem_at = problem, time.monotonic()


def _current(where: Address) -> Store:
    from sso_sync.store.database.store import Store

    with _opened.guard:
        if _opened.store is None or _opened.address != where or _opened.file != _identity(where):
            if _opened.store is not None:
                _opened.store.close()
            _opened.store, _opened.address = None, where
            _opened.store = Store(where)
            _opened.file = _identity(where)
        return _opened.store


def _identity(where: Address) -> tuple[int, int] | None:
    """Which file it is: a store that was moved away is not written on."""
    with contextlib.suppress(OSError):
        if where.file is not None:
            found = where.file.stat()
            return found.st_dev, found.st_ino
    return None


def _forked() -> None:
    global _opened  # noqa: PLW0603 - what a process has open is its own
    _before_the_fork.append(_opened)
    _opened = _Opened()


def _close() -> None:
    if _opened.store is not None:
        _opened.store.close()


atexit.register(_close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)

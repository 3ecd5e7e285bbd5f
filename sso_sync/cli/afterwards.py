"""What is done once the result of a command was printed, and cannot change it any more."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["afterwards", "with_afterwards"]

Act = Callable[[], None]

log = logging.getLogger("sso_sync.cli")
_due: ContextVar[list[Act] | None] = ContextVar("due", default=None)


def afterwards(act: Act) -> None:
    """Has `act` done at the end of the command, whatever comes of that. What `act` raises is logged, and no more."""
    acts = _due.get()
    if acts is None:
        raise AssertionError("no command is running")
    acts.append(act)


@contextmanager
def with_afterwards() -> Iterator[None]:
    """Around a command and the printing of its result: what was put off is done at the end."""
    acts: list[Act] = []
    token = _due.set(acts)
    try:
        yield
        for act in acts:
            _done(act)
    finally:
        _due.reset(token)


def _done(act: Act) -> None:
    try:
        act()
    except (Exception, KeyboardInterrupt):  # the result is out, and the exit code stands
        log.exception("after the result was printed")

"""Library warnings about odd input, kept away from the user: the input is theirs, the warning is for programmers."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

__all__ = ["without_warnings"]

# `catch_warnings` swaps filters of the whole process; two threads doing so at once could leave theirs behind.
_LOCK = Lock()


@contextmanager
def without_warnings() -> Iterator[None]:
    """Runs the block with all warnings ignored; safe from several threads. Keep the block short and never nest it."""
    with _LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield

"""Serving until somebody says stop: Ctrl-C, or a polite kill."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["stoppable", "wait"]


@contextmanager
def stoppable() -> Iterator[None]:
    """SIGINT and SIGTERM end the block in good order, so that what is being served can be put away."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        return


def wait() -> None:
    """Sleeps until a signal comes."""
    threading.Event().wait()

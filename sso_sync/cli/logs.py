"""What `-v` shows: the log of sso-sync itself, on stderr, one safe line for each request."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sso_sync.safe import visible

__all__ = ["logging_to_stderr"]


class _OneLine(logging.Formatter):
    """Nothing that is logged may act on the terminal; a traceback keeps its lines."""

    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(visible(line) for line in super().format(record).split("\n"))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is the standard library's
        return visible(super().formatMessage(record))


@contextmanager
def logging_to_stderr(*, enabled: bool) -> Iterator[None]:
    """Shows the log of the package while the block runs; without `enabled` nobody sees it, warnings included."""
    logger = logging.getLogger("sso_sync")
    handler = logging.StreamHandler() if enabled else logging.NullHandler()
    handler.setFormatter(_OneLine("%(asctime)s.%(msecs)03d %(message)s", datefmt="%H:%M:%S"))
    former = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(former)

"""The log of sso-sync itself, on stderr: with `-v` one safe line for each request, or everything as JSON lines."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sso_sync.cli.records import JsonLines
from sso_sync.safe import visible
from sso_sync.tracing import hidden
from sso_sync.values import Json

__all__ = ["as_records", "logging_to_stderr", "tell"]

_OURS = "sso_sync"
_LOG = logging.getLogger("sso_sync.cli")


class _OneLine(logging.Formatter):
    """Nothing that is logged may act on the terminal; a traceback keeps its lines."""

    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(visible(hidden(line)) for line in super().format(record).split("\n"))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is the standard library's
        return visible(super().formatMessage(record))


@contextmanager
def logging_to_stderr(*, enabled: bool, records: bool = False, quiet: bool = False) -> Iterator[None]:
    """Shows the log of the package while the block runs; without `enabled` nobody sees it, warnings included.

    `records`: as JSON, and then it is all that stderr holds: what is said there becomes a part of the log. Without
    `enabled` that is everything but the requests, and with `quiet` only warnings and errors.
    """
    handler = logging.StreamHandler() if enabled or records else logging.NullHandler()
    if not records:
        handler.setFormatter(_OneLine("%(asctime)s.%(msecs)03d %(message)s", datefmt="%H:%M:%S"))
        with _shown_by(handler, logging.getLogger(_OURS), logging.DEBUG):
            yield
        return
    handler.setFormatter(JsonLines(words=enabled))
    handler.addFilter(_worth_it)
    level = logging.DEBUG if enabled else logging.WARNING if quiet else logging.INFO
    root = logging.getLogger()
    logging.captureWarnings(True)
    try:
        with _shown_by(handler, root, root.level), _shown_by(logging.NullHandler(), logging.getLogger(_OURS), level):
            yield
    finally:
        logging.captureWarnings(False)


def as_records() -> bool:
    """Whether what goes to stderr has to be a part of the log."""
    return any(isinstance(handler.formatter, JsonLines) for handler in logging.getLogger().handlers)


def tell(level: int, message: str, fields: Mapping[str, Json] | None = None) -> None:
    """Something that was said to people, as a part of the log."""
    _LOG.log(level, "%s", message, extra={"told": fields or {}})


def _worth_it(record: logging.LogRecord) -> bool:
    """Of the libraries only what they would have written to stderr anyway."""
    return record.name.partition(".")[0] == _OURS or record.levelno >= logging.WARNING


@contextmanager
def _shown_by(handler: logging.Handler, logger: logging.Logger, level: int) -> Iterator[None]:
    former = logger.level
    logger.addHandler(handler)
    logger.setLevel(level)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(former)

"""The log as JSON: one object on one line of stderr for everything that is said there, for programs to read.

Keys that are always there: `time` (UTC), `level` (debug, info, warning, error), `logger`, `message`. Where they are
known: `connection`, `run_id`, `step`, `side`; `request` with its method, path, status, attempt, seconds and request_id;
of a diagnostic `detail`, `file`, `line`, `column`, `address` and `next_action`; of an internal error `error` and
`traceback`.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType

from sso_sync.errors import Diagnostic
from sso_sync.tracing import about, hidden
from sso_sync.values import Json

__all__ = ["JsonLines", "diagnostic_fields"]

_ABOUT = ("connection", "run_id", "step", "side")
_PLACE = ("detail", "file", "line", "column", "address", "next_action")
_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class JsonLines(logging.Formatter):
    """`words`: an exception's own text is shown, too. It may hold anything, so only -v asks for it."""

    def __init__(self, *, words: bool) -> None:
        super().__init__()
        self._words = words

    def format(self, record: logging.LogRecord) -> str:
        facts = about()
        line: dict[str, Json] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **{key: facts[key] for key in _ABOUT if key in facts},
        }
        told = getattr(record, "told", None)
        if isinstance(told, Mapping):
            line.update(told)
        if record.exc_info:
            line.update(self._raised(record.exc_info))
        # Plain ASCII survives every encoding, and what acts on a terminal is an escape in it, but for one.
        return json.dumps(_shown(line)).replace("\x7f", "\\u007f")

    def _raised(self, raised: _Raised) -> dict[str, Json]:
        kind, error, frames = raised
        if kind is None:
            return {}
        lines = traceback.format_exception(error) if self._words else traceback.format_tb(frames)
        return {"error": kind.__name__, "traceback": "".join(lines)}


def diagnostic_fields(diagnostic: Diagnostic) -> dict[str, Json]:
    """What a diagnostic says beside its summary, as far as it says it."""
    fields = {name: getattr(diagnostic, name) for name in _PLACE}
    return {name: value for name, value in fields.items() if value is not None}


def _shown(value: Json) -> Json:
    """The value with every text fit to be shown, and to be JSON: half a surrogate pair is none."""
    if isinstance(value, str):
        return hidden(value).encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Mapping):
        return {key: _shown(inner) for key, inner in value.items()}
    return value

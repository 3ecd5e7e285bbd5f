"""What each look for drift saw: one entry of the store for each, for the report's charts.

Numbers only: no address, no value, nobody's name. A schedule looks every few minutes for years, so the oldest go when
there are too many. A damaged entry is as good as none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sso_sync.store.documents import checked_name
from sso_sync.store.opening import glanced, required

__all__ = ["Drift", "drifts", "remember"]

_KIND = "drifts"
_MOST = 10_000  # for each connection: a year of looks every hour


@dataclass(frozen=True)
class Drift:
    """What one look saw. `onelogin` and `justcall` count what differed there, None for a side that could not be read.

    `unknown` counts the values that could not be compared; `days_left` are those of the certificate that ends first,
    negative once it has, None when no end was known.
    """

    at: datetime
    onelogin: int | None
    justcall: int | None
    unknown: int
    days_left: int | None = None


def remember(connection: str, seen: Drift) -> None:
    """Adds what was seen. Raises SsoSyncError when it cannot be written."""
    name = checked_name(connection)
    line = {
        "at": seen.at.isoformat(),
        "onelogin": seen.onelogin,
        "justcall": seen.justcall,
        "unknown": seen.unknown,
        "days_left": seen.days_left,
    }
    text = json.dumps(line)
    required(lambda store: store.entries.add(_KIND, name, text, most=_MOST))


def drifts(connection: str) -> tuple[Drift, ...]:
    """All that are on record and within reach, oldest first."""
    name = checked_name(connection)
    none: list[str] = []
    found = glanced(lambda store: store.entries.all(_KIND, name), otherwise=none)
    return tuple(sorted((one for line in found if (one := _read(line)) is not None), key=lambda one: one.at))


def _read(line: str) -> Drift | None:
    try:
        found: Any = json.loads(line)
        made = Drift(
            datetime.fromisoformat(found["at"]),
            _count(found["onelogin"]),
            _count(found["justcall"]),
            _count(found["unknown"]) or 0,
            _number(found["days_left"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return made if made.at.tzinfo is not None else None


def _number(found: Any) -> int | None:
    if found is not None and type(found) is not int:
        raise TypeError("no number")
    return found


def _count(found: Any) -> int | None:
    number = _number(found)
    if number is not None and number < 0:
        raise ValueError("no count")
    return number

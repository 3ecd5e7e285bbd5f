"""JSON values as a reader wants them: words instead of syntax, and never the same words for two different values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sso_sync.plan.document import plain
from sso_sync.report.shorten import shorten
from sso_sync.safe import looks, visible
from sso_sync.values import Json

__all__ = ["LATER", "NOT_SET", "SENSITIVE", "UNKNOWN", "Difference", "differences", "exact", "show"]

NOT_SET = "(not set)"
SENSITIVE = "(sensitive)"
LATER = "known after apply"
UNKNOWN = "unknown"
_NONE = "(none)"
# A text that reads like one of our own words is quoted, so that no name can pose as them.
_OUR_WORDS = frozenset({NOT_SET, SENSITIVE, LATER, UNKNOWN, _NONE, "yes", "no"})
_LONGEST_KEY = 24
_FINGERPRINT_SHOWN = 11  # four bytes: 9F:3A:11:C0


@dataclass(frozen=True, slots=True)
class Difference:
    """Two shown values of one thing; `key` names the part of a larger value that they belong to."""

    key: str | None
    before: str
    after: str


def show(value: Json) -> str:
    """One line, safe to print. Every kind of "nothing" has its own words: (not set), "", (none)."""
    if value is None:
        return NOT_SET
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        quoted = not value or value != value.strip() or value in _OUR_WORDS
        return f'"{visible(value)}"' if quoted else visible(value)
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping):
        parts = (f"{_key(key)}: {_nested(item)}" for key, item in value.items())
        return _certificate(value) or ", ".join(parts) or _NONE
    return ", ".join(_nested(item) for item in value) or _NONE


def exact(value: Json) -> str:
    """The value spelt out in ASCII, for two values that would look the same in words."""
    return json.dumps(plain(value), sort_keys=True)


def differences(before: Json, after: Json) -> tuple[Difference, ...]:
    """What differs, part by part if both are objects. `before` looks unlike `after`, unless the values are equal."""
    if not isinstance(before, Mapping) or not isinstance(after, Mapping) or _certificate(before) or _certificate(after):
        return (_difference(None, before, after),)
    keys = [key for key in dict.fromkeys((*before, *after)) if exact(before.get(key)) != exact(after.get(key))]
    return tuple(_difference(_key(key), before.get(key), after.get(key)) for key in keys) or (
        _difference(None, before, after),
    )


def _difference(key: str | None, before: Json, after: Json) -> Difference:
    shown = show(before), show(after)
    alike = looks(shown[0]) == looks(shown[1])
    return Difference(key, exact(before), exact(after)) if alike else Difference(key, *shown)


def _key(key: str) -> str:
    return shorten(visible(key), _LONGEST_KEY)


def _nested(value: Json) -> str:
    """A part of a larger value, bracketed if it has parts itself."""
    if isinstance(value, Mapping):
        return "{" + show(value) + "}"
    if value is None or isinstance(value, str | bool | int | float):
        return show(value)
    return "[" + ", ".join(_nested(item) for item in value) + "]"


def _certificate(value: Mapping[str, Json]) -> str | None:
    """A certificate by the start of its fingerprint and its last day; None for anything else."""
    fingerprint, until = value.get("fingerprint"), value.get("not_after")
    if isinstance(fingerprint, str):
        short = visible(fingerprint)
        short = short if len(short) <= _FINGERPRINT_SHOWN else short[:_FINGERPRINT_SHOWN] + "…"
        return f"{short} until {visible(until)[:10]}" if isinstance(until, str) else short
    if "text_sha256" in value:
        return f"no readable certificate (text with SHA-256 {show(value['text_sha256'])}…)"
    return None

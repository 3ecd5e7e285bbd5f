"""Eventual consistency: answers that for a few reads still show what was before.

Nothing here is saved: after a restart everybody sees the truth.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import JsonValue

__all__ = ["Lag"]


@dataclass
class _Old:
    value: JsonValue
    reads: int


class Lag:
    """What is still to be shown, by a key of the caller's choice, and for how many reads."""

    def __init__(self) -> None:
        self._old: dict[str, _Old] = {}

    def remember(self, key: str, value: JsonValue, reads: int) -> None:
        """Makes the next `reads` reads of `key` show `value`; what is already being shown stays the older truth."""
        if reads <= 0:
            return
        already = self._old.get(key)
        self._old[key] = _Old(value if already is None else already.value, reads)

    def seen(self, key: str, truth: JsonValue) -> JsonValue:
        """What this read of `key` shows: the old value while reads are left, else `truth`."""
        old = self._old.get(key)
        if old is None:
            return truth
        old.reads -= 1
        if old.reads == 0:
            del self._old[key]
        return old.value

    def clear(self) -> None:
        self._old.clear()

"""The two halves of a comparison: what is wanted and what is there, with room for "later" and "nobody knows"."""

from __future__ import annotations

from dataclasses import dataclass

from sso_sync.plan.meaning import Meaning
from sso_sync.plan.operations import Output
from sso_sync.plan.side import Side
from sso_sync.plan.targets import Target
from sso_sync.spec.connection import SpecPath
from sso_sync.values import Json

__all__ = ["ABSENT", "Absent", "Cell", "Item", "Known", "Later", "Undetermined"]


@dataclass(frozen=True, slots=True)
class Known:
    """A value; None means an empty field."""

    value: Json


@dataclass(frozen=True, slots=True)
class Absent:
    """The thing itself is not there (live), or must not be (desired)."""


@dataclass(frozen=True, slots=True)
class Later:
    """Wanted, but only OneLogin can say what it is, after apply."""

    output: Output


@dataclass(frozen=True, slots=True)
class Undetermined:
    """Not known, and why. Unknown is not absent: it is never compared and never reported as in sync.

    `expired` marks what was once attested; a value nobody ever attested can simply be entered by hand.
    """

    reason: str
    expired: bool = False


Cell = Known | Absent | Later | Undetermined
ABSENT = Absent()


@dataclass(frozen=True)
class Item:
    """One managed address: what the spec wants there, what is there, and how the two are compared.

    `path` is the place in the spec that the wish comes from. `by_hand` means that a person has to make the change.
    """

    address: str
    side: Side
    target: Target
    desired: Cell
    live: Cell
    path: SpecPath
    meaning: Meaning = Meaning.EXACT
    reason: str | None = None
    by_hand: bool = False
    sensitive: bool = False

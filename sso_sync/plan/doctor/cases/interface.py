"""What a case is: an id, what is wrong in general, and a pure function that looks for it in the evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sso_sync.plan.doctor.evidence import Evidence
from sso_sync.plan.doctor.model import Finding, Harm, Repair
from sso_sync.plan.model import Side

__all__ = ["Case"]


def _always(_: Evidence) -> bool:
    return True


@dataclass(frozen=True)
class Case:
    """One way in which logins fail, or are not safe.

    `what` says it without any values, for when nothing but a symptom or a message tells of it; `repairs` are the ways
    to heal it then. `look` never raises and reads nothing but the evidence. `sides` are those without which nothing can
    be said, both by default; `decided` says whether the rest of the evidence would show the case if it were there.
    """

    id: str
    what: str
    side: Side
    harm: Harm
    address: str
    repairs: tuple[Repair, ...]
    look: Callable[[Evidence], Iterable[Finding]]
    sides: frozenset[Side] = frozenset(Side)
    decided: Callable[[Evidence], bool] = _always

"""Who gets in, and through which role. Long lists are folded and bounded; their numbers are always told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sso_sync.plan.model import Admission, Plan
from sso_sync.report.summary import access, count

__all__ = ["Access", "Door", "admitted", "people_words"]

_MOST_PEOPLE = 200
_MOST_ROLES = 100


@dataclass(frozen=True)
class Door:
    """One way in. `people` are the first of them, None where nobody read them."""

    role: str
    kind: str
    number: str
    people: tuple[str, ...] | None
    more: str | None = None


@dataclass(frozen=True)
class Access:
    kind: ClassVar[str] = "access"
    title: str
    summary: str
    doors: tuple[Door, ...]
    more: str | None = None


def admitted(plan: Plan) -> list[Access]:
    """The block about access; none where OneLogin was not read, or has no app."""
    found = plan.admission
    if found is None:
        return []
    doors = [
        _door(
            one.role,
            "owned by this connection, for its users and groups" if one.owned else "a role that opens the app",
            one.people,
        )
        for one in found.roles[:_MOST_ROLES]
    ]
    if found.granted:
        doors.append(_door("Granted by hand", "in OneLogin's console, through no role", found.granted))
    rest = len(found.roles) - _MOST_ROLES
    told = " ".join(text for text in (people_words(found), access(plan)) if text)
    return [Access("Who gets in", told, tuple(doors), f"and {count(rest, 'more role')}" if rest > 0 else None)]


def people_words(found: Admission) -> str:
    """`42 people get in today, through 2 roles.`"""
    through = f"through {count(len(found.roles), 'role')}"
    if not found.roles and not found.granted:
        return "No role opens the app: nobody gets in through one today."
    if found.people is None:
        return f"People get in {through}; the members were not read in this run."
    who = "Nobody gets in" if not found.people else "1 person gets in" if found.people == 1 else None
    by_hand = f"; {count(len(found.granted), 'grant')} by hand" if found.granted else ""
    return f"{who or f'{found.people} people get in'} today, {through}{by_hand}."


def _door(role: str, kind: str, people: tuple[str, ...] | None) -> Door:
    if people is None:
        return Door(role, kind, "not read", None)
    number = "1 person" if len(people) == 1 else f"{len(people)} people"
    rest = len(people) - _MOST_PEOPLE
    return Door(role, kind, number, people[:_MOST_PEOPLE], f"and {rest} more" if rest > 0 else None)

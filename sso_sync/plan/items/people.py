"""The people that a spec wants in a role: by e-mail, or as members of a group, matched with OneLogin's users."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sso_sync.errors import Diagnostic
from sso_sync.onelogin.models import Person
from sso_sync.plan.items.common import Area
from sso_sync.plan.scope import owned_role
from sso_sync.spec.connection import SpecPath
from sso_sync.spec.model import Role, given

__all__ = ["ACCESS_PATH", "People", "Wish", "nobody", "owned_people", "role_people", "suspended"]

ACCESS_PATH: SpecPath = ("onelogin", "access")
_SUSPENDED = 2  # user status (fact sheet onelogin-api §7)


@dataclass(frozen=True)
class Wish:
    """A person who has to be in a role, with the place that says so and the reason.

    `label` is what texts call the person: the e-mail as the spec spells it. `person` is None when OneLogin has no such
    user.
    """

    label: str
    path: SpecPath
    person: Person | None
    reason: str | None = None


@dataclass(frozen=True)
class People:
    """Everybody who belongs into one role, by e-mail in lower case; `path` is the list as a whole."""

    path: SpecPath
    wishes: Mapping[str, Wish] = field(default_factory=dict)
    findings: tuple[Diagnostic, ...] = ()


def role_people(area: Area, role: Role, path: SpecPath) -> People:
    """The members that the spec lists for a role."""
    return People(path, _named(area, role.members or (), path, area.idp.members.get(role.name, ())))


def owned_people(area: Area) -> People:
    """Everybody who belongs into the owned role: named people and the members of named groups."""
    wanted = area.connection.spec.onelogin.access
    members = area.idp.members.get(owned_role(area.connection.spec), ())
    wishes = _named(area, wanted.users or (), (*ACCESS_PATH, "users"), members)
    findings = []
    for index, group in enumerate(wanted.groups or ()):
        path: SpecPath = (*ACCESS_PATH, "groups", index)
        if group not in area.idp.group_members:
            findings.append(_no_group(area, group, path))
            continue
        reason = f"member of group {area.spoken(group, path)}"
        for person in area.idp.group_members[group]:
            wishes.setdefault(person.key, Wish(person.email or person.key, path, person, reason))
    key = "users" if given(wanted, "users") else "groups"
    return People((*ACCESS_PATH, key), wishes, tuple(findings))


def _named(area: Area, emails: Iterable[str], path: SpecPath, members: Iterable[Person]) -> dict[str, Wish]:
    known, there = area.idp.people, {person.key: person for person in members}
    return {
        key: Wish(area.label(email, (*path, index)), (*path, index), known.get(key) or there.get(key))
        for index, email in enumerate(emails)
        for key in [email.lower()]
    }


def _no_group(area: Area, group: str, path: SpecPath) -> Diagnostic:
    return area.connection.diagnostic(
        "error",
        path,
        f"There is no group named {area.spoken(group, path)} in OneLogin",
        address="onelogin.access.groups",
        next_action="Correct the name; groups are listed under Users → Groups.",
    )


def nobody(area: Area, wish: Wish, address: str) -> Diagnostic:
    """The spec names somebody whom OneLogin does not know."""
    return area.connection.diagnostic(
        "error",
        wish.path,
        f"No OneLogin user has the e-mail {wish.label!r}",
        address=address,
        next_action="Correct the address, create the user in OneLogin, or take the line out of the spec.",
    )


def suspended(area: Area, wish: Wish, person: Person, address: str) -> tuple[Diagnostic, ...]:
    """A warning for somebody who would get access and cannot sign in."""
    if person.status != _SUSPENDED:
        return ()
    warning = area.connection.diagnostic(
        "warning",
        wish.path,
        f"{wish.label} is suspended in OneLogin and cannot sign in",
        address=address,
        next_action="Reactivate the user in OneLogin, or take the line out of the spec.",
    )
    return (warning,)

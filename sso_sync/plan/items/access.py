"""Who gets in: the app's role list, the membership of managed roles, and people through the owned role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sso_sync.errors import Diagnostic
from sso_sync.onelogin.models import Person
from sso_sync.plan.cells import ABSENT, Cell, Known
from sso_sync.plan.items.common import Area, Found
from sso_sync.plan.operations import RoleRef
from sso_sync.plan.scope import member_roles, owned_role, roles_of, wants_owned_role
from sso_sync.plan.targets import DirectGrant, Membership, RoleAttachment
from sso_sync.spec.connection import SpecPath
from sso_sync.spec.model import Role, given

__all__ = ["access"]

_PATH: SpecPath = ("onelogin", "access")
_SUSPENDED = 2  # user status (fact sheet onelogin-api §7)


def access(area: Area) -> Found:
    """The app's role list, members, people of the owned role, and grants that only the console can take away."""
    return _role_list(area) + _members(area) + _owned(area) + _direct_grants(area)


def _role_list(area: Area) -> Found:
    wanted = area.connection.spec.onelogin.access
    found = Found()
    listed = roles_of(wanted) if given(wanted, "roles") else ()
    for index, role in enumerate(listed):
        found += _attached(area, role, (*_PATH, "roles", index))
    owned = _owned_wish(area)
    if owned is not None:
        found += _attached(area, owned, (*_PATH, "users" if given(wanted, "users") else "groups"), owned=True)
    if given(wanted, "roles") and wanted.mode == "authoritative":
        spared = {role.name for role in listed} | {owned_role(area.connection.spec)}
        found += _detached(area, spared)
    return found


def _owned_wish(area: Area) -> Role | None:
    """The owned role when it has to be on the list: it has people, or it is already there to be kept."""
    spec = area.connection.spec
    if not wants_owned_role(spec.onelogin.access):
        return None
    name = owned_role(spec)
    if area.idp.role(name) is None and not _owned_people(area).wishes:
        return None
    return Role.model_construct(_fields_set={"name", "create"}, name=name, create=True, members=None)


def _attached(area: Area, role: Role, path: SpecPath, *, owned: bool = False) -> Found:
    live, address = area.idp.role(role.name), f"onelogin.access.roles.{role.name}"
    if live is None and not role.create:
        missing = area.connection.diagnostic(
            "error",
            path,
            f"There is no role named {role.name!r} in OneLogin",
            address=address,
            next_action=f"Correct the name, or write `{{name: {role.name}, create: true}}` to have it created.",
        )
        return Found(findings=(missing,))
    there = live is not None and area.idp.app is not None and live.id in area.idp.app.role_ids
    reason = "owned by this connection, for people and groups" if owned else None
    if live is None:
        reason = "the role is created" + (f", {reason}" if reason else "")
    target = RoleAttachment(RoleRef(role.name, live.id if live else None), create=live is None)
    return Found((area.item(address, target, Known(True), Known(True) if there else ABSENT, path, reason=reason),))


def _detached(area: Area, spared: set[str]) -> Found:
    names = {role.id: role.name for role in area.idp.roles}
    items = []
    for role_id in area.idp.app.role_ids if area.idp.app else ():
        name = names.get(role_id, f"#{role_id}")
        if name not in spared:
            items.append(
                area.item(
                    f"onelogin.access.roles.{name}",
                    RoleAttachment(RoleRef(name, role_id)),
                    ABSENT,
                    Known(True),
                    (*_PATH, "roles"),
                    reason="not in the spec (access.mode: authoritative)",
                )
            )
    return Found(tuple(items))


@dataclass(frozen=True)
class _Wish:
    """A person who has to be in a role, as the spec spells the e-mail, with the place and the reason."""

    email: str
    path: SpecPath
    person: Person | None
    reason: str | None = None


@dataclass(frozen=True)
class _People:
    wishes: Mapping[str, _Wish]
    findings: tuple[Diagnostic, ...] = ()


def _named(area: Area, emails: Iterable[str], path: SpecPath, members: Iterable[Person]) -> dict[str, _Wish]:
    known = {person.key: person for person in members} | dict(area.idp.people)
    return {email.lower(): _Wish(email, (*path, index), known.get(email.lower())) for index, email in enumerate(emails)}


def _members(area: Area) -> Found:
    found = Found()
    wanted = area.connection.spec.onelogin.access
    indexes = {role.name: index for index, role in enumerate(roles_of(wanted))}
    for role in member_roles(wanted):
        path: SpecPath = (*_PATH, "roles", indexes[role.name], "members")
        if area.idp.role(role.name) is None and not role.create:
            continue  # the missing role is reported already
        members = area.idp.members.get(role.name, ())
        people = _People(_named(area, role.members or (), path, members))
        found += _membership(area, role.name, f"onelogin.access.roles.{role.name}.members", people, path)
    return found


def _owned(area: Area) -> Found:
    spec = area.connection.spec
    if not wants_owned_role(spec.onelogin.access):
        return Found()
    key = "users" if given(spec.onelogin.access, "users") else "groups"
    return _membership(area, owned_role(spec), "onelogin.access.users", _owned_people(area), (*_PATH, key))


def _owned_people(area: Area) -> _People:
    """Everybody who belongs into the owned role: named people and the members of named groups."""
    wanted = area.connection.spec.onelogin.access
    members = area.idp.members.get(owned_role(area.connection.spec), ())
    wishes = _named(area, wanted.users or (), (*_PATH, "users"), members)
    findings = []
    for index, group in enumerate(wanted.groups or ()):
        path: SpecPath = (*_PATH, "groups", index)
        if group not in area.idp.group_members:
            findings.append(
                area.connection.diagnostic(
                    "error",
                    path,
                    f"There is no group named {group!r} in OneLogin",
                    next_action="Correct the name; groups are listed under Users → Groups.",
                )
            )
            continue
        for person in area.idp.group_members[group]:
            wishes.setdefault(person.key, _Wish(person.email or person.key, path, person, f"member of group {group}"))
    return _People(wishes, tuple(findings))


def _membership(area: Area, role: str, prefix: str, people: _People, path: SpecPath) -> Found:
    """Who has to join and who has to leave one role."""
    live = area.idp.role(role)
    reference = RoleRef(role, live.id if live else None)
    there = {person.key: person for person in area.idp.members.get(role, ())}
    found = Found(findings=people.findings)
    for key, wish in people.wishes.items():
        person = there.get(key) or wish.person
        if person is None:
            found += Found(findings=(_nobody(area, wish, prefix),))
            continue
        cell: Cell = Known(True) if key in there else ABSENT
        target = Membership(reference, person.id)
        address = f"{prefix}.{wish.email}"
        found += Found((area.item(address, target, Known(True), cell, wish.path, reason=wish.reason),))
        if key not in there and person.status == _SUSPENDED:
            found += Found(findings=(_suspended(area, wish, address),))
    for key, person in there.items():
        if key not in people.wishes:
            item = area.item(
                f"{prefix}.{person.email or person.key}",
                Membership(reference, person.id),
                ABSENT,
                Known(True),
                path,
                reason="not in the spec",
            )
            found += Found((item,))
    return found


def _nobody(area: Area, wish: _Wish, prefix: str) -> Diagnostic:
    return area.connection.diagnostic(
        "error",
        wish.path,
        f"No OneLogin user has the e-mail {wish.email!r}",
        address=f"{prefix}.{wish.email}",
        next_action="Correct the address, create the user in OneLogin, or take the line out of the spec.",
    )


def _suspended(area: Area, wish: _Wish, address: str) -> Diagnostic:
    return area.connection.diagnostic(
        "warning",
        wish.path,
        f"{wish.email} is suspended in OneLogin and cannot sign in",
        address=address,
        next_action="Reactivate the user in OneLogin, or take the line out of the spec.",
    )


def _direct_grants(area: Area) -> Found:
    """People who were added by hand and are not in the spec: visible by subtraction, removable only in the console."""
    wishes = _owned_people(area).wishes
    return Found(
        tuple(
            area.item(
                f"onelogin.access.users.{person.email or person.key}",
                DirectGrant(person.id),
                ABSENT,
                Known("granted in the console"),
                (*_PATH, "users"),
                reason="no API removes a direct grant: open the user in OneLogin → Applications, and remove the app",
                by_hand=True,
            )
            for person in area.idp.direct_grants or ()
            if person.key not in wishes
        )
    )

"""Who gets in: the app's role list, the membership of managed roles, and people through the owned role."""

from __future__ import annotations

from sso_sync.onelogin.models import Person
from sso_sync.plan.cells import ABSENT, Cell, Item, Known
from sso_sync.plan.items.common import Area, Found
from sso_sync.plan.items.people import ACCESS_PATH, People, nobody, owned_people, role_people, suspended
from sso_sync.plan.operations import RoleRef
from sso_sync.plan.scope import member_roles, owned_role, owned_role_path, roles_of, wants_owned_role
from sso_sync.plan.targets import DirectGrant, Membership, RoleAttachment
from sso_sync.spec.connection import SpecPath
from sso_sync.spec.model import Role, given

__all__ = ["access"]


def access(area: Area) -> Found:
    """The app's role list, members, people of the owned role, and grants that only the console can take away."""
    owned = owned_people(area)
    return _role_list(area, owned) + _members(area) + _owned(area, owned) + _direct_grants(area, owned)


def _role_list(area: Area, owned: People) -> Found:
    spec = area.connection.spec
    wanted = spec.onelogin.access
    listed = roles_of(wanted) if given(wanted, "roles") else ()
    found = Found()
    for index, role in enumerate(listed):
        if role.name != owned_role(spec) or not wants_owned_role(wanted):
            found += _attached(area, role, (*ACCESS_PATH, "roles", index, "name"))
    if _owned_role_opens(area, owned):
        # Listed or not, the role that holds `users` and `groups` is made when it is missing.
        role = Role.model_construct(_fields_set={"name", "create"}, name=owned_role(spec), create=True, members=None)
        found += _attached(area, role, owned_role_path(spec), owned=True)
    if given(wanted, "roles") and wanted.mode == "authoritative":
        found += _detached(area, {role.name for role in listed} | {owned_role(spec)})
    return found


def _owned_role_opens(area: Area, owned: People) -> bool:
    """Whether the owned role has to be on the list: it has people, is listed, or is there to be kept."""
    spec = area.connection.spec
    wanted = spec.onelogin.access
    if not wants_owned_role(wanted):
        return False
    name = owned_role(spec)
    return bool(owned.wishes) or area.idp.role(name) is not None or name in {role.name for role in roles_of(wanted)}


def _attached(area: Area, role: Role, path: SpecPath, *, owned: bool = False) -> Found:
    live, label = area.idp.role(role.name), area.label(role.name, path)
    address = f"onelogin.access.roles.{label}"
    if live is None and not role.create:
        missing = area.connection.diagnostic(
            "error",
            path,
            f"There is no role named {label!r} in OneLogin",
            address=address,
            next_action=f"Correct the name, or write `{{name: {label}, create: true}}` to have it created.",
        )
        return Found(findings=(missing,))
    if sum(other.name == role.name for other in area.idp.roles) > 1:
        ambiguous = area.connection.diagnostic(
            "error",
            path,
            f"OneLogin has several roles named {label!r}",
            address=address,
            next_action="Rename all but one of them in OneLogin.",
        )
        return Found(findings=(ambiguous,))
    there = live is not None and area.idp.app is not None and live.id in area.idp.app.role_ids
    reason = "owned by this connection, for people and groups" if owned else None
    if live is None:
        reason = "the role is created" + (f", {reason}" if reason else "")
    target = RoleAttachment(RoleRef(role.name, live.id if live else None), label, create=live is None)
    cell: Cell = Known(True) if there else ABSENT
    # What a role does is no secret, only its name may be.
    return Found((area.item(address, target, Known(True), cell, path, reason=reason, sensitive=False),))


def _detached(area: Area, spared: set[str]) -> Found:
    names = {role.id: role.name for role in area.idp.roles}
    items = []
    for role_id in area.idp.app.role_ids if area.idp.app else ():
        name = names.get(role_id, f"#{role_id}")
        if name not in spared:
            items.append(
                area.item(
                    f"onelogin.access.roles.{name}",
                    RoleAttachment(RoleRef(name, role_id), name),
                    ABSENT,
                    Known(True),
                    (*ACCESS_PATH, "roles"),
                    reason="not in the spec (access.mode: authoritative)",
                )
            )
    return Found(tuple(items))


def _members(area: Area) -> Found:
    found = Found()
    wanted = area.connection.spec.onelogin.access
    indexes = {role.name: index for index, role in enumerate(roles_of(wanted))}
    for role in member_roles(wanted):
        path: SpecPath = (*ACCESS_PATH, "roles", indexes[role.name])
        if area.idp.role(role.name) is None and not role.create:
            continue  # the missing role is reported already
        label = area.label(role.name, (*path, "name"))
        people = role_people(area, role, (*path, "members"))
        found += _membership(area, role.name, label, f"onelogin.access.roles.{label}.members", people)
    return found


def _owned(area: Area, people: People) -> Found:
    spec = area.connection.spec
    if not wants_owned_role(spec.onelogin.access):
        return Found()
    label = area.label(owned_role(spec), owned_role_path(spec))
    return _membership(area, owned_role(spec), label, "onelogin.access.users", people)


def _membership(area: Area, role: str, label: str, prefix: str, people: People) -> Found:
    """Who has to join and who has to leave one role."""
    live = area.idp.role(role)
    reference = RoleRef(role, live.id if live else None)
    members = area.idp.members.get(role, ())
    there = {person.key: person for person in members}
    # Lists, because a role may have thousands of members.
    items: list[Item] = []
    findings = list(people.findings)
    for key, wish in people.wishes.items():
        person = there.get(key) or wish.person
        address = f"{prefix}.{wish.label}"
        if person is None:
            findings.append(nobody(area, wish, address))
            continue
        cell: Cell = Known(True) if key in there else ABSENT
        target = Membership(reference, label, person.id)
        items.append(area.item(address, target, Known(True), cell, wish.path, reason=wish.reason, sensitive=False))
        if key not in there:
            findings += suspended(area, wish, person, address)
    leaving = tuple(person for person in members if person.key not in people.wishes)
    for person, name in zip(leaving, _told_apart(leaving), strict=True):
        target = Membership(reference, label, person.id)
        address = f"{prefix}.{name}"
        items.append(area.item(address, target, ABSENT, Known(True), people.path, reason="not in the spec"))
    return Found(tuple(items), tuple(findings))


def _told_apart(people: tuple[Person, ...]) -> list[str]:
    """What each is called in an address: the e-mail, with the id where two share one."""
    names = [person.email or person.key for person in people]
    first: dict[str, int] = {}
    return [
        name if first.setdefault(name, index) == index else f"{name}#{person.id}"
        for index, (name, person) in enumerate(zip(names, people, strict=True))
    ]


def _direct_grants(area: Area, owned: People) -> Found:
    """People who were added by hand and are not in the spec: visible by subtraction, removable only in the console."""
    members = area.idp.members.get(owned_role(area.connection.spec), ())
    leaving = [person for person in members if person.key not in owned.wishes]
    granted = [person for person in area.idp.direct_grants or () if person.key not in owned.wishes]
    # A person who also leaves the owned role has an address by that already.
    names = _told_apart((*leaving, *granted))[len(leaving) :]
    return Found(
        tuple(
            area.item(
                f"onelogin.access.users.{name}",
                DirectGrant(person.id),
                ABSENT,
                Known("granted in the console"),
                (*ACCESS_PATH, "users"),
                reason="no API removes a direct grant: open the user in OneLogin → Applications, and remove the app",
                by_hand=True,
            )
            for person, name in zip(granted, names, strict=True)
        )
    )

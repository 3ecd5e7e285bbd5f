"""Who gets into the app as it is today, and through which role: what a report lists by name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sso_sync.onelogin.models import Person
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.masking import MASK, label, without_secrets
from sso_sync.plan.model import Admission, Entrance
from sso_sync.plan.scope import owned_role, owned_role_path, roles_of
from sso_sync.spec.connection import Connection

__all__ = ["admission"]


def admission(
    connection: Connection, idp: LiveIdp, members: Mapping[str, Sequence[Person]], hidden: Collection[str]
) -> Admission | None:
    """The roles on the app's list with their people, the owned role first; None without an app.

    `members` are those of the roles that were read, by name. `hidden` are e-mails (lower case) that are not shown.
    """
    if idp.app is None:
        return None
    own, labels = owned_role(connection.spec), _labels(connection)
    names = {role.id: role.name for role in idp.roles}
    found, inside = [], set()
    for role_id in idp.app.role_ids:
        name = names.get(role_id, f"#{role_id}")
        people = members.get(name)
        inside |= {person.id for person in people or ()}
        shown = without_secrets(connection, labels.get(name, name))
        found.append(Entrance(shown, name == own, None if people is None else _shown(people, hidden)))
    granted = idp.direct_grants
    inside |= {person.id for person in granted or ()}
    return Admission(
        roles=tuple(sorted(found, key=lambda one: (not one.owned, one.role.casefold(), one.role))),
        granted=None if granted is None else _shown(granted, hidden),
        people=None if any(one.people is None for one in found) else len(inside),
    )


def _labels(connection: Connection) -> dict[str, str]:
    """How the spec's roles are called where their names came from the environment."""
    spec = connection.spec
    places = {owned_role(spec): owned_role_path(spec)}
    for index, role in enumerate(roles_of(spec.onelogin.access)):
        places[role.name] = ("onelogin", "access", "roles", index, "name")
    return {name: label(connection, name, path) for name, path in places.items()}


def _shown(people: Iterable[Person], hidden: Collection[str]) -> tuple[str, ...]:
    """E-mails in order, those that came from the environment last and masked."""
    keys = sorted({person.id: person.key for person in people}.values())
    return (*(key for key in keys if key not in hidden), *(MASK for key in keys if key in hidden))

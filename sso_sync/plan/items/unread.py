"""OneLogin could not be read: what the spec manages there is listed as unknown, never as in sync."""

from __future__ import annotations

from sso_sync.plan.cells import Item, Known, Undetermined
from sso_sync.plan.link import Unread
from sso_sync.plan.masking import label
from sso_sync.plan.model import Side
from sso_sync.plan.operations import RoleRef
from sso_sync.plan.scope import roles_of
from sso_sync.plan.targets import AppItself, RoleAttachment
from sso_sync.spec.connection import Connection, SpecPath
from sso_sync.spec.model import given

__all__ = ["unread"]

_APP: SpecPath = ("onelogin", "app")


def unread(connection: Connection, side: Unread) -> tuple[Item, ...]:
    """One unknown for the app, one for each role that should open it."""
    app, access = connection.spec.onelogin.app, connection.spec.onelogin.access
    live = Undetermined(side.reason)
    items = [
        Item(
            "onelogin.app",
            Side.ONELOGIN,
            AppItself(),
            Known({"name": app.name, "connector": label(connection, str(app.connector), (*_APP, "connector"))}),
            live,
            (*_APP, "name"),
            sensitive=connection.is_sensitive((*_APP, "name")),
        )
    ]
    for index, role in enumerate(roles_of(access) if given(access, "roles") else ()):
        path: SpecPath = ("onelogin", "access", "roles", index, "name")
        name = label(connection, role.name, path)
        target = RoleAttachment(RoleRef(role.name), name)
        items.append(Item(f"onelogin.access.roles.{name}", Side.ONELOGIN, target, Known(True), live, path))
    return tuple(items)

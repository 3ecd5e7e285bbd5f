"""OneLogin could not be read: what the spec manages there is listed as unknown, never as in sync."""

from __future__ import annotations

from sso_sync.plan.cells import Item, Known, Undetermined
from sso_sync.plan.link import Unread
from sso_sync.plan.model import Side
from sso_sync.plan.operations import RoleRef
from sso_sync.plan.scope import roles_of
from sso_sync.plan.targets import AppItself, RoleAttachment
from sso_sync.spec.connection import Connection
from sso_sync.spec.model import given

__all__ = ["unread"]


def unread(connection: Connection, side: Unread) -> tuple[Item, ...]:
    """One unknown for the app, one for each role that should open it."""
    app, access = connection.spec.onelogin.app, connection.spec.onelogin.access
    live = Undetermined(side.reason)
    items = [
        Item(
            "onelogin.app",
            Side.ONELOGIN,
            AppItself(),
            Known({"name": app.name, "connector": app.connector}),
            live,
            ("onelogin", "app"),
        )
    ]
    for index, role in enumerate(roles_of(access) if given(access, "roles") else ()):
        target = RoleAttachment(RoleRef(role.name))
        path = ("onelogin", "access", "roles", index)
        items.append(Item(f"onelogin.access.roles.{role.name}", Side.ONELOGIN, target, Known(True), live, path))
    return tuple(items)

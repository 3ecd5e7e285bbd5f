"""`state: absent`: JustCall's SSO off first, then nobody has access any more, then the app and the owned role go."""

from __future__ import annotations

from sso_sync.justcall.settings import SettingField, Settings
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.cells import ABSENT, Cell, Item, Known, Undetermined
from sso_sync.plan.items.settings import live_cell
from sso_sync.plan.link import Unread
from sso_sync.plan.masking import label
from sso_sync.plan.model import Side
from sso_sync.plan.operations import RoleRef
from sso_sync.plan.scope import owned_role, owned_role_path, roles_of, wants_owned_role
from sso_sync.plan.targets import AppItself, RoleAttachment, RoleItself, Setting
from sso_sync.spec.connection import Connection, SpecPath

__all__ = ["decommission"]

_PATH: SpecPath = ("state",)
_NAME: SpecPath = ("onelogin", "app", "name")
_REASON = "state: absent"


def decommission(
    connection: Connection, idp: LiveIdp | Unread, sp: Settings | Unread, *, by_hand: bool
) -> tuple[Item, ...]:
    """What has to go. JustCall's other values stay as they are, so that an undo can enable SSO again."""
    items = (_switch(sp, by_hand=by_hand),)
    if isinstance(idp, Unread):
        return (*items, _item("onelogin.app", AppItself(), Undetermined(idp.reason)))
    return (*items, *_access(connection, idp), *_app(connection, idp))


def _item(
    address: str, target: AppItself | RoleAttachment | RoleItself, live: Cell, *, sensitive: bool = False
) -> Item:
    return Item(address, Side.ONELOGIN, target, ABSENT, live, _PATH, reason=_REASON, sensitive=sensitive)


def _switch(sp: Settings | Unread, *, by_hand: bool) -> Item:
    return Item(
        f"justcall.sso.{SettingField.ENABLED.value}",
        Side.JUSTCALL,
        Setting(SettingField.ENABLED),
        Known(False),
        live_cell(SettingField.ENABLED, sp),
        _PATH,
        reason=_REASON,
        by_hand=by_hand and not isinstance(sp, Unread),
    )


def _access(connection: Connection, idp: LiveIdp) -> tuple[Item, ...]:
    labels = {
        role.name: label(connection, role.name, ("onelogin", "access", "roles", index, "name"))
        for index, role in enumerate(roles_of(connection.spec.onelogin.access))
    }
    names = {role.id: role.name for role in idp.roles}
    attached = idp.app.role_ids if idp.app else ()
    owned = idp.role(owned_role(connection.spec))
    # A role that merely has the default name, and never opened this app, is somebody else's.
    if owned is not None and owned.id not in attached and not wants_owned_role(connection.spec.onelogin.access):
        owned = None
    items = [
        _attached(RoleRef(name, role_id), labels.get(name, name))
        for role_id in attached
        for name in (names.get(role_id, f"#{role_id}"),)
        if owned is None or role_id != owned.id
    ]
    if owned is not None:
        name = label(connection, owned.name, owned_role_path(connection.spec))
        role = RoleItself(RoleRef(owned.name, owned.id), name)
        items.append(_item(f"onelogin.access.roles.{name}", role, Known(True)))
    return tuple(items)


def _attached(role: RoleRef, name: str) -> Item:
    return _item(f"onelogin.access.roles.{name}", RoleAttachment(role, name), Known(True))


def _app(connection: Connection, idp: LiveIdp) -> tuple[Item, ...]:
    if idp.app is None:
        return ()
    live = Known({"name": idp.app.name, "id": idp.app.id})
    return (_item("onelogin.app", AppItself(), live, sensitive=connection.is_sensitive(_NAME)),)

"""`state: absent`: JustCall's SSO off first, then nobody has access any more, then the app and the owned role go."""

from __future__ import annotations

from sso_sync.justcall.settings import SettingField, Settings
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.cells import ABSENT, Cell, Item, Known, Undetermined
from sso_sync.plan.items.settings import live_cell
from sso_sync.plan.link import Unread
from sso_sync.plan.model import Side
from sso_sync.plan.operations import RoleRef
from sso_sync.plan.scope import owned_role
from sso_sync.plan.targets import AppItself, RoleAttachment, RoleItself, Setting
from sso_sync.spec.connection import Connection, SpecPath

__all__ = ["decommission"]

_PATH: SpecPath = ("state",)
_REASON = "state: absent"


def decommission(
    connection: Connection, idp: LiveIdp | Unread, sp: Settings | Unread, *, by_hand: bool
) -> tuple[Item, ...]:
    """What has to go. JustCall's other values stay as they are, so that an undo can enable SSO again."""
    items = (_switch(sp, by_hand=by_hand),)
    if isinstance(idp, Unread):
        return (*items, _item("onelogin.app", AppItself(), Undetermined(idp.reason)))
    return (*items, *_access(connection, idp), *_app(idp))


def _item(address: str, target: AppItself | RoleAttachment | RoleItself, live: Cell) -> Item:
    return Item(address, Side.ONELOGIN, target, ABSENT, live, _PATH, reason=_REASON)


def _switch(sp: Settings | Unread, *, by_hand: bool) -> Item:
    field = SettingField.ENABLED
    live = live_cell(field, sp)
    if isinstance(live, Known):
        live = Known(bool(live.value))
    return Item(
        f"justcall.sso.{field.value}",
        Side.JUSTCALL,
        Setting(field),
        Known(False),
        live,
        _PATH,
        reason=_REASON,
        by_hand=by_hand and not isinstance(sp, Unread),
    )


def _access(connection: Connection, idp: LiveIdp) -> tuple[Item, ...]:
    names = {role.id: role.name for role in idp.roles}
    owned = idp.role(owned_role(connection.spec))
    attached = [role_id for role_id in (idp.app.role_ids if idp.app else ()) if not owned or role_id != owned.id]
    items = [
        _item(f"onelogin.access.roles.{name}", RoleAttachment(RoleRef(name, role_id)), Known(True))
        for role_id in attached
        for name in (names.get(role_id, f"#{role_id}"),)
    ]
    if owned is not None:
        role = RoleItself(RoleRef(owned.name, owned.id))
        items.append(_item(f"onelogin.access.roles.{owned.name}", role, Known(True)))
    return tuple(items)


def _app(idp: LiveIdp) -> tuple[Item, ...]:
    if idp.app is None:
        return ()
    return (_item("onelogin.app", AppItself(), Known({"name": idp.app.name, "id": idp.app.id})),)

"""The way back out: JustCall first, then access, then the app, each step only after the one before it."""

from __future__ import annotations

from collections.abc import Sequence

from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.diff import Delta
from sso_sync.plan.masking import spoken
from sso_sync.plan.model import Side
from sso_sync.plan.operations import DeleteApp, DeleteRole, SetAppRoles
from sso_sync.plan.steps.builder import Builder, targeting
from sso_sync.plan.steps.settings import hand_over_step, switch_off_step
from sso_sync.plan.targets import AppItself, RoleAttachment, RoleItself, Setting
from sso_sync.spec.connection import Connection

__all__ = ["decommission_steps"]


def decommission_steps(builder: Builder, connection: Connection, idp: LiveIdp, deltas: Sequence[Delta]) -> None:
    """Disable SSO, close the app to its roles, delete the owned role, delete the app."""
    for delta, _ in targeting(deltas, Setting):
        if not delta.item.by_hand:
            # Where nobody can say whether SSO is on, it is switched off all the same before anybody loses access.
            switch_off_step(builder, delta)
    hand_over_step(builder, deltas, first=True)
    attached = [(delta, target.role) for delta, target in targeting(deltas, RoleAttachment) if delta.automatic]
    if attached:
        operation = SetAppRoles((), tuple(role for _, role in attached))
        summary = "close the app to its roles"
        settled = [delta for delta, _ in attached]
        builder.add("roles", Side.ONELOGIN, summary, operation, needs=builder.ids(), deltas=settled)
    for delta, owned in targeting(deltas, RoleItself):
        summary = f"delete the role {owned.label!r}"
        operation_role = DeleteRole(owned.role)
        builder.add("role.owned.delete", Side.ONELOGIN, summary, operation_role, needs=builder.ids(), deltas=[delta])
    for delta, _app in targeting(deltas, AppItself):
        if delta.automatic and idp.app is not None:
            summary = f"delete the app {spoken(connection, idp.app.name, ('onelogin', 'app', 'name'))}"
            builder.add(
                "app.delete", Side.ONELOGIN, summary, DeleteApp(idp.app.id), needs=builder.ids(), deltas=[delta]
            )

"""Steps that let people in and out: roles, members, the app's role list. Everybody gets in before anybody gets out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sso_sync.plan.diff import Delta
from sso_sync.plan.model import Action, Side
from sso_sync.plan.operations import AddMembers, CreateRole, RemoveMembers, RoleRef, SetAppRoles
from sso_sync.plan.steps.app import APP
from sso_sync.plan.steps.builder import Builder, targeting
from sso_sync.plan.targets import Membership, RoleAttachment

__all__ = ["ROLE_LIST", "access_steps"]

ROLE_LIST = "roles"


def access_steps(builder: Builder, deltas: Sequence[Delta]) -> None:
    """Creates roles, adds members, sets the app's role list, and only then removes members."""
    attachments = targeting(deltas, RoleAttachment)
    for delta, target in attachments:
        if target.create and delta.change.action is Action.CREATE:
            name = target.role.name
            builder.add(
                f"role.{name}.create", Side.ONELOGIN, f"create the role {name!r}", CreateRole(name), deltas=[delta]
            )
    _members(builder, deltas, Action.CREATE)
    if attachments:
        attach = tuple(target.role for delta, target in attachments if delta.change.action is Action.CREATE)
        detach = tuple(target.role for delta, target in attachments if delta.change.action is Action.DELETE)
        builder.add(
            ROLE_LIST,
            Side.ONELOGIN,
            _role_list_summary(attach, detach),
            SetAppRoles(attach, detach),
            needs={APP} | builder.ids("role."),
            deltas=[delta for delta, _ in attachments],
        )
    _members(builder, deltas, Action.DELETE)


def _role_list_summary(attach: Sequence[RoleRef], detach: Sequence[RoleRef]) -> str:
    parts = [
        f"{verb} {', '.join(repr(role.name) for role in roles)}"
        for verb, roles in (("open the app to", attach), ("close it to", detach))
        if roles
    ]
    return " and ".join(parts)


def _members(builder: Builder, deltas: Sequence[Delta], action: Action) -> None:
    ready = {ROLE_LIST} | builder.ids("role.")
    by_role: defaultdict[RoleRef, list[tuple[Delta, Membership]]] = defaultdict(list)
    for delta, target in targeting(deltas, Membership):
        if delta.change.action is action:
            by_role[target.role].append((delta, target))
    for role, pairs in by_role.items():
        ids = tuple(target.user_id for _, target in pairs)
        people = f"{len(ids)} {'person' if len(ids) == 1 else 'people'}"
        if action is Action.CREATE:
            identity, summary = f"role.{role.name}.members.add", f"add {people} to {role.name!r}"
            operation: AddMembers | RemoveMembers = AddMembers(role, ids)
            needs = {f"role.{role.name}.create"}
        else:
            identity, summary = f"role.{role.name}.members.remove", f"remove {people} from {role.name!r}"
            operation, needs = RemoveMembers(role, ids), ready
        deltas_of_role = [delta for delta, _ in pairs]
        builder.add(identity, Side.ONELOGIN, summary, operation, needs=needs, deltas=deltas_of_role)

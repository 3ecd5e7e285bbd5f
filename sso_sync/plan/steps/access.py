"""Steps that let people in and out: roles, members, the app's role list. Everybody gets in before anybody gets out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sso_sync.plan.diff import Delta
from sso_sync.plan.model import Action, Side
from sso_sync.plan.operations import AddMembers, CreateRole, RemoveMembers, RoleRef, SetAppRoles
from sso_sync.plan.steps.app import APP
from sso_sync.plan.steps.builder import Builder, targeting
from sso_sync.plan.targets import Membership, RoleAttachment

__all__ = ["ROLE_LIST", "access_steps"]

ROLE_LIST = "roles"


def access_steps(builder: Builder, deltas: Sequence[Delta]) -> None:
    """Creates roles, adds members, sets the app's role list, and only then removes members.

    Whoever leaves a role that the app is only now opened to leaves it before: else they would get in for a moment.
    """
    attachments = targeting(deltas, RoleAttachment)
    for delta, target in attachments:
        if target.create:
            identity, summary = f"role.{target.label}.create", f"create the role {target.label!r}"
            builder.add(identity, Side.ONELOGIN, summary, CreateRole(target.role.name), deltas=[delta])
    opened = {target.role for delta, target in attachments if delta.change.action is Action.CREATE}
    members = targeting(deltas, Membership)
    # Whoever is in a role already and is put in again (`--rewrite`) is an update.
    joining = [pair for pair in members if pair[0].change.action in (Action.CREATE, Action.UPDATE)]
    leaving = [pair for pair in members if pair[0].change.action is Action.DELETE]
    _join(builder, joining)
    _leave(builder, [pair for pair in leaving if pair[1].role in opened])
    _role_list(builder, attachments)
    _leave(builder, [pair for pair in leaving if pair[1].role not in opened])


def _role_list(builder: Builder, attachments: Sequence[tuple[Delta, RoleAttachment]]) -> None:
    if not attachments:
        return
    attach = [target for delta, target in attachments if delta.change.action is Action.CREATE]
    detach = [target for delta, target in attachments if delta.change.action is Action.DELETE]
    parts = [
        f"{verb} {', '.join(repr(target.label) for target in targets)}"
        for verb, targets in (("open the app to", attach), ("close it to", detach))
        if targets
    ]
    builder.add(
        ROLE_LIST,
        Side.ONELOGIN,
        " and ".join(parts),
        SetAppRoles(tuple(target.role for target in attach), tuple(target.role for target in detach)),
        needs={APP} | builder.ids("role."),
        deltas=[delta for delta, _ in attachments],
    )


def _join(builder: Builder, pairs: Sequence[tuple[Delta, Membership]]) -> None:
    for role, label, ids, deltas in _by_role(pairs):
        summary, needs = f"add {_people(ids)} to {label!r}", {f"role.{label}.create"}
        identity = f"role.{label}.members.add"
        builder.add(identity, Side.ONELOGIN, summary, AddMembers(role, ids), needs=needs, deltas=deltas)


def _leave(builder: Builder, pairs: Sequence[tuple[Delta, Membership]]) -> None:
    needs = {ROLE_LIST} | builder.ids("role.")
    for role, label, ids, deltas in _by_role(pairs):
        summary, identity = f"remove {_people(ids)} from {label!r}", f"role.{label}.members.remove"
        builder.add(identity, Side.ONELOGIN, summary, RemoveMembers(role, ids), needs=needs, deltas=deltas)


def _by_role(
    pairs: Sequence[tuple[Delta, Membership]],
) -> Iterator[tuple[RoleRef, str, tuple[int, ...], list[Delta]]]:
    """Role, what texts call it, whom it is about, and the differences; one entry a role."""
    by_role: defaultdict[RoleRef, list[tuple[Delta, Membership]]] = defaultdict(list)
    for delta, target in pairs:
        by_role[target.role].append((delta, target))
    for role, found in by_role.items():
        yield role, found[0][1].label, tuple(target.user_id for _, target in found), [delta for delta, _ in found]


def _people(ids: Sequence[int]) -> str:
    return f"{len(ids)} {'person' if len(ids) == 1 else 'people'}"

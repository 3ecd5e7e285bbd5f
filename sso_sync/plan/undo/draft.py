"""A run backwards, as a draft like any other: linked, compared, laid out in steps, and judged by the same guards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sso_sync.errors import Diagnostic
from sso_sync.justcall.settings import SettingField, Settings
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.cells import Item, Known
from sso_sync.plan.diff import Delta, diff
from sso_sync.plan.items.common import Found
from sso_sync.plan.items.decommission import decommission
from sso_sync.plan.model import Side, Step
from sso_sync.plan.operations import DeleteRole
from sso_sync.plan.planner import Draft, Sides, draft, laid_out
from sso_sync.plan.steps.access import access_steps
from sso_sync.plan.steps.app import app_steps, certificate_step
from sso_sync.plan.steps.builder import Builder, targeting
from sso_sync.plan.steps.decommission import decommission_steps
from sso_sync.plan.steps.rules import rule_steps
from sso_sync.plan.steps.settings import setting_steps
from sso_sync.plan.targets import AppItself, RoleAttachment, RoleItself, Setting
from sso_sync.plan.undo.past import Past, present
from sso_sync.plan.undo.wishes import not_undone, order, roles, wish
from sso_sync.spec.connection import Connection
from sso_sync.spec.model import Rule

__all__ = ["undo_draft"]

# JustCall's settings that do not follow OneLogin's app, so that their former values fit a new app, too.
_OWN = frozenset({SettingField.ENABLED, SettingField.DEFAULT_ROLE, SettingField.PROTOCOL})
_ONCE = frozenset({"AppItself", "RulePlace", "RoleItself"})


def undo_draft(connection: Connection, sides: Sides, past: Past, lint: Sequence[Diagnostic] = ()) -> Draft:
    """What it takes to have everything that the run changed as it was before.

    What is not as the run left it is a finding, and stays. An app that the run created goes, JustCall first; an app
    that it deleted is created again as the spec describes it, because an app's every detail is in no record.
    """
    back, idp, sp = present(connection), sides.idp, sides.sp
    gone = replace(connection, spec=connection.spec.model_copy(update={"state": "absent"}))
    if not isinstance(idp, LiveIdp) or not isinstance(sp, Settings):
        return replace(draft(back, sides, lint), steps=())
    if past.removed is not None and (idp.app is None or idp.app.id != past.removed.number("id")):
        return _recreated(back, sides, past, lint)
    reason = f"undoes {past.run_id}"
    if past.created_app and idp.app is not None:
        refused = _foreign(connection, idp, past)
        if refused is None:
            return _removed(gone, sides, past, _settings(past, idp, sp, reason), lint)
        lint = (*lint, refused)
    # Guards must not miss in the app what an undone creation took away with it.
    return _restored(gone if past.created_app and idp.app is None else back, sides, past, reason, lint)


def _foreign(connection: Connection, idp: LiveIdp, past: Past) -> Diagnostic | None:
    """Why the app that is there is not the one that the run created, or is not ours any more."""
    if idp.app is None or (idp.owner == connection.name and past.app_id in (None, idp.app.id)):
        return None
    why = "another app has taken its place" if past.app_id not in (None, idp.app.id) else "the app is not ours any more"
    return not_undone("onelogin.app", why)


def _settings(past: Past, idp: LiveIdp, sp: Settings, reason: str) -> Found:
    return sum((wish(change, idp, sp, reason) for change in past.of_kind("Setting")), Found())


def _restored(connection: Connection, sides: Sides, past: Past, reason: str, lint: Sequence[Diagnostic]) -> Draft:
    """Every address by itself."""
    idp, sp = sides.idp, sides.sp
    if not isinstance(idp, LiveIdp) or not isinstance(sp, Settings):
        raise TypeError("an unread side has nothing to restore")
    found, going = roles(past, idp, reason)
    created = past.created_app
    for change in past.changes:
        of_app = change.kind in _ONCE or (created and change.side is Side.ONELOGIN)
        of_role = change.kind in ("RoleAttachment", "Membership") and change.text("label") in going
        if not (of_app or of_role):
            found += wish(change, idp, sp, reason)
    sorting, names = order(past, idp, found.items, reason)
    found += sorting
    deltas = diff(found.items)
    return Draft(
        connection=connection,
        sides=sides,
        items=found.items,
        deltas=deltas,
        steps=_steps(_with_rules(connection, names), idp, sp, found.items, deltas),
        findings=(*lint, *found.findings, *idp.findings),
    )


def _with_rules(connection: Connection, names: Sequence[str]) -> Connection:
    """The connection with rules of these names in this order: all that the steps ask of the spec's rules."""
    rules = [Rule.model_construct(name=name, enabled=True, actions=[]) for name in names]
    app = connection.spec.onelogin.app.model_copy(update={"rules": rules})
    onelogin = connection.spec.onelogin.model_copy(update={"app": app})
    return replace(connection, spec=connection.spec.model_copy(update={"onelogin": onelogin}))


def _steps(
    connection: Connection, idp: LiveIdp, sp: Settings, items: Sequence[Item], deltas: Sequence[Delta]
) -> tuple[Step, ...]:
    builder = Builder()
    onelogin = [delta for delta in deltas if delta.automatic]
    app_steps(builder, connection, idp, items, onelogin)
    rule_steps(builder, connection, idp, onelogin)
    access_steps(builder, onelogin)
    certificate_step(builder, onelogin)
    setting_steps(builder, sp, deltas, proof=connection.spec.guards.require_login_proof)
    _delete_roles(builder, deltas)
    return tuple(builder.steps)


def _removed(connection: Connection, sides: Sides, past: Past, values: Found, lint: Sequence[Diagnostic]) -> Draft:
    """The app goes: JustCall's values first, then access, then the app, then the roles that came with it."""
    idp, sp = sides.idp, sides.sp
    if not isinstance(idp, LiveIdp) or not isinstance(sp, Settings):
        raise TypeError("an unread side has nothing to remove")
    reason = f"undoes {past.run_id}"
    made, _ = roles(past, idp, reason)
    kept = [
        replace(one, reason=reason)
        for one in decommission(connection, idp, sp, by_hand=sides.by_hand)
        # Where JustCall gets its former values back, its switch is one of them.
        if (isinstance(one.target, Setting) and not values.items)
        or isinstance(one.target, AppItself)
        or (isinstance(one.target, RoleAttachment) and one.address not in {role.address for role in made.items})
    ]
    found = Found(values.items, values.findings) + Found(tuple(kept)) + made
    deltas = diff(found.items)
    return Draft(
        connection=connection,
        sides=sides,
        items=found.items,
        deltas=deltas,
        steps=_removal(connection, idp, sp, deltas, restoring=bool(values.items)),
        findings=(*lint, *found.findings, *idp.findings),
    )


def _removal(
    connection: Connection, idp: LiveIdp, sp: Settings, deltas: Sequence[Delta], *, restoring: bool
) -> tuple[Step, ...]:
    builder = Builder()
    justcall = [delta for delta, _ in targeting(deltas, Setting)]
    if restoring:
        setting_steps(builder, sp, justcall, proof=connection.spec.guards.require_login_proof)
    rest = [
        delta
        for delta in deltas
        if not isinstance(delta.item.target, RoleItself) and (delta not in justcall or not restoring)
    ]
    decommission_steps(builder, connection, idp, rest)
    _delete_roles(builder, deltas)
    return tuple(builder.steps)


def _delete_roles(builder: Builder, deltas: Sequence[Delta]) -> None:
    for delta, target in targeting(deltas, RoleItself):
        summary, needs = f"delete the role {target.label!r}", builder.ids()
        builder.add(
            f"role.{target.label}.delete", Side.ONELOGIN, summary, DeleteRole(target.role), needs=needs, deltas=[delta]
        )


def _recreated(connection: Connection, sides: Sides, past: Past, lint: Sequence[Diagnostic]) -> Draft:
    """The spec's own plan, with JustCall's switch and what else is JustCall's own as it was before the run."""
    made = draft(connection, sides, lint)
    former = {
        SettingField(change.text("field")): (change, change.prior)
        for change in past.of_kind("Setting")
        if isinstance(change.prior, Known) and SettingField(change.text("field")) in _OWN
    }
    items = []
    for one in made.items:
        own = former.pop(one.target.field, None) if isinstance(one.target, Setting) else None
        items.append(one if own is None else replace(one, desired=own[1]))
    missing = Found()
    idp, sp = sides.idp, sides.sp
    if isinstance(idp, LiveIdp) and isinstance(sp, Settings):
        missing = sum((wish(change, idp, sp, f"undoes {past.run_id}") for change, _ in former.values()), Found())
    told = Diagnostic(
        "info",
        "The app is created again as the spec describes it",
        detail="A new app has a new id, SAML endpoint and issuer; JustCall gets the new ones.",
        address="onelogin.app",
    )
    everything = (*items, *missing.items)
    deltas = diff(everything)
    return replace(
        made,
        items=everything,
        deltas=deltas,
        steps=laid_out(connection, sides, everything, deltas),
        findings=(*made.findings, *missing.findings, told),
    )

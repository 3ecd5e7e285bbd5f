"""Steps for the app's rules: one call a rule, in turn, because each new rule goes to the end; then one sort."""

from __future__ import annotations

from collections.abc import Sequence

from sso_sync.onelogin.models import Rule as LiveRule
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.cells import Known
from sso_sync.plan.diff import Delta
from sso_sync.plan.items.rules import running_order
from sso_sync.plan.model import Action, Side
from sso_sync.plan.operations import CreateRule, DeleteRule, Operation, SortRules, UpdateRule
from sso_sync.plan.steps.app import APP, PARAMETERS
from sso_sync.plan.steps.builder import Builder, targeting
from sso_sync.plan.targets import RuleItself, RulePlace
from sso_sync.spec.connection import Connection
from sso_sync.values import Json

__all__ = ["rule_steps"]


def rule_steps(builder: Builder, connection: Connection, idp: LiveIdp, deltas: Sequence[Delta]) -> None:
    """Deletes, updates and creates rules, then sorts them when they would not run in the spec's order."""
    before = {APP, PARAMETERS}  # an action set_<parameter> exists only once its parameter does
    changed = sorted(targeting(deltas, RuleItself), key=lambda pair: pair[0].change.action is not Action.DELETE)
    for delta, target in changed:
        before = {_rule(builder, delta, target, before)}
    wanted = [rule.name for rule in connection.spec.onelogin.app.rules or () if rule.enabled]
    moved = [delta for delta, _ in targeting(deltas, RulePlace)]
    unsettled = moved or [delta for delta, _ in changed if delta.change.action is not Action.DELETE]
    if unsettled and (wanted != _resulting(idp.rules or (), changed) or _shifted(changed)):
        operation = SortRules(tuple(wanted))
        builder.add("rules.sort", Side.ONELOGIN, "put the rules in order", operation, needs=before, deltas=unsettled)


def _rule(builder: Builder, delta: Delta, target: RuleItself, needs: set[str]) -> str:
    verb, suffix, operation = _operation(delta, target)
    identity, summary = f"rule.{target.label}{suffix}.{verb}", f"{verb} the rule {target.label!r}"
    return builder.add(identity, Side.ONELOGIN, summary, operation, needs=needs, deltas=[delta])


def _operation(delta: Delta, target: RuleItself) -> tuple[str, str, Operation]:
    """What is done to the rule, what tells rules of one name apart, and the operation."""
    live, name = target.live, target.name
    if delta.change.action is Action.DELETE and live is not None:
        return "delete", f"#{live.id}", DeleteRule(name, live.id)
    wish = delta.item.desired.value if isinstance(delta.item.desired, Known) else None
    body: dict[str, Json] = {"name": name, "position": None}
    if isinstance(wish, dict):
        body |= wish
    if live is None:
        return "create", "", CreateRule(body)
    # A disabled rule has no position of its own (fact sheet §8), so only one that stays enabled keeps its place.
    body["position"] = live.position if body["enabled"] and live.enabled else None
    return "update", "", UpdateRule(live.id, body)


def _shifted(changed: Sequence[tuple[Delta, RuleItself]]) -> bool:
    """Whether a rule that is put back into its place may find the places moved by one that went before it."""
    states = [(target.live, _enabled(delta)) for delta, target in changed]
    went = any(live is not None and live.enabled and not enabled for live, enabled in states)
    kept = any(live is not None and live.enabled and enabled for live, enabled in states)
    return went and kept


def _enabled(delta: Delta) -> bool:
    """Whether the rule is to be there and on."""
    wish = delta.item.desired.value if isinstance(delta.item.desired, Known) else None
    return isinstance(wish, dict) and wish["enabled"] is True


def _resulting(live: Sequence[LiveRule], changed: Sequence[tuple[Delta, RuleItself]]) -> list[str]:
    """Names of the enabled rules in the order they will run in after the changes, new and newly enabled ones last."""
    order = sorted((rule for rule in live if rule.enabled), key=running_order)
    names = {rule.id: rule.name for rule in order}
    appended: list[str] = []
    for delta, target in changed:
        if target.live is None or not target.live.enabled:
            appended += [target.name] if _enabled(delta) else []
        elif not _enabled(delta):
            names.pop(target.live.id, None)
    return [*names.values(), *appended]

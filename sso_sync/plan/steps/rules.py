"""Steps for the app's rules: one call a rule, in turn, because each new rule goes to the end; then one sort."""

from __future__ import annotations

from collections.abc import Sequence

from sso_sync.onelogin.models import Rule as LiveRule
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.cells import Known
from sso_sync.plan.diff import Delta
from sso_sync.plan.model import Action, Side
from sso_sync.plan.operations import CreateRule, DeleteRule, SortRules, UpdateRule
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
    moved = [delta for delta, _ in targeting(deltas, RulePlace)]
    wanted = [rule.name for rule in connection.spec.onelogin.app.rules or () if rule.enabled]
    if wanted != _resulting(idp.rules or (), changed):
        unsettled = moved or [delta for delta, _ in changed]
        operation = SortRules(tuple(wanted))
        builder.add("rules.sort", Side.ONELOGIN, "put the rules in order", operation, needs=before, deltas=unsettled)


def _rule(builder: Builder, delta: Delta, target: RuleItself, needs: set[str]) -> str:
    live, name = target.live, target.name
    if delta.change.action is Action.DELETE and live is not None:
        identity, operation = f"rule.{name}#{live.id}.delete", DeleteRule(name, live.id)
        return builder.add(identity, Side.ONELOGIN, f"delete the rule {name!r}", operation, needs=needs, deltas=[delta])
    wish = delta.item.desired.value if isinstance(delta.item.desired, Known) else None
    body: dict[str, Json] = {"name": name, "position": None}
    if isinstance(wish, dict):
        body |= wish
    if live is None:
        return builder.add(
            f"rule.{name}.create",
            Side.ONELOGIN,
            f"create the rule {name!r}",
            CreateRule(body),
            needs=needs,
            deltas=[delta],
        )
    # A disabled rule has no position of its own (fact sheet §8), so only one that stays enabled keeps its place.
    body["position"] = live.position if body["enabled"] and live.enabled else None
    return builder.add(
        f"rule.{name}.update",
        Side.ONELOGIN,
        f"update the rule {name!r}",
        UpdateRule(live.id, body),
        needs=needs,
        deltas=[delta],
    )


def _resulting(live: Sequence[LiveRule], changed: Sequence[tuple[Delta, RuleItself]]) -> list[str]:
    """Names of the enabled rules in the order they will run in after the changes, new and newly enabled ones last."""
    order = sorted(
        (rule for rule in live if rule.enabled), key=lambda rule: (rule.position is None, rule.position, rule.id)
    )
    names = {rule.id: rule.name for rule in order}
    appended: list[str] = []
    for delta, target in changed:
        wish = delta.item.desired.value if isinstance(delta.item.desired, Known) else None
        enabled = isinstance(wish, dict) and wish["enabled"] is True
        if target.live is None or not target.live.enabled:
            appended += [target.name] if enabled else []
        elif not enabled:
            names.pop(target.live.id, None)
    return [*names.values(), *appended]

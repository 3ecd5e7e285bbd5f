"""The app's rules: an ordered list, authoritative when the spec has one (fact sheet onelogin-api §8)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sso_sync.onelogin import models
from sso_sync.plan.cells import ABSENT, Known
from sso_sync.plan.items.common import APP_PATH, Area, Found
from sso_sync.plan.targets import RuleItself, RulePlace
from sso_sync.spec.connection import SpecPath
from sso_sync.spec.model import Rule, given
from sso_sync.values import Json

__all__ = ["content", "rules", "running_order"]

_PATH: SpecPath = (*APP_PATH, "rules")
_ACTION_EXTRAS = ("expression", "macro")


def rules(area: Area) -> Found:
    """Rules by name, those the spec does not know as deletions, then the order of the enabled ones."""
    app = area.connection.spec.onelogin.app
    if not given(app, "rules"):
        return Found()
    spare: defaultdict[str, list[models.Rule]] = defaultdict(list)
    for live in area.idp.rules or ():
        spare[live.name].append(live)
    found, matched = Found(), list[tuple[Rule, models.Rule | None]]()
    for index, wanted in enumerate(app.rules or ()):
        partner = spare[wanted.name].pop(0) if spare[wanted.name] else None
        matched.append((wanted, partner))
        label = area.label(wanted.name, (*_PATH, index, "name"))
        item = area.item(
            f"onelogin.app.rules.{label}",
            RuleItself(wanted.name, label, partner),
            Known(_wished(wanted)),
            ABSENT if partner is None else Known(content(partner)),
            (*_PATH, index),
            sensitive=area.holds_secret((*_PATH, index)),
        )
        found += Found((item,))
    return found + _superfluous(area, spare.values(), {wanted.name for wanted, _ in matched}) + _order(area, matched)


def _superfluous(area: Area, spare: Iterable[Sequence[models.Rule]], named: set[str]) -> Found:
    return Found(
        tuple(
            area.item(
                # Rules that share a name need addresses of their own.
                f"onelogin.app.rules.{live.name}" + (f"#{live.id}" if live.name in named or index else ""),
                RuleItself(live.name, live.name, live),
                ABSENT,
                Known(content(live)),
                _PATH,
                reason="not in the spec",
            )
            for group in spare
            for index, live in enumerate(group)
        )
    )


def _order(area: Area, matched: Sequence[tuple[Rule, models.Rule | None]]) -> Found:
    """Rules that stay as they are but run in another order; only enabled ones have a place (fact sheet §8)."""
    staying = [
        (index, wanted, live)
        for index, (wanted, live) in enumerate(matched)
        if live is not None and wanted.enabled and live.enabled
    ]
    today = sorted((live for _, _, live in staying), key=running_order)
    places = {live.id: place for place, live in enumerate(today, start=1)}
    items = []
    for place, (index, wanted, live) in enumerate(staying, start=1):
        there = places[live.id]
        # A rule whose content changes too is named once, by that change; its place counts for the fingerprint alone.
        wish = place if content(live) == _wished(wanted) else there
        items.append(
            area.item(
                f"onelogin.app.rules.{area.label(live.name, (*_PATH, index, 'name'))}",
                RulePlace(live.name),
                Known({"place": wish}),
                Known({"place": there}),
                _PATH,
                reason="order",
            )
        )
    return Found(tuple(items))


def running_order(rule: models.Rule) -> tuple[bool, int, int]:
    """Sorts rules as OneLogin runs them: by position, those without one last."""
    return rule.position is None, rule.position or 0, rule.id


def _wished(rule: Rule) -> dict[str, Json]:
    return {
        "match": rule.match,
        "enabled": rule.enabled,
        "conditions": _conditions([condition.model_dump() for condition in rule.conditions]),
        "actions": [_action(action.model_dump()) for action in rule.actions],
    }


def content(rule: models.Rule) -> dict[str, Json]:
    """What a live rule does, in the form in which rules are compared."""
    return {
        "match": rule.match,
        "enabled": rule.enabled,
        "conditions": _conditions(rule.conditions),
        "actions": [_action(action) for action in rule.actions],
    }


def _conditions(conditions: Iterable[Mapping[str, Json]]) -> list[Json]:
    """Conditions in a fixed order: "all of" and "any of" do not care, and neither may the comparison."""
    plain: list[Json] = [
        {key: _text(condition.get(key)) for key in ("source", "operator", "value")} for condition in conditions
    ]
    return sorted(plain, key=lambda condition: json.dumps(condition, sort_keys=True))


def _action(action: Mapping[str, Json]) -> dict[str, Json]:
    value = action.get("value")
    values = value if isinstance(value, list | tuple) else [] if value is None else [value]
    extras: dict[str, Json] = {key: action[key] for key in _ACTION_EXTRAS if action.get(key)}
    return {"action": _text(action.get("action")), "value": [_text(one) for one in values], **extras}


def _text(value: Json) -> str | None:
    """Ids and numbers are text in rules, on whichever side they lost their quotes."""
    return None if value is None else str(value)

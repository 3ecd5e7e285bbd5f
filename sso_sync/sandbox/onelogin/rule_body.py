"""What may stand in a rule, and the words it may use (§8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pydantic import JsonValue

from sso_sync.sandbox.onelogin.account import Account, as_id
from sso_sync.sandbox.onelogin.errors import rules_error
from sso_sync.sandbox.onelogin.records import App, Rule
from sso_sync.sandbox.wire import number_in

__all__ = ["CONDITIONS", "OPERATORS", "actions_of", "checked_rule"]

_Body = Mapping[str, JsonValue]

CONDITIONS = {
    "last_login": "Last login",
    "has_role": "Roles",
    "member_of": "MemberOf",
    "group": "Group",
    "status": "Status",
    "department": "Department",
    "title": "Title",
    "email": "Email",
}
OPERATORS = {
    "=": "equals",
    "!=": "does not equal",
    ">": "is greater than",
    "<": "is less than",
    "~": "contains",
    "bw": "begins with",
    "ew": "ends with",
    "ri": "is",
}
_FIXED_ACTIONS = {
    "set_role": "Set role",
    "add_role": "Add role",
    "set_groups": "Set groups",
    "set_filteredgroups": "Set filtered groups",
}
_NEEDED = ("name", "match", "enabled", "conditions", "actions")
_REFUSED = ("id", "app_id")


def actions_of(app: App | None) -> dict[str, str]:
    """The actions an app's rules may take: the fixed ones, and one per parameter named after its label, squashed."""
    labels = [parameter.label for parameter in app.parameters.values()] if app is not None else []
    return {**_FIXED_ACTIONS, **{"set_" + _squashed(label): f"Set {label}" for label in labels}}


def checked_rule(
    account: Account, app: App | None, base: Rule, body: Mapping[str, JsonValue], *, complete: bool
) -> Rule:
    """`base` with the body's fields; shape C for what may not be. `complete`: nothing may be missing (PUT)."""
    _refuse_fields(account, body, complete=complete)
    name = body.get("name", base.name)
    if not isinstance(name, str) or not name.strip():
        raise rules_error(("name", ["can't be blank"]))
    match = body.get("match", base.match)
    if match not in ("all", "any"):
        raise rules_error(("match", ["must be one of all, any"]))
    enabled = body.get("enabled", base.enabled)
    if not isinstance(enabled, bool):
        raise rules_error(("enabled", ["must be a boolean"]))
    position = body.get("position", base.position)
    if position is not None and as_id(position) is None:
        raise rules_error(("position", ["must be an integer"]))
    rule = replace(base, name=name, match=str(match), enabled=enabled, position=as_id(position))
    rule = replace(
        rule,
        conditions=[_condition(account, part) for part in _objects(body, "conditions", base.conditions)],
        actions=[_action(account, app, part) for part in _objects(body, "actions", base.actions)],
    )
    if not rule.enabled and rule.position is not None and account.variants.rules_sort == "enabled_only":
        if body.get("position") is not None:
            raise rules_error(("position", ["Position cannot be set while the mapping is not enabled"]))
        rule = replace(rule, position=None)
    return rule


def _refuse_fields(account: Account, body: _Body, *, complete: bool) -> None:
    refused = [(name, ["Field is not allowed"]) for name in _REFUSED if name in body]
    if complete:
        needed = (*_NEEDED, "position") if account.variants.rule_put_requires_position else _NEEDED
        refused += [(name, ["Missing data for required field"]) for name in needed if name not in body]
    if refused:
        raise rules_error(*refused)


def _objects(
    body: Mapping[str, JsonValue], name: str, default: list[dict[str, JsonValue]]
) -> list[dict[str, JsonValue]]:
    found = body.get(name, [*default])
    if not isinstance(found, list):
        raise rules_error((name, ["must be an array"]))
    objects = [part for part in found if isinstance(part, dict)]
    if len(objects) != len(found):
        raise rules_error((name, ["must be an array of objects"]))
    return objects


def _condition(account: Account, part: dict[str, JsonValue]) -> dict[str, JsonValue]:
    for key in ("source", "operator", "value"):
        value = part.get(key)
        if not isinstance(value, str) and not (key == "value" and value is None):
            raise rules_error((f"conditions.{key}", ["must be a string"]))
    if account.variants.rules_check_vocabulary:
        if part["source"] not in CONDITIONS:
            raise rules_error(("conditions.source", ["is not a known condition"]))
        if part["operator"] not in OPERATORS:
            raise rules_error(("conditions.operator", ["is not a known operator"]))
    return {"source": part["source"], "operator": part["operator"], "value": part.get("value")}


def _action(account: Account, app: App | None, part: dict[str, JsonValue]) -> dict[str, JsonValue]:
    action, values = part.get("action"), part.get("value", [])
    if not isinstance(action, str):
        raise rules_error(("actions.action", ["must be a string"]))
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise rules_error(("actions.value", ["must be an array of strings"]))
    if account.variants.rules_check_vocabulary and action not in actions_of(app):
        raise rules_error(("actions.action", ["is not a known action"]))
    if action in ("set_role", "add_role") and not all(_is_role(account, value) for value in values):
        raise rules_error()
    shown: dict[str, JsonValue] = {"action": action, "value": values}
    for key in ("expression", "scriplet", "macro"):
        if part.get(key) is not None:
            shown[key] = part[key]
    return shown


def _is_role(account: Account, value: JsonValue) -> bool:
    return isinstance(value, str) and number_in(value) in account.roles


def _squashed(label: str) -> str:
    return "".join(letter for letter in label.lower() if letter.isalnum())

"""The endpoints of app rules, and of mappings, which are the same engine without an app (§8)."""

from __future__ import annotations

from dataclasses import replace

from pydantic import JsonValue

from sso_sync.sandbox.onelogin.account import Account, as_id
from sso_sync.sandbox.onelogin.apps import app_of, json_object
from sso_sync.sandbox.onelogin.errors import not_found, rails_400, rules_error
from sso_sync.sandbox.onelogin.mappings import MAPPINGS
from sso_sync.sandbox.onelogin.paging import Row, matches
from sso_sync.sandbox.onelogin.records import App, Rule
from sso_sync.sandbox.onelogin.rule_body import CONDITIONS, OPERATORS, actions_of, checked_rule
from sso_sync.sandbox.wire import Answer, BadJson, Call, number_in

__all__ = [
    "action_values",
    "condition_operators",
    "condition_values",
    "create_rule",
    "delete_rule",
    "get_rule",
    "list_actions",
    "list_conditions",
    "list_rules",
    "ordered_rules",
    "place_rule",
    "remove_rule",
    "rule_row",
    "sort_rules",
    "update_rule",
]


def list_rules(account: Account, call: Call) -> Answer:
    """`GET …/rules`: enabled ones unless `enabled=false`; a bare array without paging."""
    app = _app(account, call)
    enabled = call.query.get("enabled", "true") != "false"
    rules = [rule for rule in ordered_rules(account, _owner(app)) if rule.enabled == enabled]
    return Answer(200, [rule_row(rule) for rule in rules if _wanted(call, rule)])


def get_rule(account: Account, call: Call) -> Answer:
    """`GET …/rules/{rule_id}`"""
    return Answer(200, rule_row(_rule(account, call, _app(account, call))))


def create_rule(account: Account, call: Call) -> Answer:
    """`POST …/rules`: 201 with the id alone."""
    app = _app(account, call)
    blank = Rule(0, _owner(app), "", "all", enabled=True, position=None, conditions=[], actions=[])
    rule = checked_rule(account, app, blank, json_object(call), complete=False)
    number = account.next_id("rule")
    place_rule(account, replace(rule, id=number))
    return Answer(201, {"id": number})


def update_rule(account: Account, call: Call) -> Answer:
    """`PUT …/rules/{rule_id}`: the complete rule, or 422."""
    app = _app(account, call)
    rule = _rule(account, call, app)
    place_rule(account, checked_rule(account, app, rule, json_object(call), complete=True))
    return Answer(200, {"id": rule.id})


def delete_rule(account: Account, call: Call) -> Answer:
    """`DELETE …/rules/{rule_id}`"""
    remove_rule(account, _rule(account, call, _app(account, call)))
    return Answer(204)


def sort_rules(account: Account, call: Call) -> Answer:
    """`PUT …/rules/sort`: a raw array of all rule ids, in the order wanted."""
    owner = _owner(_app(account, call))
    try:
        sent = call.json()
    except BadJson:
        raise rails_400() from None
    ids = [as_id(value) for value in sent] if isinstance(sent, list) else [None]
    rules = {rule.id: rule for rule in ordered_rules(account, owner)}
    if account.variants.rules_sort == "enabled_only":
        if any(number in rules and not rules[number].enabled for number in ids if number is not None):
            raise rules_error(("position", ["Position cannot be set while the mapping is not enabled"]))
        rules = {number: rule for number, rule in rules.items() if rule.enabled}
    if sorted(number or 0 for number in ids) != sorted(rules):
        raise rules_error(("ids", ["must be the ids of all rules"]))
    _renumber(account, [rules[number] for number in ids if number is not None])
    reply: list[JsonValue] = [*ids]
    return Answer(200, reply)


def list_conditions(account: Account, call: Call) -> Answer:
    """`GET …/rules/conditions`"""
    _app(account, call)
    return Answer(200, _words(CONDITIONS))


def condition_operators(account: Account, call: Call) -> Answer:
    """`GET …/rules/conditions/{condition}/operators`"""
    _known_condition(account, call)
    return Answer(200, _words(OPERATORS))


def condition_values(account: Account, call: Call) -> Answer:
    """`GET …/rules/conditions/{condition}/values`: empty means free text."""
    _known_condition(account, call)
    return Answer(200, _values(account, call.params["condition"]))


def list_actions(account: Account, call: Call) -> Answer:
    """`GET …/rules/actions`: they depend on the app's parameters."""
    return Answer(200, _words(actions_of(_app(account, call))))


def action_values(account: Account, call: Call) -> Answer:
    """`GET …/rules/actions/{action}/values`"""
    if call.params["action"] not in actions_of(_app(account, call)):
        raise not_found()
    return Answer(200, _values(account, "has_role" if call.params["action"].endswith("_role") else ""))


def ordered_rules(account: Account, owner: int) -> list[Rule]:
    """An app's rules in their order; those without a position come last."""
    rules = [rule for rule in account.rules if rule.app_id == owner]
    return sorted(rules, key=lambda rule: (rule.position is None, rule.position or 0, rule.id))


def rule_row(rule: Rule) -> Row:
    """A rule as the API shows it."""
    return {
        "id": rule.id,
        "name": rule.name,
        "match": rule.match,
        "enabled": rule.enabled,
        "position": rule.position,
        "conditions": [*rule.conditions],
        "actions": [*rule.actions],
    }


def _app(account: Account, call: Call) -> App | None:
    """The app that the path names; None on the mappings' paths."""
    return app_of(account, call) if "app_id" in call.params else None


def _owner(app: App | None) -> int:
    return app.id if app is not None else MAPPINGS


def _rule(account: Account, call: Call, app: App | None) -> Rule:
    rule = account.rules.get(number_in(call.params["rule_id"]) or 0)
    if rule is None or rule.app_id != _owner(app):
        raise not_found()
    return rule


def place_rule(account: Account, rule: Rule) -> None:
    """Saves a rule at the position it asks for; null is the last."""
    others = [other for other in ordered_rules(account, rule.app_id) if other.id != rule.id]
    index = len(others) if rule.position is None else max(0, min(rule.position - 1, len(others)))
    account.rules.put(rule.id, rule)
    _renumber(account, [*others[:index], rule, *others[index:]])


def remove_rule(account: Account, rule: Rule) -> None:
    """Deletes a rule; the ones after it move up."""
    account.rules.remove(rule.id)
    _renumber(account, ordered_rules(account, rule.app_id))


def _renumber(account: Account, rules: list[Rule]) -> None:
    """Positions from 1 in this order; where disabled rules have no position, they get none."""
    position = 0
    for rule in rules:
        without = not rule.enabled and account.variants.rules_sort == "enabled_only"
        position += 0 if without else 1
        account.rules.put(rule.id, replace(rule, position=None if without else position))


def _wanted(call: Call, rule: Rule) -> bool:
    """The filters `has_condition` and `has_action`: name:value pairs with wildcards, comma between them."""
    conditions = [(str(part["source"]), str(part.get("value"))) for part in rule.conditions]
    actions = [
        (str(part["action"]), str(value))
        for part in rule.actions
        for value in (part["value"] if isinstance(part["value"], list) else [])
    ]
    return _has(call.query.get("has_condition"), conditions) and _has(call.query.get("has_action"), actions)


def _has(wanted: str | None, pairs: list[tuple[str, str]]) -> bool:
    if wanted is None:
        return True
    filters = [part.partition(":") for part in wanted.split(",")]
    return all(
        any(matches(name, have) and matches(value or "*", what) for have, what in pairs) for name, _, value in filters
    )


def _known_condition(account: Account, call: Call) -> None:
    _app(account, call)
    if call.params["condition"] not in CONDITIONS:
        raise not_found()


def _values(account: Account, word: str) -> list[JsonValue]:
    if word == "has_role":
        return [{"name": role.name, "value": str(role.id)} for role in account.roles]
    if word == "group":
        return [{"name": group.name, "value": str(group.id)} for group in account.groups]
    return []


def _words(words: dict[str, str]) -> list[JsonValue]:
    return [{"name": name, "value": word} for word, name in words.items()]

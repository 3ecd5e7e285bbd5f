"""Rules: matched by name, compared by meaning, put into the spec's order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sso_sync.plan.model import Action, Plan
from sso_sync.plan.operations import CreateRule, DeleteRule, SortRules, UpdateRule
from sso_sync.plan.scope import scope
from sso_sync.values import Json
from tests.plan.build import addresses, change, connection, planned
from tests.plan.run import carry_out
from tests.plan.world import World, in_sync

_AT = "onelogin.app.rules"
_ACTIONS = [{"action": "set_role", "value": ["12"]}]


def _world(*rules: str | dict[str, Any]) -> World:
    """Rules in running order; a name stands for a rule as `_wish` wants it."""
    world = in_sync()
    for number, rule in enumerate(rules):
        extra = {"name": rule} if isinstance(rule, str) else rule
        world.rules.append(
            {"id": 700 + number, "match": "all", "enabled": True, "conditions": [], "actions": _ACTIONS, **extra}
        )
    return world


def _wish(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "actions": _ACTIONS, **more}


def _plan(world: World, *rules: str | dict[str, Any]) -> Plan:
    wanted = [_wish(rule) if isinstance(rule, str) else rule for rule in rules]
    return world.plan(connection(app={"rules": wanted}))


def _kinds(plan: Plan) -> list[type[object]]:
    return [type(step.operation) for step in plan.steps]


def _names(world: World) -> list[str]:
    return [rule["name"] for rule in world.rules if rule["enabled"]]


def test_rules_that_are_not_named_are_left_alone() -> None:
    assert _world("a", "b").plan(connection()).empty


@pytest.mark.parametrize("nothing", [[], None])
def test_an_empty_list_deletes_all(nothing: list[Any] | None) -> None:
    plan = _world("a", {"name": "b", "enabled": False}).plan(connection(app={"rules": nothing}))
    assert addresses(plan) == [f"{_AT}.a", f"{_AT}.b"]
    assert [step.operation for step in plan.steps] == [DeleteRule("a", 700), DeleteRule("b", 701)]


def test_a_new_rule_goes_to_the_end_where_it_belongs() -> None:
    plan = _plan(_world("a"), "a", "b")
    (step,) = plan.steps
    assert step.operation == CreateRule(
        {"name": "b", "position": None, "match": "all", "enabled": True, "conditions": [], "actions": _ACTIONS}
    )


def test_a_new_rule_that_belongs_before_others_is_sorted_there() -> None:
    world = _world("a")
    plan = _plan(world, "b", "a")
    assert addresses(plan) == [f"{_AT}.b"]
    create, sort = plan.steps
    assert sort.operation == SortRules(("b", "a"))
    assert sort.needs == {create.id}
    assert sort.addresses == (f"{_AT}.b",)
    carry_out(plan, world)
    assert _names(world) == ["b", "a"]


def test_the_order_of_staying_rules_is_a_change_of_its_own() -> None:
    plan = _plan(_world("a", "b", "c"), "b", "a", "c")
    assert [(one.address, one.before, one.after, one.reason) for one in plan.changes] == [
        (f"{_AT}.b", {"place": 2}, {"place": 1}, "order"),
        (f"{_AT}.a", {"place": 1}, {"place": 2}, "order"),
    ]
    assert [step.operation for step in plan.steps] == [SortRules(("b", "a", "c"))]


def test_places_count_among_rules_that_are_on() -> None:
    world = _world({"name": "off", "enabled": False}, "a", "b")
    assert _plan(world, "a", _wish("off", enabled=False), "b").empty
    assert _plan(world, "a", "b", _wish("off", enabled=False)).empty


def test_a_rule_without_a_position_runs_last() -> None:
    world, wanted = _world("a", "b"), connection(app={"rules": [_wish("b"), _wish("a")]})
    idp = world.idp(scope(wanted.spec))
    first, second = idp.rules or ()
    nowhere = first.model_copy(update={"position": None})
    assert planned(wanted, replace(idp, rules=(nowhere, second)), world.sp()).empty
    assert len(planned(wanted, idp, world.sp()).changes) == 2


def test_a_rule_that_changes_and_moves_is_named_once() -> None:
    world = _world({"name": "a", "match": "any"}, "b")
    plan = _plan(world, "b", "a")
    found = change(plan, f"{_AT}.a")
    assert isinstance(found.before, dict)
    assert found.before["match"] == "any"
    update, sort = plan.steps
    assert isinstance(update.operation, UpdateRule)
    assert isinstance(sort.operation, SortRules)
    carry_out(plan, world)
    assert _plan(world, "b", "a").empty


def test_switching_a_rule_on_puts_it_last_and_is_sorted_if_need_be() -> None:
    world = _world("a", {"name": "b", "enabled": False})
    assert _kinds(_plan(world, "a", "b")) == [UpdateRule]
    assert _kinds(_plan(world, "b", "a")) == [UpdateRule, SortRules]


def test_switching_a_rule_off_needs_no_sort() -> None:
    plan = _plan(_world("a", "b"), _wish("a", enabled=False), "b")
    (step,) = plan.steps
    assert isinstance(step.operation, UpdateRule)
    assert step.operation.body["position"] is None
    assert step.operation.body["enabled"] is False


def test_a_rule_that_stays_on_keeps_its_place_in_an_update() -> None:
    plan = _plan(_world("a", {"name": "b", "match": "any"}), "a", "b")
    (step,) = plan.steps
    assert isinstance(step.operation, UpdateRule)
    assert (step.operation.rule_id, step.operation.body["position"]) == (701, 2)


def test_places_that_a_deletion_has_moved_are_put_right() -> None:
    """The update still says place 2, but by then the rule that stood before is gone."""
    world = _world("old", {"name": "a", "match": "any"}, "b", "c")
    plan = _plan(world, "a", "b", "c")
    assert _kinds(plan) == [DeleteRule, UpdateRule, SortRules]
    carry_out(plan, world)
    assert _names(world) == ["a", "b", "c"]


def test_rules_are_written_one_after_the_other() -> None:
    plan = _plan(_world("old", {"name": "a", "match": "any"}), "a", "b")
    for earlier, later in zip(plan.steps, plan.steps[1:], strict=False):
        assert later.needs == {earlier.id}


def test_of_two_rules_of_a_name_one_stays_and_the_other_goes() -> None:
    world = _world("a", "a")
    plan = _plan(world, "a")
    assert [(one.address, one.action) for one in plan.changes] == [(f"{_AT}.a#701", Action.DELETE)]
    assert [step.operation for step in plan.steps] == [DeleteRule("a", 701)]


def test_several_rules_of_a_name_that_all_go_have_addresses_of_their_own() -> None:
    plan = _plan(_world("a", "a", "a"))
    assert addresses(plan) == [f"{_AT}.a", f"{_AT}.a#701", f"{_AT}.a#702"]
    assert len({step.id for step in plan.steps}) == 3


_SPELLINGS: list[tuple[dict[str, Json], dict[str, Json]]] = [
    (
        {"conditions": [{"source": "last_login", "operator": ">", "value": 90}]},
        {"conditions": [{"source": "last_login", "operator": ">", "value": "90"}]},
    ),
    (
        {
            "conditions": [
                {"source": "a", "operator": "=", "value": "1"},
                {"source": "b", "operator": "=", "value": "2"},
            ]
        },
        {
            "conditions": [
                {"source": "b", "operator": "=", "value": "2"},
                {"source": "a", "operator": "=", "value": "1"},
            ]
        },
    ),
    ({"actions": [{"action": "set_role", "value": [12]}]}, {"actions": [{"action": "set_role", "value": ["12"]}]}),
    ({"actions": [{"action": "set_groups"}]}, {"actions": [{"action": "set_groups", "value": None}]}),
    ({"actions": [{"action": "x", "value": ["1"]}]}, {"actions": [{"action": "x", "value": "1"}]}),
    (
        {"actions": [{"action": "x", "value": [], "expression": None}]},
        {"actions": [{"action": "x", "value": [], "expression": "", "macro": None, "scriplet": None}]},
    ),
    (
        {"conditions": [{"source": "a", "operator": "?"}]},
        {"conditions": [{"source": "a", "operator": "?", "value": None}]},
    ),
]


@pytest.mark.parametrize(("wish", "live"), _SPELLINGS)
def test_another_spelling_of_a_rule_is_the_same_rule(wish: dict[str, Json], live: dict[str, Json]) -> None:
    assert _plan(_world({"name": "a", **live}), _wish("a") | wish).empty


@pytest.mark.parametrize(
    "live",
    [
        {"match": "any"},
        {"enabled": False},
        {"conditions": [{"source": "a", "operator": "=", "value": "1"}]},
        {"actions": [{"action": "set_role", "value": ["13"]}]},
        {"actions": [{"action": "set_role", "value": ["12"], "expression": ".*"}]},
        {"actions": [*_ACTIONS, {"action": "set_role", "value": ["12"]}]},
        {"actions": []},
    ],
)
def test_another_rule_is_another_rule(live: dict[str, Any]) -> None:
    assert addresses(_plan(_world({"name": "a", **live}), "a")) == [f"{_AT}.a"]


def test_the_order_of_actions_counts() -> None:
    one, other = {"action": "x", "value": []}, {"action": "y", "value": []}
    plan = _plan(_world({"name": "a", "actions": [one, other]}), _wish("a", actions=[other, one]))
    assert addresses(plan) == [f"{_AT}.a"]


def test_a_rule_waits_for_the_parameter_that_its_action_sets() -> None:
    wanted = connection(app={"rules": [_wish("a")], "parameters": {"dept": "department"}})
    plan = in_sync().plan(wanted)
    (rule,) = (step for step in plan.steps if isinstance(step.operation, CreateRule))
    assert "parameters" in rule.needs

"""What waits for what (DESIGN §3): app, parameters, people, role list, JustCall's values, test, and SSO on last."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sso_sync.justcall.settings import SettingField
from sso_sync.plan import operations as op
from sso_sync.plan.model import Plan, Side, Step
from sso_sync.plan.planner import draft
from tests.plan.build import connection, step
from tests.plan.full import full_connection, the_app
from tests.plan.world import World, in_sync


def _from_nothing() -> Plan:
    """Everything that `full_connection` wants, made from scratch."""
    world = in_sync()
    world.app, world.rules = None, []
    world.settings |= dict.fromkeys(SettingField, None)
    world.settings |= {SettingField.ACS_URL: "https://acs.example", SettingField.ENTITY_ID: "JustCall"}
    return world.plan(full_connection())


def _all_needs(plan: Plan, of: Step) -> set[str]:
    """What has to be done before a step, directly or not."""
    needs = set(of.needs)
    for identity in of.needs:
        needs |= _all_needs(plan, step(plan, identity))
    return needs


def test_one_apply_makes_everything() -> None:
    assert [one.id for one in _from_nothing().steps] == [
        "app",
        "parameters",
        "rule.staff.create",
        "rule.off.create",
        "rule.last.create",
        "role.JustCall - direct access.create",
        "role.JustCall - direct access.members.add",
        "roles",
        "justcall.values",
        "justcall.test",
        "justcall.enable",
    ]


def test_sso_is_enabled_last_and_needs_everything() -> None:
    plan = _from_nothing()
    enable = plan.steps[-1]
    assert enable.operation == op.UpdateSettings({SettingField.ENABLED: True})
    assert enable.needs == {one.id for one in plan.steps[:-1]}


def test_the_values_follow_the_documented_order() -> None:
    plan = _from_nothing()
    needs = {one.id: _all_needs(plan, one) for one in plan.steps}
    assert needs["app"] == set()
    assert needs["parameters"] == {"app"}
    assert needs["justcall.values"] >= {"app", "parameters", "roles", "role.JustCall - direct access.members.add"}
    assert needs["justcall.test"] >= {"justcall.values", "roles"}


def test_what_does_not_depend_on_each_other_may_run_at_the_same_time() -> None:
    plan = _from_nothing()
    assert step(plan, "role.JustCall - direct access.create").needs == frozenset()
    assert "roles" not in _all_needs(plan, step(plan, "rule.last.create"))
    assert "rule.last.create" not in _all_needs(plan, step(plan, "roles"))


def test_a_certificate_is_switched_after_all_else_in_onelogin_and_justcall_follows_at_once() -> None:
    world = in_sync()
    the_app(world).update(description="old")
    wanted = connection(
        app={
            "description": "new",
            "certificate": {"id": 102},
            "parameters": {"dept": "department", "firstName": None},
            "rules": [{"name": "a", "actions": [{"action": "x"}]}],
        },
        access={"roles": [{"name": "JustCall Users", "members": []}, "Sales"], "users": ["eve@acme.example"]},
        sso={"default_role": "Admin"},
    )
    plan = world.plan(wanted)
    switch = step(plan, "certificate")
    others = {one.id for one in plan.steps if one.side is Side.ONELOGIN and one is not switch}
    assert switch.needs == others
    assert "certificate" in step(plan, "justcall.values").needs


def test_parameters_are_written_once_those_in_the_way_are_gone() -> None:
    plan = in_sync().plan(connection(app={"parameters": {"firstName": None, "dept": "department"}}))
    delete, put = plan.steps
    assert delete.id == "parameter.firstName.delete"
    assert put.needs == {delete.id}


def _sso(on: bool, **wish: Any) -> Plan:
    world = in_sync()
    world.settings[SettingField.ENABLED] = on
    return world.plan(connection(sso=wish))


def test_disabling_comes_before_anything_else_in_justcall() -> None:
    plan = _sso(True, enabled=False, default_role="Admin")
    off, values = plan.steps
    assert off.operation == op.UpdateSettings({SettingField.ENABLED: False})
    assert off.needs == frozenset()
    assert off.id in values.needs


@pytest.mark.parametrize(
    ("on", "wish", "kinds"),
    [
        (True, {"default_role": "Admin"}, ["justcall.values", "justcall.test"]),
        (False, {"default_role": "Admin"}, ["justcall.values"]),
        (True, {"default_role": "Admin", "enabled": True}, ["justcall.values", "justcall.test"]),
        (False, {"enabled": True}, ["justcall.test", "justcall.enable"]),
        (True, {"enabled": False}, ["justcall.disable"]),
        (True, {"enabled": True}, []),
    ],
)
def test_what_is_or_will_be_on_is_tested(on: bool, wish: dict[str, Any], kinds: list[str]) -> None:
    assert [one.id for one in _sso(on, **wish).steps] == kinds


def test_without_a_proof_a_failed_test_does_not_stop_sso() -> None:
    world = in_sync()
    world.settings |= {SettingField.ENABLED: False, SettingField.DEFAULT_ROLE: "Agent"}
    over = {"guards": {"require_login_proof": False}}
    plan = world.plan(connection(over, sso={"enabled": True, "default_role": "Admin"}))
    assert step(plan, "justcall.enable").needs == {"justcall.values"}
    assert step(plan, "justcall.test").operation == op.TestConnection()


def test_a_person_goes_on_when_everything_else_is_done() -> None:
    world = in_sync()
    world.by_hand = True
    world.app = None
    plan = world.plan(connection(access={"roles": ["JustCall Users"]}))
    *others, hand = plan.steps
    assert isinstance(hand.operation, op.HandOver)
    assert hand.needs == {one.id for one in others}
    assert not [one for one in others if one.side is Side.JUSTCALL]


def test_what_a_step_is_called_says_what_it_does() -> None:
    plan = _from_nothing()
    assert [one.summary for one in plan.steps] == [
        "create the app 'JustCall'",
        "write parameters email, firstName, lastName, saml_username",
        "create the rule 'staff'",
        "create the rule 'off'",
        "create the rule 'last'",
        "create the role 'JustCall - direct access'",
        "add 1 person to 'JustCall - direct access'",
        "open the app to 'JustCall Users', 'JustCall - direct access'",
        "save 5 settings",
        "test the connection",
        "enable SSO",
    ]


@pytest.mark.parametrize(("values", "words"), [(1, "update 1 value of the app"), (2, "update 2 values of the app")])
def test_one_and_many(values: int, words: str) -> None:
    world = World(**vars(in_sync()))
    the_app(world).update([("visible", False), ("description", "old")][:values])
    (only,) = world.plan(connection(app={"description": None})).steps
    assert only.summary == words


@pytest.mark.parametrize(
    ("on", "wish", "kinds"),
    [
        (True, {"default_role": "Admin"}, ["justcall.values", "justcall.test", "justcall.prove"]),
        (False, {"default_role": "Admin"}, ["justcall.values"]),
        (False, {"enabled": True}, ["justcall.test", "justcall.prove", "justcall.enable"]),
        (True, {"enabled": False}, ["justcall.disable"]),
        (True, {"enabled": True}, []),
    ],
)
def test_with_a_test_user_a_login_is_proven_before_sso_is_switched_on(
    on: bool, wish: dict[str, Any], kinds: list[str]
) -> None:
    world, spec = in_sync(), connection(sso=wish)
    world.settings[SettingField.ENABLED] = on
    made = draft(spec, replace(world.sides(spec), provable=True))
    assert [one.id for one in made.steps] == kinds
    for one in made.steps:
        if one.id == "justcall.enable":
            assert one.needs == {"justcall.test", "justcall.prove"}


def test_the_test_user_has_access_by_the_time_the_login_is_proven() -> None:
    world = in_sync()
    world.app = None
    world.settings[SettingField.ENABLED] = False
    spec = connection(access={"roles": ["JustCall Users"], "users": ["cid@acme.example"]}, sso={"enabled": True})
    steps = draft(spec, replace(world.sides(spec), provable=True)).steps
    (prove,) = (one for one in steps if isinstance(one.operation, op.ProveLogin))
    assert prove.needs == {one.id for one in steps} - {"justcall.prove", "justcall.enable"}


def test_without_a_wish_for_proof_a_failed_login_does_not_stop_sso() -> None:
    world = in_sync()
    world.settings[SettingField.ENABLED] = False
    spec = connection({"guards": {"require_login_proof": False}}, sso={"enabled": True})
    made = draft(spec, replace(world.sides(spec), provable=True))
    assert [(one.id, one.needs) for one in made.steps][-1] == ("justcall.enable", frozenset())

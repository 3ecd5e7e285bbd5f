"""`state: absent`: SSO off, then access, then the app, and nothing of anybody else's."""

from __future__ import annotations

from typing import Any

import pytest

from sso_sync.justcall.settings import SettingField, Unknown
from sso_sync.plan.link import Unread
from sso_sync.plan.model import Action, Plan
from sso_sync.plan.operations import DeleteApp, DeleteRole, HandOver, RoleRef, SetAppRoles, UpdateSettings
from sso_sync.plan.scope import scope
from tests.plan.build import addresses, change, connection, planned, step
from tests.plan.full import the_app
from tests.plan.run import carry_out
from tests.plan.world import World, in_sync

_OWNED = "JustCall - direct access"
_OFF = UpdateSettings({SettingField.ENABLED: False})


def _plan(world: World, **access: Any) -> Plan:
    return world.plan(connection({"state": "absent"}, access=access))


def _with_owned(*, attached: bool = True) -> World:
    world = in_sync()
    world.roles[14], world.members[14] = _OWNED, [1]
    if attached:
        the_app(world)["role_ids"].append(14)
    return world


def test_the_order_is_sso_then_access_then_the_app() -> None:
    plan = _plan(_with_owned())
    assert [one.operation for one in plan.steps] == [
        _OFF,
        SetAppRoles((), (RoleRef("JustCall Users", 11),)),
        DeleteRole(RoleRef(_OWNED, 14)),
        DeleteApp(500),
    ]
    for earlier, later in zip(plan.steps, plan.steps[1:], strict=False):
        assert earlier.id in later.needs


def test_what_goes_is_named_and_the_rest_stays() -> None:
    world = _with_owned()
    plan = _plan(world)
    assert [(one.address, one.action, one.reason) for one in plan.changes] == [
        ("justcall.sso.enabled", Action.UPDATE, "state: absent"),
        ("onelogin.access.roles.JustCall Users", Action.DELETE, "state: absent"),
        (f"onelogin.access.roles.{_OWNED}", Action.DELETE, "state: absent"),
        ("onelogin.app", Action.DELETE, "state: absent"),
    ]
    settings = dict(world.settings)
    carry_out(plan, world)
    assert world.app is None
    assert world.roles == in_sync().roles
    assert world.members == in_sync().members
    assert world.settings == settings | {SettingField.ENABLED: False}
    assert _plan(world).empty


def test_nothing_there_is_nothing_to_do() -> None:
    world = World(settings={SettingField.ENABLED: False})
    assert _plan(world).empty


def test_an_owned_role_is_deleted_although_the_app_is_gone() -> None:
    world = _with_owned()
    world.app, world.settings[SettingField.ENABLED] = None, False
    assert [one.operation for one in _plan(world, users=["ann@acme.example"]).steps] == [
        DeleteRole(RoleRef(_OWNED, 14))
    ]


def test_a_role_that_only_has_the_default_name_is_somebody_elses() -> None:
    """It never opened this app, and the spec says nothing of people."""
    plan = _plan(_with_owned(attached=False))
    assert f"onelogin.access.roles.{_OWNED}" not in addresses(plan)
    wanted = _plan(_with_owned(attached=False), groups=["Team"])
    assert change(wanted, f"onelogin.access.roles.{_OWNED}").action is Action.DELETE


def test_where_nobody_can_say_whether_sso_is_on_it_is_switched_off_first() -> None:
    """Otherwise people would lose the app while JustCall still sends them to it."""
    world = in_sync()
    world.unknown[SettingField.ENABLED] = Unknown("the gateway's answer has no enabled")
    plan = _plan(world)
    assert change(plan, "justcall.sso.enabled").action is Action.UNKNOWN
    first, *others = plan.steps
    assert first.operation == _OFF
    assert all(first.id in other.needs for other in others)


@pytest.mark.parametrize("known", ["attested as on", "never attested", "expired"])
def test_a_person_switches_sso_off_before_anything_else_happens(known: str) -> None:
    world = in_sync()
    world.by_hand = True
    if known != "attested as on":
        world.unknown[SettingField.ENABLED] = Unknown(known, expired=known == "expired")
    plan = _plan(world)
    hand, *others = plan.steps
    assert hand.operation == HandOver({SettingField.ENABLED: False})
    assert hand.needs == frozenset()
    assert others
    assert all(hand.id in other.needs for other in others)


def test_once_it_is_attested_as_off_the_rest_goes() -> None:
    world = in_sync()
    world.by_hand, world.settings[SettingField.ENABLED] = True, False
    carry_out(_plan(world), world)
    assert world.app is None


@pytest.mark.parametrize("side", ["onelogin", "justcall"])
def test_nothing_is_deleted_while_a_side_is_unread(side: str) -> None:
    world, wanted = in_sync(), connection({"state": "absent"})
    idp = Unread("OneLogin is down") if side == "onelogin" else world.idp(scope(wanted.spec))
    plan = planned(wanted, idp, Unread("JustCall is down") if side == "justcall" else world.sp())
    assert plan.steps == ()
    address = {"onelogin": "onelogin.app", "justcall": "justcall.sso.enabled"}[side]
    assert change(plan, address).action is Action.UNKNOWN


def test_only_the_app_and_its_roles_are_read() -> None:
    asked = scope(connection({"state": "absent"}, app={"rules": []}, access={"users": ["ann@acme.example"]}).spec)
    assert asked.member_roles == frozenset()
    assert asked.people == frozenset()
    assert not asked.rules
    assert not asked.direct_grants


def test_a_role_the_account_does_not_list_is_detached_by_its_id() -> None:
    world = in_sync()
    the_app(world)["role_ids"] = [99]
    plan = planned(connection({"state": "absent"}), world.idp(scope(connection().spec)), world.sp())
    assert step(plan, "roles").operation == SetAppRoles((), (RoleRef("#99", 99),))

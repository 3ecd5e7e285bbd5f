"""JustCall's settings: what is copied from OneLogin, what is overridden, and how each value is known."""

from __future__ import annotations

from typing import Any

import pytest

from sso_sync.justcall.settings import SettingField, Unknown
from sso_sync.plan.cells import Known, Later
from sso_sync.plan.link import Unread
from sso_sync.plan.model import Action, Plan
from sso_sync.plan.operations import HandOver, Output, Pending, UpdateSettings
from sso_sync.plan.planner import desired_settings, draft
from sso_sync.spec.model import UNMANAGED
from sso_sync.values import Json
from tests.plan.build import PEMS, addresses, change, connection, pem, planned, step
from tests.plan.full import the_app
from tests.plan.world import World, in_sync

_SSO = "justcall.sso"
_NOBODY = Unknown("nobody has attested it yet")
_EXPIRED = Unknown("attested by Eve on 2025-01-01, expired on 2025-04-01", expired=True)


def _plan(world: World | None = None, **sso: Any) -> Plan:
    return (world or in_sync()).plan(connection(sso=sso))


def _blank(**known: Json) -> World:
    world = in_sync()
    world.settings |= dict.fromkeys(SettingField, None) | {SettingField(key): value for key, value in known.items()}
    return world


def _by_hand(**unknown: Unknown) -> World:
    world = in_sync()
    world.by_hand = True
    world.unknown = {SettingField(key): value for key, value in unknown.items()}
    return world


def test_onelogins_three_values_are_managed_without_a_word() -> None:
    world = _blank(acs_url="https://x.example", entity_id="x")
    the_app(world)["configuration"] |= {"audience": "x"}
    found = {one.address: one.reason for one in world.plan(connection()).changes if one.address.startswith(_SSO)}
    assert found == {
        f"{_SSO}.sso_url": "from OneLogin's SAML 2.0 endpoint",
        f"{_SSO}.issuer": "from OneLogin's issuer URL",
        f"{_SSO}.certificate": "from OneLogin's signing certificate",
    }


@pytest.mark.parametrize("key", ["sso_url", "issuer", "certificate", "default_role", "enabled"])
def test_each_can_be_left_to_somebody_else(key: str) -> None:
    world = in_sync()
    world.settings |= {SettingField(key): None}
    assert _plan(world, **{key: UNMANAGED}).empty


@pytest.mark.parametrize(
    ("key", "wish"),
    [("sso_url", "https://own.example"), ("issuer", "own"), ("certificate", pem("two")), ("issuer", None)],
)
def test_an_override_wins_over_onelogin(key: str, wish: Json) -> None:
    plan = _plan(None, **{key: wish})
    assert addresses(plan) == [f"{_SSO}.{key}"]
    assert plan.changes[0].reason is None
    assert step(plan, "justcall.values").operation == UpdateSettings({SettingField(key): wish})


def test_an_override_that_is_no_certificate_is_an_error() -> None:
    (error,) = _plan(None, certificate="no certificate").errors
    assert error.address == f"{_SSO}.certificate"
    assert "no certificate" not in str(error.detail)


@pytest.mark.parametrize(("live", "empty"), [("", True), (None, True), ("Team Member", False)])
def test_a_role_may_be_cleared(live: Json, *, empty: bool) -> None:
    world = in_sync()
    world.settings[SettingField.DEFAULT_ROLE] = live
    assert _plan(world, default_role=None).empty is empty


def test_the_protocol_is_chosen_where_sso_is_to_be_on() -> None:
    world = in_sync()
    world.settings |= {SettingField.PROTOCOL: None}
    assert addresses(_plan(world, enabled=True)) == [f"{_SSO}.protocol"]
    assert addresses(_plan(world, enabled=False)) == [f"{_SSO}.enabled"]
    assert _plan(world).empty


@pytest.mark.parametrize("live", [None, False])
def test_a_switch_that_nobody_has_touched_is_off(live: Json) -> None:
    world = in_sync()
    world.settings[SettingField.ENABLED] = live
    assert _plan(world, enabled=False).empty
    assert change(_plan(world, enabled=True), f"{_SSO}.enabled").before is False


def test_the_switch_is_the_last_change() -> None:
    plan = _blank(acs_url="https://x.example", entity_id="x").plan(
        connection(sso={"enabled": True, "default_role": "A"})
    )
    assert [address for address in addresses(plan) if address.startswith(_SSO)] == [
        f"{_SSO}.{key}" for key in ("protocol", "sso_url", "issuer", "certificate", "default_role", "enabled")
    ]


# How a value is known.


def test_what_the_gateway_does_not_say_is_unknown_and_not_written() -> None:
    world = in_sync()
    world.unknown[SettingField.ISSUER] = Unknown("the gateway's answer has no issuer")
    plan = world.plan(connection())
    found = change(plan, f"{_SSO}.issuer")
    assert (found.action, found.reason) == (Action.UNKNOWN, "the gateway's answer has no issuer")
    assert plan.steps == ()


def test_what_nobody_ever_attested_is_for_a_person_to_enter() -> None:
    plan = _plan(_by_hand(issuer=_NOBODY))
    found = change(plan, f"{_SSO}.issuer")
    assert (found.action, found.before, found.after) == (
        Action.MANUAL,
        None,
        "https://app.onelogin.com/saml/metadata/500",
    )
    (hand,) = plan.steps
    assert hand.operation == HandOver({SettingField.ISSUER: found.after})


def test_what_was_attested_too_long_ago_is_unknown_and_handed_over_again() -> None:
    plan = _plan(_by_hand(issuer=_EXPIRED))
    found = change(plan, f"{_SSO}.issuer")
    assert (found.action, found.reason) == (Action.UNKNOWN, _EXPIRED.reason)
    (hand,) = plan.steps
    assert hand.addresses == (f"{_SSO}.issuer",)


def test_what_was_attested_and_differs_is_for_a_person_to_correct() -> None:
    world = _by_hand()
    world.settings[SettingField.DEFAULT_ROLE] = "Admin"
    found = change(_plan(world, default_role="Team Member"), f"{_SSO}.default_role")
    assert (found.action, found.before, found.after) == (Action.MANUAL, "Admin", "Team Member")


def test_a_person_gets_what_onelogin_will_say_once_it_does() -> None:
    world = _by_hand(**{field.value: _NOBODY for field in (SettingField.SSO_URL, SettingField.CERTIFICATE)})
    world.app = None
    plan = _plan(world)
    hand = step(plan, "justcall.by-hand")
    assert isinstance(hand.operation, HandOver)
    assert hand.operation.values == {
        SettingField.SSO_URL: Pending(Output.SAML_ENDPOINT),
        SettingField.ISSUER: Pending(Output.ISSUER),
        SettingField.CERTIFICATE: Pending(Output.CERTIFICATE),
    }
    assert hand.needs == {one.id for one in plan.steps if one is not hand}


def test_what_cannot_be_determined_is_not_handed_over() -> None:
    world = _by_hand(certificate=_NOBODY)
    the_app(world)["configuration"]["certificate_id"] = 100
    wanted = connection()
    plan = planned(wanted, Unread("OneLogin is down"), world.sp(), by_hand=True)
    assert change(plan, f"{_SSO}.certificate").action is Action.UNKNOWN
    assert plan.steps == ()


def test_what_a_person_enters_and_attests_is_everything_wanted() -> None:
    wanted = connection(sso={"enabled": True, "default_role": "Team Member"})
    known = desired_settings(draft(wanted, in_sync().sides(wanted)))
    assert known[SettingField.CERTIFICATE] == Known(pem(PEMS[0]))
    assert known[SettingField.ENABLED] == Known(value=True)
    assert set(known) == {
        SettingField.ENABLED,
        SettingField.PROTOCOL,
        SettingField.SSO_URL,
        SettingField.ISSUER,
        SettingField.CERTIFICATE,
        SettingField.DEFAULT_ROLE,
    }
    world = in_sync()
    world.app = None
    assert desired_settings(draft(wanted, world.sides(wanted)))[SettingField.ISSUER] == Later(Output.ISSUER)

"""What stands in the way of a plan, and how it is passed."""

from __future__ import annotations

import pytest

from sso_sync.justcall.settings import Attested, Observed, SettingField, Settings, Unknown
from sso_sync.onelogin.ownership import mark
from sso_sync.plan.link import Unread
from sso_sync.plan.model import Refusal
from sso_sync.spec.connection import Connection
from tests.plan.build import ACS, ENTITY, NOW, connection, planned
from tests.plan.full import the_app
from tests.plan.world import World, in_sync

_ABSENT = {"state": "absent"}
_PIN = {"justcall": {"service_provider": {"acs_url": "https://pinned.example"}}}


def _with_notes(notes: str | None) -> World:
    world = in_sync()
    the_app(world)["notes"] = notes
    return world


def _only(world: World, wanted: Connection) -> Refusal:
    (refusal,) = world.plan(wanted).refusals
    return refusal


def test_our_own_app_is_ours() -> None:
    assert in_sync().plan(connection()).refusals == ()
    assert in_sync().plan(connection(_ABSENT)).refusals == ()


@pytest.mark.parametrize("over", [{}, _ABSENT])
def test_somebody_elses_app_is_refused(over: dict[str, str]) -> None:
    refusal = _only(_with_notes(mark("other")), connection(over))
    assert (refusal.guard, refusal.address) == ("ownership", "onelogin.app")
    assert "'other'" in refusal.summary
    assert refusal.next_action
    assert "--override ownership" in refusal.next_action


def test_an_unmarked_app_may_be_adopted_but_not_deleted() -> None:
    assert _with_notes(None).plan(connection()).refusals == ()
    refusal = _only(_with_notes(None), connection(_ABSENT))
    assert (refusal.guard, refusal.setting) == ("ownership", "state")


def test_no_app_is_nobodys() -> None:
    world = in_sync()
    world.app = None
    assert world.plan(connection()).refusals == ()
    assert world.plan(connection(_ABSENT)).refusals == ()


def test_a_guard_is_passed_by_its_name_and_by_no_other() -> None:
    world = _with_notes(mark("other"))
    assert world.plan(connection(), overrides=frozenset({"ownership"})).refusals == ()
    assert len(world.plan(connection(), overrides=frozenset({"service_provider"})).refusals) == 1


def test_a_pin_that_justcall_contradicts_is_refused() -> None:
    refusal = _only(in_sync(), connection(_PIN))
    assert refusal.guard == "service_provider"
    assert refusal.setting == "justcall.service_provider.acs_url"
    assert refusal.address == "justcall.sso.acs_url"
    assert refusal.detail == f"JustCall shows {ACS!r}, the spec pins 'https://pinned.example'."


def test_both_pins_are_looked_at() -> None:
    pins = {"acs_url": "https://pinned.example", "entity_id": "other"}
    plan = in_sync().plan(connection({"justcall": {"service_provider": pins}}))
    assert [refusal.address for refusal in plan.refusals] == ["justcall.sso.acs_url", "justcall.sso.entity_id"]


def test_pins_that_justcall_shows_are_fine() -> None:
    pins = {"acs_url": ACS, "entity_id": ENTITY}
    assert in_sync().plan(connection({"justcall": {"service_provider": pins}})).refusals == ()


def test_only_what_was_seen_contradicts_a_pin() -> None:
    """An attested value is the pin itself; a blank or unknown one says nothing."""
    world = in_sync()
    idp = world.sides(connection(_PIN)).idp
    for knowledge in (Attested(ACS, "the spec", NOW, NOW), Unknown("not on the page")):
        sp = Settings({**world.sp().fields, SettingField.ACS_URL: knowledge})
        assert planned(connection(_PIN), idp, sp).refusals == ()
    world.settings[SettingField.ACS_URL] = ""
    assert world.plan(connection(_PIN)).refusals == ()


def test_unread_sides_refuse_nothing() -> None:
    assert planned(connection(_PIN), Unread("down"), Unread("down")).refusals == ()


def test_a_pin_that_a_probe_contradicts_is_refused() -> None:
    """A person does JustCall's side, so that only the probe has seen it."""
    pinned = connection({"justcall": {"driver": "attested", "service_provider": {"entity_id": "pinned"}}})
    world = in_sync()
    seen = Observed(ENTITY, NOW, by="probe")
    sp = Settings({SettingField.ENTITY_ID: seen})
    (refusal,) = planned(pinned, world.sides(pinned).idp, sp, by_hand=True).refusals
    assert (refusal.guard, refusal.address) == ("service_provider", "justcall.sso.entity_id")
    assert refusal.detail == f"JustCall shows {ENTITY!r}, the spec pins 'pinned'."

"""Which certificates the two sides use today, and how long they are good for."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest

from sso_sync.justcall.sealed import seal
from sso_sync.justcall.settings import SettingField, Unknown
from sso_sync.plan.model import CertificateFact, Expiry, Plan, Side
from sso_sync.plan.planner import draft, finish
from sso_sync.saml.certificate import parse
from tests.plan.build import NOW, connection, pem
from tests.plan.world import World, in_sync

ONE = parse(pem("one"))


def facts(world: World, **sso: Any) -> tuple[CertificateFact, ...]:
    return world.plan(connection(sso=sso)).certificates


def test_both_sides_are_told_of_while_nothing_changes() -> None:
    ours, theirs = facts(in_sync())
    assert ours == CertificateFact(
        Side.ONELOGIN,
        ONE.fingerprint,
        ONE.not_after,
        (ONE.not_after - NOW).days,
        "Ed25519",
        ONE.subject,
        Expiry.GOOD if (ONE.not_after - NOW).days > 60 else ours.expiry,
    )
    assert (theirs.side, theirs.fingerprint) == (Side.JUSTCALL, ours.fingerprint)


def test_they_are_todays_and_not_the_ones_to_come() -> None:
    plan = in_sync().plan(connection(app={"certificate": {"id": 101}}))
    assert {fact.fingerprint for fact in plan.certificates} == {ONE.fingerprint}


def test_a_fingerprint_is_all_that_some_pages_show() -> None:
    world = in_sync()
    world.settings[SettingField.CERTIFICATE] = ONE.fingerprint
    assert facts(world)[1] == CertificateFact(Side.JUSTCALL, ONE.fingerprint)


@pytest.mark.parametrize("held", [None, "", "no certificate at all"])
def test_what_is_no_certificate_is_none(held: str | None) -> None:
    world = in_sync()
    world.settings[SettingField.CERTIFICATE] = held
    assert [fact.side for fact in facts(world)] == [Side.ONELOGIN]


def test_what_nobody_knows_is_left_out() -> None:
    world = in_sync()
    world.app = None
    world.unknown[SettingField.CERTIFICATE] = Unknown("not shown")
    assert facts(world) == ()


def test_one_from_the_environment_is_not_shown() -> None:
    path = ("justcall", "sso", "certificate")
    hidden = in_sync().plan(connection(sso={"certificate": pem("one")}, sensitive=[path]))
    assert hidden.certificates[1] == CertificateFact(Side.JUSTCALL, "(sensitive)")
    world = in_sync()
    world.settings[SettingField.CERTIFICATE] = seal(SettingField.CERTIFICATE, pem("one"))
    assert facts(world)[1] == CertificateFact(Side.JUSTCALL, "(sensitive)")


@pytest.mark.parametrize(
    ("left", "days", "expiry"),
    [
        (timedelta(days=61), 61, Expiry.GOOD),
        (timedelta(days=60, hours=1), 60, Expiry.WARN),
        (timedelta(days=7, hours=1), 7, Expiry.FAIL),
        (timedelta(0), 0, Expiry.FAIL),
        (timedelta(seconds=-1), -1, Expiry.EXPIRED),
    ],
)
def test_the_guards_numbers_say_how_near_the_end_is(left: timedelta, days: int, expiry: Expiry) -> None:
    fact = _at(left).certificates[0]
    assert (fact.days_left, fact.expiry) == (days, expiry)


def _at(left: timedelta) -> Plan:
    """The plan made when the certificate has so long to go."""
    wanted = connection()
    made = draft(wanted, in_sync().sides(wanted))
    return finish(made, plan_id="p", created_at=(ONE.not_after - left).astimezone(UTC), members={})

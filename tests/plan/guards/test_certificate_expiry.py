"""Whole days, both borders, and the plans that are let through although time is up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sso_sync.justcall.settings import SettingField
from sso_sync.plan.cells import Later
from sso_sync.plan.guards.certificate_expiry import GUARD
from sso_sync.plan.operations import Output
from sso_sync.saml.certificate import parse
from tests.plan.build import connection, pem
from tests.plan.full import the_app
from tests.plan.guards.make import after, refusals, warnings
from tests.plan.world import World, in_sync

_END = parse(pem("one")).not_after
_SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("left", "verdict"),
    [
        (timedelta(days=61), "fine"),
        (timedelta(days=61) - _SECOND, "warned"),  # 60 whole days
        (timedelta(days=60), "warned"),
        (timedelta(days=8), "warned"),
        (timedelta(days=8) - _SECOND, "refused"),  # 7 whole days
        (timedelta(days=7), "refused"),
        (timedelta(0), "refused"),
        (-_SECOND, "refused"),
        (timedelta(days=-400), "refused"),
    ],
)
def test_the_default_borders(left: timedelta, verdict: str) -> None:
    outcome = after(certificate=pem("one"), now=_END - left)
    found = "refused" if refusals(GUARD, outcome) else "warned" if warnings(GUARD, outcome) else "fine"
    assert found == verdict


@pytest.mark.parametrize(("warn", "fail", "verdict"), [(10, 9, "fine"), (11, 9, "warned"), (11, 11, "refused")])
def test_the_setting_moves_the_borders(warn: int, fail: int, verdict: str) -> None:
    spec = {"guards": {"certificate_expiry": {"warn_days": warn, "fail_days": fail}}}
    outcome = after(spec, certificate=pem("one"), now=_END - timedelta(days=11))
    found = "refused" if refusals(GUARD, outcome) else "warned" if warnings(GUARD, outcome) else "fine"
    assert found == verdict


def test_the_refusal_counts_the_days() -> None:
    (one,) = refusals(GUARD, after(certificate=pem("one"), now=_END - timedelta(days=3)))
    assert one.numbers == {"days_left": 3, "fail_days": 7}
    assert f"expires on {_END:%Y-%m-%d}, in 3 days" in one.summary
    (late,) = refusals(GUARD, after(certificate=pem("one"), now=_END + timedelta(days=3)))
    assert f"expired on {_END:%Y-%m-%d}" in late.summary


@pytest.mark.parametrize("unknown", [Later(Output.CERTIFICATE), None, "", "no certificate"])
def test_a_certificate_that_nobody_knows_is_not_judged(unknown: object) -> None:
    verdict = GUARD.judge(after(certificate=unknown, now=datetime(2099, 1, 1, tzinfo=UTC)))
    assert (verdict.refusals, verdict.findings) == ((), ())


def _soon(world: World, **spec: object) -> list[str]:
    """Guards that refuse a plan which is made a day before the certificate expires."""
    spec = {"guards": {"certificate_expiry": {"warn_days": 4000, "fail_days": 3999}}, **spec}
    return [one.guard for one in world.plan(connection(spec)).refusals]


@pytest.mark.parametrize(
    ("spec", "refused"),
    [
        ({"onelogin": {"app": {"description": "new"}}}, True),
        ({"onelogin": {"access": {"roles": ["JustCall Users", "Sales"]}}}, True),
        ({"onelogin": {"access": {"roles": []}}}, False),
        ({"onelogin": {"access": {"roles": [{"name": "JustCall Users", "members": []}]}}}, False),
        ({"onelogin": {"access": {"roles": []}, "app": {"description": "new"}}}, True),
        ({"state": "absent"}, False),
        ({"justcall": {"sso": {"enabled": False}}}, False),
        ({"onelogin": {"app": {"certificate": {"id": 101}}}}, False),
        ({"onelogin": {"app": {"certificate": {"id": 101}, "description": "new"}}}, False),
        ({}, False),  # nothing to do
    ],
)
def test_only_what_takes_access_away_or_renews_is_let_through(spec: dict[str, object], refused: bool) -> None:
    assert _soon(in_sync(), **spec) == (["certificate_expiry"] if refused else [])


def test_a_plan_without_a_change_still_says_it() -> None:
    spec = connection({"guards": {"certificate_expiry": {"warn_days": 4000, "fail_days": 3999}}})
    assert [one.severity for one in in_sync().plan(spec).findings] == ["warning"]


def test_a_grant_that_a_person_takes_away_is_no_addition() -> None:
    world = in_sync()
    world.direct = {4}
    assert _soon(world, onelogin={"access": {"users": [], "roles": []}}) == []


def test_switching_sso_on_is_no_removal() -> None:
    world = in_sync()
    world.settings[SettingField.ENABLED] = False
    assert _soon(world, justcall={"sso": {"enabled": True}}) == ["certificate_expiry"]


def test_a_new_app_signs_with_a_certificate_that_is_not_known_yet() -> None:
    world = in_sync()
    the_app(world)
    world.app = None
    assert _soon(world) == []

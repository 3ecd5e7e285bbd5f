"""Both directions by e-mail, whatever the spelling; the owner is nobody's business."""

from __future__ import annotations

from typing import Any

import pytest

from sso_sync.justcall.settings import SettingField
from sso_sync.justcall.users import JustCallUser
from sso_sync.onelogin.models import Person
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.access import Effect
from sso_sync.plan.guards.match_users import GUARD
from sso_sync.plan.outcome import JustCallPeople, Outcome
from sso_sync.plan.planner import draft
from tests.plan.build import connection
from tests.plan.guards.make import after, effect, justcall, people, refusals, user, warnings
from tests.plan.world import in_sync

_REFUSE = {"guards": {"match_users": "refuse"}}
_OFF = {"guards": {"match_users": "off"}}


def _met(ours: list[str], *theirs: JustCallUser, over: dict[str, Any] | None = None, **rest: Any) -> Outcome:
    return after(over, **{"access": effect([], ours), "people": justcall(*theirs), **rest})


def test_the_same_people_on_both_sides_are_fine() -> None:
    verdict = GUARD.judge(_met(["a@x.example"], user("a@x.example")))
    assert (verdict.refusals, verdict.findings) == ((), ())


def test_somebody_without_an_account() -> None:
    outcome = _met(["a@x.example", "b@x.example"], user("a@x.example"))
    assert warnings(GUARD, outcome) == ["1 person with access in OneLogin has no account in JustCall"]
    assert GUARD.judge(outcome).refusals == ()


def test_somebody_without_access() -> None:
    outcome = _met(["a@x.example"], user("a@x.example"), user("z@x.example"), user("y@x.example"))
    assert warnings(GUARD, outcome) == ["2 people with an account in JustCall have no access in OneLogin"]


@pytest.mark.parametrize("role", ["Owner", "Account Owner", "account  owner "])
def test_the_owner_needs_no_access_but_counts_as_an_account(role: str) -> None:
    assert warnings(GUARD, _met([], user("o@x.example", role))) == []
    assert warnings(GUARD, _met(["o@x.example"], user("o@x.example", role))) == []


def test_upper_and_lower_case_is_a_warning_and_never_a_refusal() -> None:
    verdict = GUARD.judge(_met(["Ann@X.example"], user("ann@x.example"), over=_REFUSE))
    assert verdict.refusals == ()
    assert [one.summary for one in verdict.findings] == [
        "1 person is spelt differently in OneLogin and JustCall, in upper and lower case"
    ]


def test_refuse_refuses_each_direction_with_both_numbers() -> None:
    found = refusals(GUARD, _met(["a@x.example"], user("z@x.example"), user("y@x.example"), over=_REFUSE))
    assert [one.numbers for one in found] == [{"only_in_onelogin": 1, "only_in_justcall": 2}] * 2
    assert "a@x.example" in str(found[0].detail)
    assert "y@x.example, z@x.example" in str(found[1].detail)


def test_e_mails_from_the_environment_are_not_named() -> None:
    outcome = _met(["a@x.example"], hidden=frozenset({"a@x.example"}))
    assert "a@x.example" not in str(GUARD.judge(outcome))


@pytest.mark.parametrize(
    "outcome",
    [
        _met(["a@x.example"], over=_OFF),
        _met(["a@x.example"], enabled=False),
        _met(["a@x.example"], app=False),
        _met(["a@x.example"], people=None),
        _met([], user("a@x.example"), access=effect([], [], complete=False)),
    ],
)
def test_where_nobody_is_matched(outcome: Outcome) -> None:
    verdict = GUARD.judge(outcome)
    assert (verdict.refusals, verdict.findings) == ((), ())


@pytest.mark.parametrize(("failed", "severity"), [(True, "warning"), (False, "info")])
@pytest.mark.parametrize("mode", ["warn", "refuse"])
def test_not_knowing_justcalls_people_is_said_and_refuses_nothing(mode: str, failed: bool, severity: str) -> None:
    unread = JustCallPeople(reason="no credentials", failed=failed)
    verdict = GUARD.judge(after({"guards": {"match_users": mode}}, people=unread, access=effect([], ["a@x"])))
    assert verdict.refusals == ()
    assert [(one.severity, one.detail) for one in verdict.findings] == [(severity, "no credentials")]


def test_somebody_without_an_e_mail_is_told() -> None:
    access = Effect(after=people("a@x.example", None, " "), complete=True)
    found = warnings(GUARD, _met([], user("a@x.example"), access=access))
    assert found == ["2 people with access have no e-mail in OneLogin"]


@pytest.mark.parametrize(
    ("row", "read", "suspended"), [(2, None, True), (None, {1: 2}, True), (2, {1: 1}, False), (1, {}, False)]
)
def test_somebody_suspended_is_told(row: int | None, read: dict[int, int] | None, suspended: bool) -> None:
    access = Effect(after=people("a@x.example", status=row), complete=True)
    found = warnings(GUARD, _met([], user("a@x.example"), access=access, statuses=read))
    assert found == (["1 person with access is suspended in OneLogin and cannot sign in"] if suspended else [])


@pytest.mark.parametrize("joining", [False, True])
def test_somebody_whom_the_plan_itself_warns_of_is_not_told_twice(joining: bool) -> None:
    world = in_sync()
    world.users[4]["status"] = 2
    wanted = connection(access={"users": ["dora@acme.example"]})
    deltas = draft(wanted, world.sides(wanted)).deltas if joining else ()
    access = Effect(after=world.people([4]), complete=True)
    found = warnings(GUARD, _met([], user("dora@acme.example"), access=access, deltas=deltas))
    assert bool(found) is not joining


def test_that_nobody_looked_is_told_too() -> None:
    access = Effect(after=people("a@x.example", status=None), complete=True)
    verdict = GUARD.judge(_met([], user("a@x.example"), access=access))
    assert [one.severity for one in verdict.findings] == ["info"]


def test_a_grant_by_hand_is_access() -> None:
    idp = LiveIdp(direct_grants=(Person(id=9, email="h@x.example", status=1),))
    assert warnings(GUARD, _met([], user("h@x.example"), idp=idp)) == []


@pytest.mark.parametrize(
    ("over", "on", "matched"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"justcall": {"sso": {"enabled": True}}}, False, True),
        ({"justcall": {"sso": {"enabled": False}}}, True, False),
        (_OFF, True, False),
        ({"state": "absent"}, True, False),
    ],
)
def test_people_are_asked_for_only_when_sso_is_or_will_be_on(over: dict[str, Any], on: bool, matched: bool) -> None:
    world = in_sync()
    world.settings[SettingField.ENABLED] = on
    wanted = connection(over)
    assert draft(wanted, world.sides(wanted)).matches_people is matched

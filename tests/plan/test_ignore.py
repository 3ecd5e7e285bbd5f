"""What is ignored is no change, no step and no wish, and is named in the plan all the same."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sso_sync.errors import Diagnostic, SpecError, UsageError
from sso_sync.justcall.settings import SettingField
from sso_sync.plan.ignoring import in_force
from sso_sync.plan.model import Ignored, Plan
from sso_sync.plan.planner import draft, finish
from sso_sync.spec.connection import Connection
from sso_sync.spec.patterns import RULES, covers
from tests.plan.build import NOW, addresses, connection
from tests.plan.strategies import AREAS, cases
from tests.plan.world import World, in_sync

TODAY = date(2026, 3, 1)
AUDIENCE = "onelogin.app.configuration.audience"


def rule(address: str, until: str = "2026-03-01") -> dict[str, str]:
    return {"address": address, "reason": "a migration", "until": until}


def spec(*rules: Mapping[str, str], **parts: Any) -> Connection:
    return connection({"ignore": list(rules)}, **parts)


def force(
    made: Connection, named: Collection[str] = (), today: date = TODAY
) -> tuple[tuple[Ignored, ...], tuple[Diagnostic, ...]]:
    return in_force(made, named, today)


def planned(made: Connection, world: World, named: Collection[str] = ()) -> Plan:
    rules, told = force(made, named)
    drafted = draft(made, world.sides(made), told, ignores=rules)
    members = {name: world.people(world.members[role_id]) for name, role_id in drafted.roles_to_read.items()}
    return finish(drafted, plan_id="plan-1", created_at=NOW, members=members)


def tampered() -> World:
    world = in_sync()
    assert world.app
    world.app["configuration"]["audience"] = "wrong"
    return world


def test_an_ignored_difference_is_no_change_and_no_step_but_is_named() -> None:
    assert addresses(planned(spec(), tampered())) == [AUDIENCE]
    plan = planned(spec(rule(AUDIENCE)), tampered())
    assert plan.empty
    assert plan.steps == ()
    assert plan.ignored == (Ignored(AUDIENCE, "a migration", TODAY, "specs/justcall.yaml", (AUDIENCE,)),)


def test_a_rule_that_ignores_nothing_today_is_named_too() -> None:
    (only,) = planned(spec(rule(AUDIENCE)), in_sync()).ignored
    assert only.addresses == ()


def test_guards_judge_what_is_there_not_what_was_wished() -> None:
    world = tampered()
    world.settings[SettingField.DEFAULT_ROLE] = "Admin"  # so that there is something to refuse
    made = {"sso": {"default_role": "Team Member"}}
    assert planned(spec(**made), world).refusals == ()
    refusals = planned(spec(rule(AUDIENCE), **made), world).refusals
    assert [refusal.guard for refusal in refusals] == ["audience"]


def test_what_is_ignored_may_change_without_making_a_saved_plan_stale() -> None:
    made = spec(rule(AUDIENCE))
    assert planned(made, in_sync()).fingerprint == planned(made, tampered()).fingerprint
    assert planned(spec(), in_sync()).fingerprint != planned(spec(), tampered()).fingerprint


def test_the_command_line_ignores_for_one_run() -> None:
    plan = planned(spec(), tampered(), [AUDIENCE])
    assert plan.empty
    assert plan.ignored == (Ignored(AUDIENCE, "command line", None, "command line", (AUDIENCE,)),)


def test_of_two_rules_the_command_lines_counts() -> None:
    plan = planned(spec(rule(AUDIENCE)), tampered(), [AUDIENCE])
    assert [(one.source, one.addresses) for one in plan.ignored] == [
        ("command line", (AUDIENCE,)),
        ("specs/justcall.yaml", ()),
    ]


@pytest.mark.parametrize(("until", "holds"), [("2026-03-01", True), ("2026-02-28", False)])
def test_a_rule_holds_through_its_last_day(until: str, holds: bool) -> None:
    rules, told = force(spec(rule(AUDIENCE, until)))
    assert bool(rules) is holds
    assert [one.severity for one in told] == ([] if holds else ["warning"])
    if not holds:
        assert told[0].summary == f"The rule to ignore {AUDIENCE} ended on 2026-02-28"


@pytest.mark.parametrize(("until", "told"), [("2027-04-05", 0), ("2027-04-06", 1)])
def test_a_rule_for_longer_than_400_days_holds_with_a_warning(until: str, told: int) -> None:
    rules, findings = force(spec(rule(AUDIENCE, until)))
    assert len(rules) == 1
    assert len(findings) == told


def test_nothing_is_ignored_when_a_connection_is_taken_down() -> None:
    made = connection({"state": "absent", "ignore": [rule(AUDIENCE)]})
    rules, told = force(made, ["justcall.sso.enabled"])
    assert rules == ()
    assert [one.summary for one in told] == ["Nothing is ignored with `state: absent`"]


def test_a_role_that_has_to_be_made_for_its_people_cannot_be_ignored_alone() -> None:
    desk = "onelogin.access.roles.Desk"
    access = {"roles": ["JustCall Users", {"name": "Desk", "create": True, "members": ["bob@acme.example"]}]}
    with pytest.raises(SpecError, match=r"onelogin\.access\.roles\.Desk cannot be ignored"):
        planned(spec(rule(desk), access=access), in_sync())
    with pytest.raises(UsageError, match=r"onelogin\.access\.roles\.Desk cannot be ignored"):
        planned(spec(access=access), in_sync(), [desk])
    assert planned(spec(rule(desk), rule(f"{desk}.members.*"), access=access), in_sync()).empty


def test_an_ignored_certificate_is_not_waited_for_in_justcall() -> None:
    made = {"app": {"certificate": {"id": 101}}}
    world = in_sync()
    assert "justcall.sso.certificate" in addresses(planned(spec(**made), world))
    plan = planned(spec(rule("onelogin.app.certificate"), **made), world)
    assert plan.empty
    assert plan.ignored[0].addresses == ("onelogin.app.certificate",)


def _pattern(address: str) -> str:
    return RULES if address.startswith(RULES[:-1]) else address


@pytest.mark.parametrize("area", [area for area in AREAS if area != "absent"])
@given(st.data())
def test_ignoring_changes_takes_away_those_and_no_others(area: str, data: st.DataObject) -> None:
    world, made = data.draw(cases(area))
    whole = planned(made, world)
    able = [address for address in addresses(whole) if address != "onelogin.app"]
    assume(not whole.errors and made.spec.state == "present" and able and "onelogin.app" not in addresses(whole))
    chosen: Sequence[str] = data.draw(st.lists(st.sampled_from(able), min_size=1, unique=True))
    patterns = sorted({_pattern(address) for address in chosen})
    try:
        rest = planned(made, world, patterns)
    except UsageError:
        return  # a role that somebody is to be put into
    gone = {address for address in able if any(covers(pattern, address) for pattern in patterns)}
    left = [address for address in addresses(whole) if address not in gone]
    follows = {"justcall.sso.certificate", "justcall.sso.issuer"}  # when OneLogin's own stays as it is
    assert [one for one in addresses(rest) if one not in follows] == [one for one in left if one not in follows]
    ignored = {address for one in rest.ignored for address in one.addresses}
    stays = any(address.startswith("onelogin.app.") for address in gone)  # so there may be nothing to follow
    assert ignored <= gone
    assert gone - ignored <= (follows if stays else set())
    assert not gone & {address for step in rest.steps for address in step.addresses}

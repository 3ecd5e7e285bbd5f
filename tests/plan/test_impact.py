"""Who cannot sign in while, or after, a plan is applied, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.justcall.settings import Attested, SettingField, Unknown
from sso_sync.justcall.users import JustCallUser
from sso_sync.plan.link import Unread
from sso_sync.plan.model import Certainty, Impact, ImpactKind, Plan
from sso_sync.plan.outcome import JustCallPeople
from sso_sync.plan.passage import Window
from sso_sync.plan.planner import draft, finish
from tests.plan.build import NOW, connection, pem
from tests.plan.full import the_app
from tests.plan.strategies import AREAS, cases
from tests.plan.world import World, in_sync

ON = {"enabled": True}
NEXT = {"certificate": {"id": 101}}
OURS = "onelogin.app.certificate"
THEIRS = "justcall.sso.certificate"


def only(plan: Plan) -> Impact:
    (found,) = plan.impacts
    return found


def switching(world: World, window: Window | None = None, **sso: Any) -> Plan:
    """The plan that gives the app another certificate."""
    wanted = connection(app=NEXT, sso={**ON, **sso})
    made = draft(wanted, world.sides(wanted))
    members = {name: world.people(world.members[role_id]) for name, role_id in made.roles_to_read.items()}
    return finish(made, plan_id="plan-1", created_at=NOW, members=members, window=window)


def attested(world: World, field: SettingField, value: Any) -> None:
    world.unknown[field] = Attested(value, "Ann Lee", NOW, NOW + timedelta(days=90))  # type: ignore[assignment]


def test_another_certificate_interrupts_new_logins_of_everybody() -> None:
    found = only(switching(in_sync()))
    assert found == Impact(
        kind=ImpactKind.INTERRUPTION,
        summary="new logins of 2 people (ann@acme.example, Bob@acme.example) fail while both sides are switched one "
        "after the other (open sessions go on)",
        addresses=(OURS, THEIRS),
        people=2,
        names=("ann@acme.example", "Bob@acme.example"),
        everybody=True,
        lasts="for seconds; not measured yet",
        seconds=None,
        certainty=Certainty.OBSERVED,
    )


@pytest.mark.parametrize(
    ("seconds", "rehearsal", "words"),
    [
        (0.42, True, "about 0.4 s last time (rehearsal, 2026-03-01)"),
        (0.02, False, "less than 0.1 s last time (2026-03-01)"),
        (95.2, False, "about 95 s last time (2026-03-01)"),
    ],
)
def test_it_says_how_long_that_took_last_time(seconds: float, rehearsal: bool, words: str) -> None:
    found = only(switching(in_sync(), Window(seconds, NOW, rehearsal)))
    assert (found.lasts, found.seconds) == (words, seconds)


def test_while_a_person_enters_the_values_nobody_knows_how_long() -> None:
    world = in_sync()
    world.by_hand = True
    attested(world, SettingField.ENABLED, True)
    found = only(switching(world, Window(0.4, NOW)))
    assert (found.kind, found.certainty, found.seconds) == (ImpactKind.INTERRUPTION, Certainty.ATTESTED, None)
    assert found.lasts == "until a person has entered the new values in JustCall"


def test_where_nobody_knows_whether_sso_is_on_the_sentence_says_so() -> None:
    world = in_sync()
    world.unknown[SettingField.ENABLED] = Unknown("not shown")
    found = only(world.plan(connection(app=NEXT)))
    assert found.certainty is Certainty.UNKNOWN
    assert found.summary.startswith("if SSO is on in JustCall, which nobody knows: new logins of 2 people")


@pytest.mark.parametrize(
    "change",
    [
        lambda world: world.settings.update({SettingField.CERTIFICATE: pem("two")}),
        lambda world: the_app(world)["configuration"].update(audience="Other"),
        lambda world: the_app(world)["configuration"].update(validator="^https://elsewhere[.]example/$"),
        lambda world: the_app(world)["configuration"].update(recipient=None),
        lambda world: the_app(world)["configuration"].update(consumer_url="https://elsewhere.example/"),
        lambda world: the_app(world)["parameters"].pop("email"),
        lambda world: world.settings.update({SettingField.SSO_URL: "https://elsewhere.example/"}),
        lambda world: world.settings.update({SettingField.ENABLED: False}),
    ],
)
def test_what_cannot_work_today_is_not_interrupted(change: Callable[[World], object]) -> None:
    world = in_sync()
    change(world)
    found = switching(world)
    assert found.changes
    assert ImpactKind.INTERRUPTION not in {one.kind for one in found.impacts}


def test_a_validator_that_is_too_wide_keeps_no_login_from_working() -> None:
    world = in_sync()
    the_app(world)["configuration"]["validator"] = ".*"
    assert only(switching(world)).kind is ImpactKind.INTERRUPTION


@pytest.mark.parametrize(
    ("place", "key", "value"),
    [
        ("configuration", "audience", "Other"),
        ("configuration", "saml_nameid_format_id", "2"),
        ("configuration", "validator", ".*"),
        ("parameters", "nick", {"id": 8100, "label": "nick", "include_in_saml_assertion": True}),
    ],
)
def test_a_repair_on_one_side_has_no_impact_and_costs_no_request(place: str, key: str, value: Any) -> None:
    world = in_sync()
    the_app(world)[place][key] = value
    wanted = connection(app={"parameters_mode": "authoritative"}, sso=ON)
    plan = world.plan(wanted)
    assert plan.changes
    assert plan.impacts == ()
    assert draft(wanted, world.sides(wanted)).roles_to_read == {}


def test_another_issuer_type_changes_both_sides_too() -> None:
    world = in_sync()
    world.generic_issuer = True
    found = only(world.plan(connection(app={"configuration": {"raw": {"saml_issuer_type": "1"}}}, sso=ON)))
    assert found.kind is ImpactKind.INTERRUPTION
    assert found.addresses == ("onelogin.app.configuration.raw.saml_issuer_type", "justcall.sso.issuer")


def test_a_certificate_that_only_onelogin_changes_breaks_logins_until_somebody_enters_it() -> None:
    world = in_sync()
    world.unknown[SettingField.CERTIFICATE] = Unknown("the page does not show it")
    found = only(switching(world))
    assert (found.kind, found.lasts) == (ImpactKind.BREAKAGE, "until it is entered in JustCall")
    assert found.addresses == (OURS,)


def test_a_result_that_cannot_work_is_named_even_though_a_guard_refuses_it() -> None:
    plan = in_sync().plan(connection(app={"configuration": {"audience": "Other"}}, sso=ON))
    found = only(plan)
    assert [one.guard for one in plan.refusals] == ["audience"]
    assert (found.kind, found.lasts) == (ImpactKind.BREAKAGE, "from then on")
    assert found.summary.endswith("fail, because the app's audience will not be JustCall's Entity ID")


def test_a_needed_parameter_that_is_made_anew_is_missing_for_a_moment() -> None:
    label = {"email": {"value": "email", "label": "E-mail"}}
    found = only(in_sync().plan(connection(app={"parameters": label}, sso=ON)))
    assert found.kind is ImpactKind.INTERRUPTION
    assert found.addresses == ("onelogin.app.parameters.email",)
    assert "deletes the parameter 'email' and makes it anew" in found.summary


def test_switching_sso_off_sends_everybody_elsewhere() -> None:
    found = only(in_sync().plan(connection(sso={"enabled": False})))
    assert (found.kind, found.people, found.lasts) == (ImpactKind.SSO_DISABLED, 2, "from then on")
    assert found.summary.endswith("have to sign in to JustCall without SSO")


def test_switching_sso_on_binds_everybody_in_justcall_and_costs_no_request() -> None:
    world = in_sync()
    world.settings[SettingField.ENABLED] = False
    wanted = connection(sso=ON)
    found = only(world.plan(wanted))
    assert (found.kind, found.people, found.names) == (ImpactKind.SSO_ENABLED, None, ())
    assert (found.everybody, found.certainty) == (True, Certainty.DOCUMENTED)
    assert found.summary == "all Admins and Team Members of JustCall must sign in through SSO"
    assert draft(wanted, world.sides(wanted)).roles_to_read == {}


def test_switching_sso_on_counts_those_without_access_where_justcalls_people_are_known() -> None:
    world = in_sync()
    world.settings[SettingField.ENABLED] = False
    wanted = connection(sso=ON)
    made = draft(wanted, world.sides(wanted))
    roles = ("Team Member", "Team Member", "Admin", "Account Owner")
    emails = ("ANN@acme.example", "cid@acme.example", "dora@acme.example", "owner@acme.example")
    users = tuple(JustCallUser(n, mail, None, role) for n, (mail, role) in enumerate(zip(emails, roles, strict=True)))
    members = {"JustCall Users": world.people([1, 2])}
    people = JustCallPeople(users)
    found = only(finish(made, plan_id="p", created_at=NOW, members=members, justcall=people))
    assert found.people == 3
    assert found.summary.endswith("(2 of 3 have no access in OneLogin)")


def test_who_loses_access_is_named() -> None:
    found = only(in_sync().plan(connection(access={"roles": ["Sales"]})))
    assert found == Impact(
        kind=ImpactKind.ACCESS_REMOVED,
        summary="1 person (ann@acme.example) loses access",
        addresses=("onelogin.access.roles.JustCall Users",),
        people=1,
        names=("ann@acme.example",),
        everybody=False,
        lasts="for good",
        seconds=None,
        certainty=Certainty.OBSERVED,
    )


def test_the_first_five_are_named() -> None:
    world = in_sync()
    world.members[11] = [1, 2, 3, 4, 5, 6]
    found = only(world.plan(connection(access={"roles": []})))
    assert (found.people, len(found.names)) == (6, 5)
    assert found.summary.endswith(" and 1 more) lose access")


def test_a_hidden_tile_is_missed_by_whoever_starts_from_the_portal() -> None:
    found = only(in_sync().plan(connection(app={"visible": False}, sso=ON)))
    assert found.kind is ImpactKind.TILE_HIDDEN
    assert found.summary == (
        "2 people (ann@acme.example, Bob@acme.example) no longer find JustCall in the OneLogin portal "
        "(its own login page still works)"
    )


def test_the_way_out_says_what_becomes_of_everybody() -> None:
    off, gone = in_sync().plan(connection({"state": "absent"})).impacts
    assert (off.kind, gone.kind) == (ImpactKind.SSO_DISABLED, ImpactKind.APP_DELETED)
    assert off.people == gone.people == 2
    assert (gone.lasts, gone.certainty) == ("for good", Certainty.OBSERVED)
    assert gone.summary == "the app is deleted, and 2 people (ann@acme.example, Bob@acme.example) lose it"


def test_nobody_in_a_role_is_said_as_it_is() -> None:
    world = in_sync()
    world.members[11] = []
    found = only(switching(world))
    assert (found.people, found.names) == (0, ())
    assert "whoever has access by hand (nobody has it through a role)" in found.summary


def test_without_their_roles_people_are_not_counted() -> None:
    wanted = connection(app=NEXT, sso=ON)
    made = draft(wanted, in_sync().sides(wanted))
    found = only(finish(made, plan_id="p", created_at=NOW, members={}))
    assert (found.people, found.names, found.everybody) == (None, (), True)
    assert "everybody with access" in found.summary


def test_people_from_the_environment_are_counted_and_not_named() -> None:
    path = ("guards", "required_users", 0)
    wanted = connection({"guards": {"required_users": ["ANN@acme.example"]}}, app=NEXT, sso=ON, sensitive=[path])
    found = only(in_sync().plan(wanted))
    assert found.names == ("(sensitive)", "Bob@acme.example")
    assert "ann" not in found.summary.lower()


def test_a_side_that_is_unread_is_not_written_and_so_nobody_is_hurt() -> None:
    world, wanted = in_sync(), connection(app=NEXT, sso={"enabled": False})
    sides = world.sides(wanted)
    for half in (replace(sides, idp=Unread("down")), replace(sides, sp=Unread("down"))):
        made = draft(wanted, half)
        assert made.roles_to_read == {}
        assert finish(made, plan_id="p", created_at=NOW, members={}).impacts == ()


def test_roles_are_read_for_names_when_logins_break_and_only_then() -> None:
    world = in_sync()
    breaking = connection(app=NEXT, sso=ON)
    assert draft(breaking, world.sides(breaking)).roles_to_read == {"JustCall Users": 11}
    harmless = connection(app={"description": "new"}, sso=ON)
    assert draft(harmless, world.sides(harmless)).roles_to_read == {}


@pytest.mark.parametrize("area", AREAS)
@given(st.data())
def test_impacts_come_from_changes_and_name_only_who_has_access(area: str, data: st.DataObject) -> None:
    world, wanted = data.draw(cases(area))
    plan = world.plan(wanted)
    able = {person.email or person.key for person in world.people(sorted(world.reached() | world.direct))}
    able |= {name.lower() for name in able}
    if plan.empty:
        assert plan.impacts == ()
    for one in plan.impacts:
        assert set(one.names) <= able | {"(sensitive)"}
        assert len(one.names) == min(one.people or 0, 5)
        assert set(one.addresses)
        assert one.summary
        assert one.lasts

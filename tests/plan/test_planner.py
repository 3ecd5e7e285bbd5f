"""The way through: unread sides, findings that pass along, and what a plan says about itself."""

from __future__ import annotations

import pytest

from sso_sync.errors import Diagnostic
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.link import Unread
from sso_sync.plan.model import Action, Side, SideInfo, SpecRef
from sso_sync.plan.planner import Sides, draft, finish
from tests.plan.build import ACS, ENTITY, NAME, NOW, addresses, connection, planned
from tests.plan.full import full_connection, full_world, the_app
from tests.plan.world import in_sync

_DOWN = Unread("OneLogin cannot be reached")


def test_an_unread_onelogin_is_unknown_and_justcall_is_still_compared() -> None:
    wanted = connection(
        access={"roles": ["JustCall Users", {"name": "Sales", "create": True}]}, sso={"default_role": "A"}
    )
    plan = planned(wanted, _DOWN, in_sync().sp())
    assert [(one.address, one.action) for one in plan.changes] == [
        ("onelogin.app", Action.UNKNOWN),
        ("onelogin.access.roles.JustCall Users", Action.UNKNOWN),
        ("onelogin.access.roles.Sales", Action.UNKNOWN),
        ("justcall.sso.sso_url", Action.UNKNOWN),
        ("justcall.sso.issuer", Action.UNKNOWN),
        ("justcall.sso.certificate", Action.UNKNOWN),
        ("justcall.sso.default_role", Action.UPDATE),
    ]
    assert plan.changes[0].reason == "OneLogin cannot be reached"
    assert plan.changes[3].reason == "OneLogin was not read"


def test_an_unread_justcall_is_unknown_and_onelogin_is_still_compared() -> None:
    world = in_sync()
    the_app(world)["description"] = "old"
    wanted = connection(app={"description": "new"}, sso={"enabled": True})
    plan = planned(wanted, world.sides(wanted).idp, Unread("JustCall cannot be reached"))
    assert [(one.address, one.action) for one in plan.changes] == [
        ("onelogin.app.description", Action.UPDATE),
        *(
            (f"onelogin.app.configuration.{key}", Action.UNKNOWN)
            for key in ("audience", "acs_url", "acs_url_validator", "recipient")
        ),
        *(
            (f"justcall.sso.{key}", Action.UNKNOWN)
            for key in ("protocol", "sso_url", "issuer", "certificate", "enabled")
        ),
    ]


def test_pins_let_onelogin_be_compared_without_justcall() -> None:
    wanted = connection({"justcall": {"service_provider": {"acs_url": ACS, "entity_id": ENTITY}}})
    plan = planned(wanted, in_sync().sides(wanted).idp, Unread("JustCall cannot be reached"))
    assert all(address.startswith("justcall.") for address in addresses(plan))


@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize("side", ["onelogin", "justcall", "both"])
def test_there_are_no_steps_while_a_side_is_unread(side: str, *, by_hand: bool) -> None:
    world, wanted = full_world(), full_connection()
    the_app(world)["visible"] = False
    sides = world.sides(wanted)
    idp = _DOWN if side != "justcall" else sides.idp
    sp = Unread("down") if side != "onelogin" else sides.sp
    plan = planned(wanted, idp, sp, by_hand=by_hand)
    assert plan.steps == ()
    assert {one.action for one in plan.changes} & {Action.UNKNOWN}
    assert not [one for one in plan.changes if one.action is Action.MANUAL and "was not read" in str(one.reason)]


def test_an_unread_side_does_not_turn_into_work_for_a_person() -> None:
    plan = planned(connection(sso={"enabled": True}), in_sync().sides(connection()).idp, Unread("down"), by_hand=True)
    assert {one.action for one in plan.changes} == {Action.UNKNOWN}


def test_findings_of_all_kinds_pass_along_in_order() -> None:
    lint = Diagnostic("warning", "from the spec")
    live = Diagnostic("warning", "from OneLogin")
    wanted = connection(access={"roles": ["Nobody"]})
    sides = in_sync().sides(wanted)
    assert isinstance(sides.idp, LiveIdp)
    made = draft(wanted, Sides(LiveIdp(**{**vars(sides.idp), "findings": (live,)}), sides.sp, by_hand=False), [lint])
    assert [finding.summary for finding in made.findings] == [
        "from the spec",
        "There is no role named 'Nobody' in OneLogin",
        "from OneLogin",
    ]


def test_a_plan_says_what_it_is_about() -> None:
    info = (SideInfo(Side.ONELOGIN, "acme.onelogin.com"), SideInfo(Side.JUSTCALL, "gateway.example", error="down"))
    wanted = connection(digest="abc")
    made = draft(wanted, Sides(in_sync().sides(wanted).idp, Unread("down"), by_hand=False, info=info))
    plan = finish(made, plan_id="20260301T120400Z-aa", created_at=NOW, members={})
    assert (plan.plan_id, plan.created_at, plan.sides) == ("20260301T120400Z-aa", NOW, info)
    assert plan.spec == SpecRef("specs/justcall.yaml", NAME, "abc")
    assert plan.unread


def test_known_after_apply_is_said_of_what_only_a_new_app_can_tell() -> None:
    world = in_sync()
    world.app = None
    later = {one.address for one in world.plan(connection()).changes if one.known_after_apply}
    assert later == {"justcall.sso.sso_url", "justcall.sso.issuer", "justcall.sso.certificate"}
    overridden = world.plan(connection(sso={"issuer": "own"}))
    assert "justcall.sso.issuer" not in {one.address for one in overridden.changes if one.known_after_apply}

"""Who gains and who loses access, in people."""

from __future__ import annotations

from typing import Any

import pytest

from sso_sync.errors import Diagnostic
from sso_sync.onelogin.models import App, Person, Role
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.access import Effect, effect, finding, roles_in_question
from sso_sync.plan.planner import draft
from tests.plan.build import connection
from tests.plan.full import the_app
from tests.plan.world import World, in_sync


def _finding(world: World, over: dict[str, Any] | None = None, **access: Any) -> Diagnostic | None:
    found = [one for one in world.plan(connection(over, access=access)).findings if one.address == "onelogin.access"]
    assert len(found) <= 1
    return found[0] if found else None


def _effect(world: World, over: dict[str, Any] | None = None, **access: Any) -> Effect:
    wanted = connection(over, access=access)
    sides = world.sides(wanted)
    assert isinstance(sides.idp, LiveIdp)
    members = {name: world.people(world.members[role_id]) for role_id, name in world.roles.items()}
    return effect(sides.idp, members, draft(wanted, sides).deltas)


@pytest.mark.parametrize(
    ("gain", "lose", "sentence"),
    [
        (3, 0, "3 people gain access, nobody loses it"),
        (1, 0, "1 person gains access, nobody loses it"),
        (0, 1, "Nobody gains access, 1 person loses it"),
        (0, 2, "Nobody gains access, 2 people lose it"),
        (2, 1, "2 people gain access, 1 person loses it"),
    ],
)
def test_the_sentence(gain: int, lose: int, sentence: str) -> None:
    change = Effect(tuple(f"g{n}@x" for n in range(gain)), tuple(f"l{n}@x" for n in range(lose)))
    assert finding(change).summary == sentence


def test_the_first_few_are_named() -> None:
    found = finding(Effect(gain=tuple("abcdefg"), lose=("z",)))
    assert found.detail == "Gain access: a, b, c, d, e and 2 more; Lose access: z"
    assert found.severity == "info"


def test_attaching_a_role_lets_its_people_in() -> None:
    assert _effect(in_sync(), roles=["JustCall Users", "Sales"]) == Effect(gain=("cid@acme.example",), today=2)


def test_detaching_a_role_shuts_out_those_whom_no_other_lets_in() -> None:
    found = _effect(in_sync(), roles=["Sales"])
    assert found == Effect(gain=("cid@acme.example",), lose=("ann@acme.example",), today=2)


def test_members_of_a_role_that_does_not_open_the_app_gain_nothing() -> None:
    wish = {"name": "Ops", "members": ["eve@acme.example"]}
    world = in_sync()
    assert _effect(world, roles=["JustCall Users", wish], mode="additive").gain == ("eve@acme.example",)
    the_app(world)["role_ids"] = [11]
    wanted = [{"name": "JustCall Users", "members": ["ann@acme.example", "bob@acme.example"]}]
    assert _finding(world, roles=wanted) is None


def test_moving_from_one_role_to_another_changes_nobodys_access() -> None:
    assert _finding(in_sync(), roles=["JustCall Users"], users=["ann@acme.example"]) is None


def test_somebody_without_an_e_mail_counts_too() -> None:
    assert _effect(in_sync(), groups=["Odd"]).gain == ("#7", "eve@acme.example")


def test_a_new_app_opens_to_all_of_its_roles() -> None:
    world = in_sync()
    world.app = None
    found = _finding(world, roles=["JustCall Users"])
    assert found
    assert found.summary == "2 people gain access, nobody loses it"
    assert _finding(world) is None


def test_decommissioning_shuts_everybody_out() -> None:
    world = in_sync()
    the_app(world)["role_ids"] = [11, 12]
    found = _finding(world, {"state": "absent"})
    assert found
    assert found.summary == "Nobody gains access, 3 people lose it"


def test_a_change_that_nobody_makes_has_no_effect() -> None:
    """What is unknown, or left to a person, is not counted as if it were done."""
    world = in_sync()
    wanted = connection(access={"roles": ["Sales"]})
    sides = world.sides(wanted)
    assert isinstance(sides.idp, LiveIdp)
    idp = LiveIdp(**{**vars(sides.idp), "unread": {"onelogin.access.roles": "no answer"}})
    members = {name: world.people(world.members[role_id]) for role_id, name in world.roles.items()}
    deltas = draft(wanted, type(sides)(idp, sides.sp, by_hand=False)).deltas
    assert effect(idp, members, deltas) == Effect(today=2)


def test_only_roles_that_matter_are_read() -> None:
    world = in_sync()
    wanted = connection(access={"roles": ["JustCall Users", "Sales"]})
    made = draft(wanted, world.sides(wanted))
    assert made.roles_to_read == {"JustCall Users": 11, "Sales": 12}
    members = connection(access={"roles": [{"name": "JustCall Users", "members": []}, "Sales"]})
    assert draft(members, world.sides(members)).roles_to_read == {"Sales": 12}  # the other was read for its members


@pytest.mark.parametrize("access", [{}, {"roles": ["JustCall Users"]}])
def test_no_role_is_read_while_access_does_not_change(access: dict[str, Any]) -> None:
    wanted = connection(app={"description": "new"}, access=access)
    assert draft(wanted, in_sync().sides(wanted)).roles_to_read == {}


def test_a_role_without_a_name_in_the_account_is_not_asked_for() -> None:
    idp = LiveIdp(app=App(id=1, name="JustCall", role_ids=(5, 99)), roles=(Role(id=5, name="Five"),))
    wanted = connection(access={"roles": []})
    deltas = draft(wanted, type(in_sync().sides(wanted))(idp, in_sync().sp(), by_hand=False)).deltas
    assert roles_in_question(idp, deltas) == {"Five": 5}
    assert effect(idp, {"Five": (Person(id=1, email="A@x"),)}, deltas).lose == ("a@x",)

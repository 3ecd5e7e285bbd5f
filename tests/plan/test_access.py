"""Who gets in: roles, members, the owned role, groups, and what is wrong with the wish."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sso_sync.onelogin.models import Role
from sso_sync.plan.model import Action, Plan
from sso_sync.plan.operations import AddMembers, CreateRole, RemoveMembers, RoleRef, SetAppRoles
from sso_sync.plan.scope import scope
from tests.plan.build import addresses, change, connection, planned, step
from tests.plan.full import the_app
from tests.plan.run import carry_out
from tests.plan.world import World, in_sync

_ROLES, _USERS = "onelogin.access.roles", "onelogin.access.users"
_OWNED = "JustCall - direct access"


def _plan(world: World | None = None, **access: Any) -> Plan:
    return (world or in_sync()).plan(connection(access=access))


def _with_owned(*members: int, attached: bool = True) -> World:
    world = in_sync()
    world.roles[14], world.members[14] = _OWNED, list(members)
    if attached:
        the_app(world)["role_ids"].append(14)
    return world


# The app's role list.


def test_a_role_list_that_is_not_named_is_left_alone() -> None:
    assert _plan().empty
    assert _plan(mode="authoritative").empty


def test_authoritative_attaches_what_is_missing_and_detaches_what_is_not_named() -> None:
    plan = _plan(roles=["Sales"])
    assert [(one.address, one.action) for one in plan.changes] == [
        (f"{_ROLES}.Sales", Action.CREATE),
        (f"{_ROLES}.JustCall Users", Action.DELETE),
    ]
    (found,) = plan.steps
    assert found.operation == SetAppRoles((RoleRef("Sales", 12),), (RoleRef("JustCall Users", 11),))
    assert found.summary == "open the app to 'Sales' and close it to 'JustCall Users'"
    assert [one.reason for one in plan.changes] == [None, "not in the spec (access.mode: authoritative)"]


def test_additive_leaves_other_roles_on_the_list() -> None:
    assert addresses(_plan(roles=["Sales"], mode="additive")) == [f"{_ROLES}.Sales"]


@pytest.mark.parametrize("nothing", [[], None])
def test_no_roles_closes_the_app_to_all_but_the_owned_one(nothing: list[str] | None) -> None:
    assert addresses(_plan(_with_owned(1), roles=nothing)) == [f"{_ROLES}.JustCall Users"]


def test_a_role_that_the_account_does_not_list_is_detached_by_its_id() -> None:
    world = in_sync()
    the_app(world)["role_ids"].append(99)
    wanted = connection(access={"roles": ["JustCall Users"]})
    plan = planned(wanted, world.idp(scope(wanted.spec)), world.sp())
    assert addresses(plan) == [f"{_ROLES}.#99"]
    assert step(plan, "roles").operation == SetAppRoles((), (RoleRef("#99", 99),))


def test_a_missing_role_is_an_error_unless_it_may_be_created() -> None:
    plan = _plan(roles=["JustCall Users", "Nobody"])
    (error,) = plan.errors
    assert error.address == f"{_ROLES}.Nobody"
    assert error.next_action
    assert "create: true" in error.next_action
    assert plan.changes == ()


def test_a_role_is_created_filled_and_only_then_opens_the_app() -> None:
    plan = _plan(roles=["JustCall Users", {"name": "New", "create": True, "members": ["cid@acme.example"]}])
    assert addresses(plan) == [f"{_ROLES}.New", f"{_ROLES}.New.members.cid@acme.example"]
    assert change(plan, f"{_ROLES}.New").reason == "the role is created"
    create, add, opened = plan.steps
    assert create.operation == CreateRole("New")
    assert add.operation == AddMembers(RoleRef("New"), (3,))
    assert opened.operation == SetAppRoles((RoleRef("New"),), ())
    assert add.needs == {create.id}
    assert opened.needs == {create.id, add.id}


def test_two_roles_of_one_name_are_an_error() -> None:
    wanted = connection(access={"roles": ["Sales"], "mode": "additive"})
    idp = replace(in_sync().idp(scope(wanted.spec)), roles=(Role(id=12, name="Sales"), Role(id=13, name="Sales")))
    plan = planned(wanted, idp, in_sync().sp())
    assert [error.address for error in plan.errors] == [f"{_ROLES}.Sales"]
    assert plan.changes == ()


# Members.


def test_membership_that_is_not_named_is_left_alone() -> None:
    assert _plan(roles=["JustCall Users"]).empty
    assert _plan(roles=[{"name": "JustCall Users", "create": True}]).empty


def test_members_are_exactly_those_listed() -> None:
    plan = _plan(roles=[{"name": "JustCall Users", "members": ["ann@acme.example", "eve@acme.example"]}])
    assert [(one.address, one.action) for one in plan.changes] == [
        (f"{_ROLES}.JustCall Users.members.eve@acme.example", Action.CREATE),
        (f"{_ROLES}.JustCall Users.members.Bob@acme.example", Action.DELETE),
    ]
    role = RoleRef("JustCall Users", 11)
    assert [one.operation for one in plan.steps] == [AddMembers(role, (5,)), RemoveMembers(role, (2,))]


@pytest.mark.parametrize("nothing", [[], None])
def test_no_members_empties_the_role(nothing: list[str] | None) -> None:
    plan = _plan(roles=[{"name": "JustCall Users", "members": nothing}])
    assert [one.action for one in plan.changes] == [Action.DELETE] * 2


def test_case_does_not_matter_in_an_e_mail() -> None:
    assert _plan(roles=[{"name": "JustCall Users", "members": ["ANN@acme.example", "bob@ACME.example"]}]).empty


def test_a_change_speaks_of_people_as_the_spec_does_and_of_others_as_onelogin_does() -> None:
    plan = _plan(roles=[{"name": "JustCall Users", "members": ["Ann@acme.example", "EVE@acme.example"]}])
    prefix = f"{_ROLES}.JustCall Users.members"
    assert addresses(plan) == [f"{prefix}.EVE@acme.example", f"{prefix}.Bob@acme.example"]


def test_somebody_whom_onelogin_does_not_know_is_an_error() -> None:
    plan = _plan(roles=[{"name": "JustCall Users", "members": ["zoe@acme.example"]}], mode="additive")
    (error,) = plan.errors
    assert error.address == f"{_ROLES}.JustCall Users.members.zoe@acme.example"
    assert "zoe@acme.example" in error.summary


def test_a_suspended_person_who_would_join_is_a_warning() -> None:
    world = in_sync()
    world.users[5]["status"] = 2
    members = ["ann@acme.example", "bob@acme.example", "eve@acme.example"]
    plan = _plan(world, roles=[{"name": "JustCall Users", "members": members}])
    (warning,) = (finding for finding in plan.findings if finding.severity == "warning")
    assert warning.address == f"{_ROLES}.JustCall Users.members.eve@acme.example"
    carry_out(plan, world)
    assert _plan(world, roles=[{"name": "JustCall Users", "members": members}]).findings == ()


def test_somebody_without_an_e_mail_is_known_by_the_id() -> None:
    world = in_sync()
    world.members[11].append(7)
    plan = _plan(world, roles=[{"name": "JustCall Users", "members": ["ann@acme.example", "bob@acme.example"]}])
    assert addresses(plan) == [f"{_ROLES}.JustCall Users.members.#7"]
    assert plan.steps[0].operation == RemoveMembers(RoleRef("JustCall Users", 11), (7,))


def test_two_people_with_one_e_mail_both_leave() -> None:
    world = in_sync()
    world.users[8] = {"id": 8, "email": "bob@acme.example"}
    world.users[9] = {"id": 9, "email": "Bob@acme.example"}
    world.members[11] = [1, 2, 8, 9]
    plan = _plan(world, roles=[{"name": "JustCall Users", "members": ["ann@acme.example"]}])
    prefix = f"{_ROLES}.JustCall Users.members"
    assert addresses(plan) == [
        f"{prefix}.Bob@acme.example",
        f"{prefix}.bob@acme.example",
        f"{prefix}.Bob@acme.example#9",
    ]
    assert plan.steps[0].operation == RemoveMembers(RoleRef("JustCall Users", 11), (2, 8, 9))


# The owned role.


def test_people_get_in_through_a_role_of_the_connections_own() -> None:
    plan = _plan(users=["cid@acme.example"])
    assert addresses(plan) == [f"{_ROLES}.{_OWNED}", f"{_USERS}.cid@acme.example"]
    reason = change(plan, f"{_ROLES}.{_OWNED}").reason
    assert reason == "the role is created, owned by this connection, for people and groups"
    assert [one.operation for one in plan.steps] == [
        CreateRole(_OWNED),
        AddMembers(RoleRef(_OWNED), (3,)),
        SetAppRoles((RoleRef(_OWNED),), ()),
    ]


def test_the_owned_role_may_have_another_name() -> None:
    plan = _plan(users=["cid@acme.example"], direct_role="JustCall guests")
    assert addresses(plan)[0] == f"{_ROLES}.JustCall guests"


@pytest.mark.parametrize("nothing", [[], None])
def test_nobody_needs_no_role(nothing: list[str] | None) -> None:
    assert _plan(users=nothing).empty
    assert _plan(groups=nothing).empty
    assert _plan(groups=["None"]).empty


def test_a_role_that_is_there_is_emptied_and_kept() -> None:
    world = _with_owned(1, 3)
    plan = _plan(world, users=[])
    assert [(one.address, one.action) for one in plan.changes] == [
        (f"{_USERS}.ann@acme.example", Action.DELETE),
        (f"{_USERS}.cid@acme.example", Action.DELETE),
    ]
    carry_out(plan, world)
    assert _plan(world, users=[]).empty
    assert world.roles[14] == _OWNED


def test_the_owned_role_is_left_alone_by_a_spec_that_names_no_people() -> None:
    assert _plan(_with_owned(1), roles=["JustCall Users"]).empty


def test_the_owned_role_may_be_listed_too_and_is_made_all_the_same() -> None:
    plan = _plan(roles=["JustCall Users", _OWNED], users=["cid@acme.example"])
    assert plan.errors == ()
    assert addresses(plan) == [f"{_ROLES}.{_OWNED}", f"{_USERS}.cid@acme.example"]
    assert addresses(_plan(roles=["JustCall Users", _OWNED], users=[])) == [f"{_ROLES}.{_OWNED}"]


def test_a_listed_role_with_the_owned_roles_name_is_a_role_like_others_without_people() -> None:
    assert [error.address for error in _plan(roles=["JustCall Users", _OWNED]).errors] == [f"{_ROLES}.{_OWNED}"]


def test_groups_are_expanded_into_the_owned_role() -> None:
    plan = _plan(_with_owned(6), users=["CID@acme.example"], groups=["Team", "Odd"])
    assert [(one.address, one.reason) for one in plan.changes] == [
        (f"{_USERS}.CID@acme.example", None),
        (f"{_USERS}.dora@acme.example", "member of group 'Team'"),
        (f"{_USERS}.eve@acme.example", "member of group 'Odd'"),
        (f"{_USERS}.#7", "member of group 'Odd'"),
        (f"{_USERS}.fay@acme.example", "not in the spec"),
    ]
    assert step(plan, f"role.{_OWNED}.members.add").operation == AddMembers(RoleRef(_OWNED, 14), (3, 4, 5, 7))


def test_a_missing_group_is_one_error() -> None:
    plan = _plan(groups=["Team", "Nobody"])
    (error,) = plan.errors
    assert "'Nobody'" in error.summary


# Grants made in the console.


def test_a_grant_by_hand_is_shown_and_left_to_a_person() -> None:
    world = _with_owned(3)
    world.direct = {3, 5, 7}
    plan = _plan(world, users=["cid@acme.example"])
    assert [(one.address, one.action, one.before, one.after) for one in plan.changes] == [
        (f"{_USERS}.eve@acme.example", Action.MANUAL, "granted in the console", None),
        (f"{_USERS}.#7", Action.MANUAL, "granted in the console", None),
    ]
    assert plan.steps == ()


@pytest.mark.parametrize("access", [{}, {"groups": []}, {"users": [], "mode": "additive"}, {"roles": []}])
def test_grants_by_hand_are_the_business_of_a_spec_that_names_all_people(access: dict[str, Any]) -> None:
    world = in_sync()
    world.direct = {5}
    assert not [one for one in _plan(world, **access).changes if one.action is Action.MANUAL]


def test_somebody_who_leaves_the_owned_role_and_has_a_grant_by_hand_is_two_changes() -> None:
    world = _with_owned(5, attached=False)
    world.direct = {5}
    plan = _plan(world, users=[])
    assert [(one.address, one.action) for one in plan.changes] == [
        (f"{_ROLES}.{_OWNED}", Action.CREATE),
        (f"{_USERS}.eve@acme.example", Action.DELETE),
        (f"{_USERS}.eve@acme.example#5", Action.MANUAL),
    ]


# Order.


def test_people_leave_a_role_before_the_app_is_opened_to_it() -> None:
    """Else whoever is on their way out would get in for a moment."""
    world = in_sync()
    wish = {"name": "Sales", "members": ["cid@acme.example", "dora@acme.example"]}
    plan = _plan(world, roles=["JustCall Users", wish])
    add, leave, opened = plan.steps
    assert (add.id, leave.id, opened.id) == ("role.Sales.members.add", "role.Sales.members.remove", "roles")
    assert {add.id, leave.id} <= opened.needs


def test_people_leave_a_role_that_opens_the_app_only_when_everybody_else_is_in() -> None:
    wish = {"name": "JustCall Users", "members": ["eve@acme.example"]}
    plan = _plan(roles=[wish, {"name": "New", "create": True, "members": ["ann@acme.example", "bob@acme.example"]}])
    leave = step(plan, "role.JustCall Users.members.remove")
    assert leave.needs >= {"roles", "role.New.create", "role.New.members.add", "role.JustCall Users.members.add"}
    assert change(plan, f"{_ROLES}.JustCall Users.members.ann@acme.example").action is Action.DELETE

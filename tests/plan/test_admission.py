"""Who gets in today and through which role, and what came from the environment is not shown."""

from __future__ import annotations

from typing import Any

from sso_sync.plan.model import Admission, Entrance, Plan
from tests.plan.build import connection
from tests.plan.full import the_app
from tests.plan.world import World, in_sync

OWNED = "JustCall - direct access"


def world() -> World:
    made = in_sync()
    made.roles[14], made.members[14] = OWNED, [2]
    the_app(made)["role_ids"].append(14)
    return made


def admitted(made: Plan) -> Admission:
    assert made.admission is not None
    return made.admission


def by_role(found: Admission) -> dict[str, tuple[str, ...] | None]:
    return {one.role: one.people for one in found.roles}


def test_the_owned_role_comes_first_and_nobody_is_counted_twice() -> None:
    made = world()
    found = admitted(made.plan(connection(access={"users": ["bob@acme.example"]})))
    assert [(one.role, one.owned) for one in found.roles] == [(OWNED, True), ("JustCall Users", False)]
    assert by_role(found)[OWNED] == tuple(person.key for person in made.people([2]))
    everybody = {person.key for role in (11, 14) for person in made.people(made.members[role])}
    assert found.people in (len(everybody), None)


def test_without_an_app_nobody_gets_in() -> None:
    assert World().plan(connection()).admission is None


def test_what_came_from_the_environment_is_masked() -> None:
    made = world()
    email = made.people([2])[0].key
    access: dict[str, Any] = {"users": [email], "roles": ["JustCall Users"]}
    secret = connection(
        access=access,
        sensitive=[("onelogin", "access", "users", 0), ("onelogin", "access", "roles", 0)],
    )
    found = admitted(made.plan(secret))
    assert by_role(found)[OWNED] == ("(sensitive)",)
    assert "JustCall Users" not in by_role(found)
    assert Entrance("(sensitive 1)", False, by_role(found)["(sensitive 1)"]) in found.roles


def test_a_role_whose_members_nobody_read_is_no_empty_one() -> None:
    found = admitted(in_sync().plan(connection()))
    assert [one.people for one in found.roles] == [None]
    assert found.people is None

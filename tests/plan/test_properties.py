"""What holds for every spec on every live state. The examples that led here are in the other modules."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sso_sync.plan.model import Action, Plan, Step
from sso_sync.plan.operations import HandOver
from sso_sync.plan.planner import draft
from sso_sync.spec.model import Spec
from tests.plan.run import carry_out
from tests.plan.strategies import AREAS, cases
from tests.plan.untouched import unmanaged
from tests.plan.world import World

about = pytest.mark.parametrize("area", AREAS)
AUTOMATIC = (Action.CREATE, Action.UPDATE, Action.DELETE)
GRANT = "granted in the console"


def _grants(plan: Plan) -> set[str]:
    # Somebody who leaves the owned role at the same time is told apart by the id.
    return {re.sub(r"(?<=[^.])#\d+$", "", change.address.lower()) for change in plan.changes if change.before == GRANT}


def _grants_left(spec: Spec, world: World) -> set[str]:
    """Who has the app by hand alone and is not wanted, as far as the spec speaks of people."""
    access = spec.onelogin.access
    if spec.state == "absent" or "users" not in access.model_fields_set or access.mode == "additive":
        return set()
    wanted = {email.lower() for email in access.users or ()}
    wanted |= {person.key for group in access.groups or () for person in world.people(world.groups[group])}
    return {f"onelogin.access.users.{person.key}" for person in world.by_hand_only() if person.key not in wanted}


def _left_over(plan: Plan) -> dict[str, Action]:
    """What no step can do, but for grants made by hand."""
    return {
        change.address: change.action
        for change in plan.changes
        if change.action not in AUTOMATIC and change.before != GRANT
    }


@about
@given(st.data())
def test_after_an_apply_in_any_order_only_what_no_step_can_do_is_left(area: str, data: st.DataObject) -> None:
    world, connection = data.draw(cases(area))
    first = world.plan(connection)
    assume(not first.errors)
    before = world.clone()

    def pick(ready: Sequence[Step]) -> Step:
        return ready[data.draw(st.integers(0, len(ready) - 1))]

    carry_out(first, world, pick)
    second = world.plan(connection)

    assert [change for change in second.changes if change.action in AUTOMATIC] == []
    assert second.steps == ()
    # Whether SSO was on or not, `state: absent` switches it off, and so learns that it is off.
    assert _left_over(second) == ({} if connection.spec.state == "absent" else _left_over(first))
    assert _grants(first) == _grants_left(connection.spec, before)
    assert _grants(second) == _grants_left(connection.spec, world)


@about
@given(st.data())
def test_what_the_spec_does_not_name_stays_as_it_is(area: str, data: st.DataObject) -> None:
    world, connection = data.draw(cases(area))
    plan = world.plan(connection)
    assume(not plan.errors)
    before = world.clone()
    carry_out(plan, world)
    assert unmanaged(connection.spec, world, before) == unmanaged(connection.spec, before, before)


@about
@given(st.data())
def test_planning_is_deterministic_and_changes_nothing_it_was_given(area: str, data: st.DataObject) -> None:
    world, connection = data.draw(cases(area))
    sides = world.sides(connection)
    snapshot, spec = copy.deepcopy(sides), connection.spec.model_copy(deep=True)
    first, second = world.plan(connection), world.clone().plan(connection)
    made = draft(connection, sides)
    assert sides == snapshot
    assert connection.spec == spec
    assert (made.steps, first) == (first.steps, second)


@about
@given(st.data())
def test_every_plan_is_sound(area: str, data: st.DataObject) -> None:
    world, connection = data.draw(cases(area))
    plan = world.plan(connection)
    assume(not plan.errors)
    _every_address_is_one_change(plan)
    _every_step_comes_after_its_needs(plan)
    _every_change_has_its_steps(plan)
    for change in plan.changes:
        if change.action in AUTOMATIC and not change.known_after_apply:
            assert change.before != change.after or type(change.before) is not type(change.after), change


def _every_address_is_one_change(plan: Plan) -> None:
    addresses = [change.address for change in plan.changes]
    assert len(addresses) == len(set(addresses))
    assert {address for step in plan.steps for address in step.addresses} <= set(addresses)


def _every_step_comes_after_its_needs(plan: Plan) -> None:
    seen: set[str] = set()
    for step in plan.steps:
        assert step.id not in seen
        assert step.needs <= seen, f"{step.id} comes before what it needs"
        seen.add(step.id)


def _every_change_has_its_steps(plan: Plan) -> None:
    """One step a change; two where a role is made and attached, a label goes with its parameter, a rule is placed."""
    for change in plan.changes:
        ids = [step.id for step in plan.steps if change.address in step.addresses]
        if change.action in AUTOMATIC:
            assert ids, f"no step settles {change.address}"
        kinds = {identity.rpartition(".")[2] for identity in ids}
        assert len(ids) <= 1 or kinds in (
            {"create", "roles"},
            {"delete", "parameters"},
            {"create", "sort"},
            {"update", "sort"},
        )


@about
@given(st.data())
def test_a_person_is_handed_all_that_differs_and_nothing_is_written_to_justcall(area: str, data: st.DataObject) -> None:
    world, connection = data.draw(cases(area))
    world.by_hand = True
    plan = world.plan(connection)
    assume(not plan.errors)
    handed = [step for step in plan.steps if isinstance(step.operation, HandOver)]
    assert len(handed) <= 1
    differing = {change.address for change in plan.changes if change.action is Action.MANUAL and change.before != GRANT}
    assert differing <= {address for step in handed for address in step.addresses}
    done = carry_out(plan, world)  # the driver refuses to write
    second = world.plan(connection)
    if connection.spec.state == "absent" and handed:
        assert not done, "people lose access before SSO is off"
        assert second.changes == plan.changes
        return
    assert {change.action for change in second.changes} <= {Action.MANUAL, Action.UNKNOWN}
    later = {change.address for change in plan.changes if change.known_after_apply}
    assert set(_left_over(plan)) - later <= set(_left_over(second)) <= set(_left_over(plan))

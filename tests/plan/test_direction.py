"""Who changed what, as far as the records of earlier runs tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.justcall.settings import SettingField
from sso_sync.plan.cells import ABSENT, Cell, Item, Known, Later, Undetermined
from sso_sync.plan.diff import Delta, compare
from sso_sync.plan.direction import Facts, Settled, Wrote, direction, place, told
from sso_sync.plan.model import Direction, Plan, Side, SpecRef
from sso_sync.plan.operations import Output
from sso_sync.plan.planner import draft, finish
from sso_sync.plan.records import MASKED, RecordedCell
from sso_sync.plan.targets import AppField, ConfigurationField, Setting, Target
from tests.plan.strategies import cases
from tests.report.plans import JSON

NAME, ISSUER, AUDIENCE = AppField("name"), Setting(SettingField.ISSUER), ConfigurationField("audience")
AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
NOBODY = (Direction.EITHER, None)


def delta(wish: Cell, live: Cell, target: Target = NAME, *, sensitive: bool = False, address: str = "a") -> Delta:
    side = Side.JUSTCALL if isinstance(target, Setting) else Side.ONELOGIN
    found = compare(Item(address, side, target, wish, live, (), sensitive=sensitive))
    assert found is not None
    return found


def wrote(value: RecordedCell, target: Target = NAME, digest: str = "d", **more: bool) -> Facts:
    one = Wrote("r1", AT, digest, value, **more)
    return Facts(None, {("a", type(target).__name__): one})


A, B, C = Known("a"), Known("b"), Known("c")
MOVED = delta(A, B)


def test_what_a_run_set_and_is_no_more_was_changed_in_the_service() -> None:
    assert direction(MOVED, wrote(A), "d") == (
        Direction.ONELOGIN,
        "set by run r1 on 2026-03-01, changed in OneLogin since",
    )
    there = delta(A, B, ISSUER)
    assert direction(there, wrote(A, ISSUER), "d") == (
        Direction.JUSTCALL,
        "set by run r1 on 2026-03-01, changed in JustCall since",
    )


def test_what_is_still_as_a_run_set_it_is_a_spec_that_was_changed() -> None:
    assert direction(MOVED, wrote(B, digest="old"), "d") == (
        Direction.SPEC,
        "the spec was changed since run r1 on 2026-03-01",
    )


def test_what_an_undo_put_back_waits_for_its_apply() -> None:
    assert direction(MOVED, wrote(B, undid=True), "d") == (
        Direction.SPEC,
        "put back by run r1 on 2026-03-01, an undo",
    )


@pytest.mark.parametrize(("target", "other"), [(ISSUER, Direction.ONELOGIN), (AUDIENCE, Direction.JUSTCALL)])
def test_what_crosses_over_may_have_been_changed_on_the_other_side(target: Target, other: Direction) -> None:
    moved = delta(A, B, target)
    assert direction(moved, wrote(B, target), "d")[0] is other
    assert direction(moved, wrote(B, target, digest="old"), "d") == NOBODY


@pytest.mark.parametrize(
    ("found", "facts"),
    [
        (MOVED, Facts()),
        (MOVED, wrote(C)),
        (MOVED, wrote(MASKED)),
        (MOVED, wrote(Later(Output.ISSUER))),
        (MOVED, wrote(A, done=False)),
        (delta(A, B, sensitive=True), wrote(A)),
        (delta(A, B, address="roles.(sensitive 1)"), Facts(Settled("r1", AT, "d"))),
        (delta(A, Undetermined("expired", expired=True)), wrote(A)),
        (delta(Undetermined("?"), A), wrote(A)),
        (delta(Later(Output.ISSUER), A, ISSUER), wrote(A, ISSUER)),
    ],
)
def test_where_nobody_can_say_it_is_either(found: Delta, facts: Facts) -> None:
    assert direction(found, facts, "d") == NOBODY


def test_a_run_that_settled_everything_speaks_for_what_it_did_not_write() -> None:
    facts = Facts(Settled("r2", AT, "d"))
    assert direction(MOVED, facts, "d") == (
        Direction.ONELOGIN,
        "as the spec says after run r2 on 2026-03-01, changed in OneLogin since",
    )
    assert direction(MOVED, facts, "another") == NOBODY
    assert direction(delta(A, B, ISSUER), facts, "d") == NOBODY


def test_the_last_word_is_that_of_the_last_run() -> None:
    """A value that was `b` in an old spec, is `a` in one that was settled, and was put back by hand."""
    old = wrote(B, digest="old").wrote
    assert direction(MOVED, Facts(Settled("r2", LATER, "d"), old), "d")[0] is Direction.ONELOGIN
    earlier = Facts(Settled("r0", AT - timedelta(hours=1), "d"), old)
    assert direction(MOVED, earlier, "d")[0] is Direction.SPEC


def test_things_come_and_go() -> None:
    assert direction(delta(A, ABSENT), wrote(A), "d")[0] is Direction.ONELOGIN
    assert direction(delta(ABSENT, A), wrote(ABSENT), "d")[0] is Direction.ONELOGIN
    assert direction(delta(ABSENT, A), wrote(A, digest="old"), "d")[0] is Direction.SPEC


def test_the_reason_of_a_change_is_kept() -> None:
    found = replace(MOVED, change=replace(MOVED.change, reason="from there"))
    bare = Plan("p", AT, SpecRef("a.yaml", "a", "d"), "f", changes=(found.change,))
    made = told(bare, [found], wrote(A), "d")
    assert made.command == "drift"
    assert made.changes[0].reason == "from there; set by run r1 on 2026-03-01, changed in OneLogin since"
    assert replace(made.changes[0], direction=None, reason="from there") == found.change


CELLS = st.one_of(JSON.map(Known), st.just(ABSENT), st.just(Later(Output.ISSUER)), st.just(Undetermined("?")))


@given(CELLS, CELLS, CELLS | st.just(MASKED), st.sampled_from([NAME, ISSUER, AUDIENCE]), st.booleans(), st.booleans())
def test_any_record_has_an_answer(
    wish: Cell, live: Cell, recorded: RecordedCell, target: Target, done: bool, settled: bool
) -> None:
    side = Side.JUSTCALL if target == ISSUER else Side.ONELOGIN
    found = compare(Item("a", side, target, wish, live, ()))
    if found is None:
        return
    facts = replace(wrote(recorded, target, done=done), settled=Settled("r", LATER, "d") if settled else None)
    towards, why = direction(found, facts, "d")
    assert (why is None) is (towards is Direction.EITHER)


@given(st.data())
def test_a_drift_has_the_changes_of_the_plan_and_each_has_a_direction(data: st.DataObject) -> None:
    world, made = data.draw(cases("everything"))
    drafted = draft(made, world.sides(made))
    plan = finish(drafted, plan_id="plan-1", created_at=AT, members={})
    recorded = {
        place(one.item): Wrote("r1", AT, "d", data.draw(st.sampled_from([one.item.desired, one.item.live, MASKED])))
        for one in drafted.deltas
        if not isinstance(one.item.live, Undetermined)
    }
    moved = told(plan, drafted.deltas, Facts(None, recorded), made.digest)
    assert all(change.direction for change in moved.changes)
    plainly = [replace(change, direction=None, reason=None) for change in moved.changes]
    assert plainly == [replace(change, reason=None) for change in plan.changes]
    assert replace(moved, changes=plan.changes, command="plan") == plan

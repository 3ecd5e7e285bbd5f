"""Who must have access afterwards, in whatever spelling."""

from __future__ import annotations

from typing import Any

import pytest

from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.guards.required_users import GUARD
from sso_sync.plan.link import Unread
from sso_sync.plan.outcome import Outcome
from tests.plan.build import connection
from tests.plan.guards.make import after, effect, people, refusals
from tests.plan.world import in_sync

_ANN = {"guards": {"required_users": ["Ann@Acme.example"]}}


def _outcome(before: list[str], then: list[str], **rest: Any) -> Outcome:
    return after(_ANN, access=effect(before, then), **rest)


def test_somebody_who_keeps_access_is_fine_in_any_spelling() -> None:
    assert refusals(GUARD, _outcome(["ann@acme.example"], ["ANN@acme.example"])) == ()
    assert refusals(GUARD, _outcome([], ["ann@acme.example"])) == ()


def test_nobody_is_required_by_default() -> None:
    assert refusals(GUARD, after(access=effect(["ann@acme.example"], []))) == ()


@pytest.mark.parametrize(("before", "losing"), [(["ann@acme.example"], 1), (["bob@acme.example"], 0)])
def test_the_result_counts_whether_she_had_access_or_not(before: list[str], losing: int) -> None:
    (one,) = refusals(GUARD, _outcome(before, ["bob@acme.example"]))
    assert one.numbers == {"required": 1, "missing": 1, "losing": losing}
    assert "Ann@Acme.example" in one.summary


def test_what_was_not_read_is_not_judged() -> None:
    assert refusals(GUARD, after(_ANN, access=effect([], [], complete=False))) == ()
    assert refusals(GUARD, _outcome([], [], idp=Unread("down"))) == ()


def test_a_grant_by_hand_counts_as_far_as_it_was_read_and_while_there_is_an_app() -> None:
    idp = LiveIdp(direct_grants=people("ann@acme.example"))
    assert refusals(GUARD, _outcome([], [], idp=idp)) == ()
    assert len(refusals(GUARD, _outcome([], [], idp=idp, app=False))) == 1


def test_a_name_from_the_environment_is_not_shown() -> None:
    (one,) = refusals(GUARD, _outcome([], [], hidden=frozenset({"ann@acme.example"})))
    assert "ann@acme.example" not in str(one).lower()


def test_roles_are_read_only_when_somebody_is_required() -> None:
    world = in_sync()
    wanted = connection(_ANN)
    plan = world.plan(wanted)
    assert plan.refusals == ()
    assert plan.findings == ()
    other = world.plan(connection({"guards": {"required_users": ["dora@acme.example"]}}))
    assert other.refusals == ()  # nothing is done, so nothing is refused …
    assert [one.severity for one in other.findings] == ["warning"]  # … but it is said
    doing = world.plan(connection({"guards": {"required_users": ["dora@acme.example"]}}, app={"description": "x"}))
    assert [one.guard for one in doing.refusals] == ["required_users"]

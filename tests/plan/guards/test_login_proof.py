"""SSO goes on behind a test, directly or at a distance; a person is asked to test."""

from __future__ import annotations

import pytest

from sso_sync.justcall.settings import SettingField
from sso_sync.plan.guards.login_proof import GUARD
from sso_sync.plan.model import Side, Step
from sso_sync.plan.operations import HandOver, TestConnection, UpdateSettings
from tests.plan.build import connection
from tests.plan.guards.make import after, refusals
from tests.plan.world import in_sync

_TEST = Step("test", Side.JUSTCALL, "test", TestConnection())


def _enable(*needs: str, value: bool = True) -> Step:
    return Step("on", Side.JUSTCALL, "on", UpdateSettings({SettingField.ENABLED: value}), frozenset(needs))


def _between(*needs: str) -> Step:
    return Step("between", Side.JUSTCALL, "x", UpdateSettings({SettingField.ISSUER: "x"}), frozenset(needs))


@pytest.mark.parametrize(
    ("steps", "refused"),
    [
        ((_enable(),), True),
        ((_TEST, _enable()), True),  # a test that nobody waits for proves nothing
        ((_TEST, _enable("test")), False),
        ((_TEST, _between("test"), _enable("between")), False),
        ((_between("gone"), _enable("between")), True),
        ((_enable(value=False),), False),
        ((_between(),), False),
        ((), False),
    ],
)
def test_it_takes_a_test_that_comes_first(steps: tuple[Step, ...], refused: bool) -> None:
    assert bool(refusals(GUARD, after(steps=steps))) is refused


def test_without_the_guard_nothing_is_asked() -> None:
    assert refusals(GUARD, after({"guards": {"require_login_proof": False}}, steps=(_enable(),))) == ()


def test_needs_in_a_circle_end() -> None:
    one = Step("a", Side.JUSTCALL, "x", UpdateSettings({SettingField.ENABLED: True}), frozenset({"b"}))
    other = Step("b", Side.JUSTCALL, "x", UpdateSettings({}), frozenset({"a"}))
    assert len(refusals(GUARD, after(steps=(one, other)))) == 1


def test_a_person_who_switches_sso_on_is_told() -> None:
    by_hand = Step("hand", Side.JUSTCALL, "x", HandOver({SettingField.ENABLED: True}))
    verdict = GUARD.judge(after(steps=(by_hand,)))
    assert verdict.refusals == ()
    assert [one.severity for one in verdict.findings] == ["info"]


@pytest.mark.parametrize("by_hand", [False, True])
def test_the_planner_always_tests_first(by_hand: bool) -> None:
    world = in_sync()
    world.settings[SettingField.ENABLED] = False
    world.by_hand = by_hand
    assert world.plan(connection(sso={"enabled": True})).refusals == ()

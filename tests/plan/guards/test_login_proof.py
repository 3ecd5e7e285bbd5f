"""SSO goes on behind a test, directly or at a distance; a person is asked to test."""

from __future__ import annotations

import pytest

from sso_sync.justcall.settings import SettingField
from sso_sync.plan.guards.login_proof import GUARD
from sso_sync.plan.model import Side, Step
from sso_sync.plan.operations import HandOver, ProveLogin, TestConnection, UpdateSettings
from sso_sync.plan.outcome import outcome
from sso_sync.plan.planner import draft, finish
from sso_sync.plan.proof import Proof, proof_fingerprint
from sso_sync.plan.scope import scope
from tests.plan.build import NOW, connection
from tests.plan.guards.make import after, refusals
from tests.plan.world import in_sync

_TEST = Step("test", Side.JUSTCALL, "test", TestConnection())
_LOGIN = Step("test", Side.JUSTCALL, "login", ProveLogin())


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
        ((_LOGIN, _enable()), True),
        ((_LOGIN, _enable("test")), False),
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


def test_a_proof_of_this_very_outcome_is_a_test() -> None:
    assert refusals(GUARD, after(steps=(_enable(),), proof=Proof("a", NOW))) == ()


def test_a_person_is_told_of_a_proof() -> None:
    by_hand = Step("hand", Side.JUSTCALL, "x", HandOver({SettingField.ENABLED: True}))
    (told,) = GUARD.judge(after(steps=(by_hand,), proof=Proof("a", NOW))).findings
    assert "a login was proven for exactly this configuration at 2026-03-01 12:04 UTC" in told.summary


@pytest.mark.parametrize("wish", ["Admin", None])
def test_an_outcome_knows_only_the_proof_of_itself(wish: str | None) -> None:
    """What a plan changes of the configuration makes the proof of today's worthless; a role does not."""
    world, spec = in_sync(), connection()
    idp, sp = world.idp(scope(spec.spec)), world.sp()
    proof = Proof(proof_fingerprint(spec, idp, sp) or "", NOW)
    sides = world.sides(spec)

    changed = connection(sso={"default_role": wish} if wish else {"issuer": "https://other.example"})
    made = draft(changed, sides)

    found = outcome(changed, idp, sp, made.items, now=NOW, proof=proof)
    assert found.proof == (proof if wish else None)


def test_the_plan_hears_of_the_proof() -> None:
    world, spec = in_sync(), connection(sso={"enabled": True})
    world.settings[SettingField.ENABLED] = False
    world.by_hand = True
    made = draft(spec, world.sides(spec))
    proof = Proof(proof_fingerprint(spec, made.sides.idp, made.sides.sp) or "", NOW)
    for known, said in ((proof, "a login was proven"), (None, "nothing here can prove")):
        plan = finish(made, plan_id="p", created_at=NOW, members={}, proof=known)
        assert any(said in one.summary for one in plan.findings), plan.findings

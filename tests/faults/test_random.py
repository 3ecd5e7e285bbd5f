"""Every fifth call goes wrong in a way of its own: what is applied converges, and nothing is made twice."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sso_sync.apply.result import ApplyResult
from sso_sync.errors import ExitCode, SsoSyncError
from sso_sync.plan.model import Plan
from sso_sync.sandbox.faults import MISHAPS, Fault
from sso_sync.sandbox.server import Sandbox
from tests.counting import THOROUGH, attempt, count
from tests.faults.world import SCENARIOS, Scenario, World, assert_nothing_twice, end_state

STALE = (Fault("stale"), Fault("stale"))  # twice, because a read that nothing was shown before is served normally
LIMITS = (Fault("rate_limit", hint="reset", seconds=2), Fault("rate_limit", hint="none"))
STORM = (*MISHAPS, *STALE, *LIMITS)
RATE = 0.2
SEEDS = range(30 if os.environ.get(THOROUGH) else 8)
APPLIES_AFTER = 2


def applied_in_a_storm(world: World) -> ApplyResult | Plan | None:
    """What an apply made of it; None when it ended in an error that is meant to be shown."""
    try:
        return world.apply()
    except SsoSyncError:
        return None


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_an_apply_in_a_storm_converges(
    sandbox: Sandbox, tmp_path: Path, scenario: Scenario, monkeypatch: pytest.MonkeyPatch, no_waiting: None
) -> None:
    monkeypatch.chdir(tmp_path)
    world = World.scenario(sandbox, tmp_path, scenario)
    world.apply()
    expected = end_state(sandbox)
    struck = at_once = 0
    for seed in SEEDS:
        world = World.scenario(sandbox, tmp_path, scenario)
        sandbox.faults.random(RATE, seed=seed, menu=STORM)
        first = applied_in_a_storm(world)
        if not sandbox.faults.fired:
            continue  # a short run may be lucky, and then proves nothing
        struck += 1
        sandbox.faults.clear()
        with attempt("fault runs", "converged"):
            sandbox.onelogin.expire_tokens()
            if end_state(sandbox) == expected:
                at_once += 1
                count("fault runs converged at once")
            said_so = isinstance(first, ApplyResult) and first.verified and first.exit_code is ExitCode.OK
            assert not said_so or end_state(sandbox) == expected, f"seed {seed}: a success that was none"
            for _ in range(APPLIES_AFTER):
                world.apply()
            assert end_state(sandbox) == expected, f"seed {seed}"
            assert_nothing_twice(sandbox)
            world.assert_in_sync()
    assert struck > len(SEEDS) // 2
    assert at_once > struck // 2, f"only {at_once} of {struck} runs came to their end in the storm"


@pytest.mark.parametrize("hint", ["retry-after", "reset", "none"])
def test_every_second_call_is_one_too_many(
    sandbox: Sandbox, tmp_path: Path, hint: str, monkeypatch: pytest.MonkeyPatch, no_waiting: None
) -> None:
    """A rate limit refuses before anything is done, so that not even a POST is lost to it."""
    monkeypatch.chdir(tmp_path)
    world = World.scenario(sandbox, tmp_path, SCENARIOS[0])
    limit = next(fault for fault in (*MISHAPS, *LIMITS) if fault.kind == "rate_limit" and fault.hint == hint)
    with attempt("fault runs", "converged"):
        sandbox.faults.random(0.2, seed=7, menu=(limit,))
        result = world.apply()
        assert sandbox.faults.fired
        assert isinstance(result, ApplyResult)
        assert result.verified
        sandbox.faults.clear()
        world.assert_in_sync()


def test_a_plan_in_a_storm_never_writes(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_waiting: None
) -> None:
    monkeypatch.chdir(tmp_path)
    for scenario in SCENARIOS:
        world = World.scenario(sandbox, tmp_path, scenario)
        before = end_state(sandbox)
        for seed in SEEDS:
            sandbox.faults.random(0.5, seed=seed, menu=STORM)
            try:
                world.plan()
            except SsoSyncError:
                count("plans in a storm that ended in an error")
        sandbox.faults.clear()
        assert sandbox.requests.writes() == []
        assert end_state(sandbox) == before

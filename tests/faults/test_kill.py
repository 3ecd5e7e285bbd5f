"""kill -9 at every call of an apply; the next apply reads, recognises what landed, and comes to the same end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sso_sync.apply.result import ApplyResult
from sso_sync.sandbox.faults import Fault
from sso_sync.sandbox.server import Sandbox
from tests.counting import THOROUGH, attempt
from tests.faults.child import applying
from tests.faults.killing import Hangs, Moment, killed
from tests.faults.world import SCENARIOS, Scenario, World, assert_nothing_twice, end_state

MOMENTS: tuple[Moment, ...] = ("before", "after", "late")
_SAMPLES = 3  # for each scenario and moment, unless every call is asked for


def uninterrupted(sandbox: Sandbox, folder: Path, scenario: Scenario) -> tuple[Any, int]:
    """The end of a run that nobody disturbs, and how many calls it takes."""
    world = World.scenario(sandbox, folder, scenario)
    result = world.apply()
    assert isinstance(result, ApplyResult)
    assert result.verified
    return end_state(sandbox), len(sandbox.requests)


def sampled(calls: int) -> Iterator[int]:
    """The calls to die at, counted from 1: every one, or a few that lie evenly."""
    every = range(1, calls + 1)
    if os.environ.get(THOROUGH):
        return iter(every)
    return iter(sorted({every[round(index * (calls - 1) / (_SAMPLES - 1))] for index in range(_SAMPLES)}))


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_killed_apply_is_finished_by_the_next(
    sandbox: Sandbox,
    tmp_path: Path,
    scenario: Scenario,
    moment: Moment,
    hangs: Hangs,
    monkeypatch: pytest.MonkeyPatch,
    no_waiting: None,
) -> None:
    monkeypatch.chdir(tmp_path)
    expected, calls = uninterrupted(sandbox, tmp_path, scenario)
    died = 0
    for call in sampled(calls):
        folder = tmp_path / f"call-{call}"
        folder.mkdir()
        world = World.scenario(sandbox, folder, scenario)
        monkeypatch.chdir(folder)
        if not killed(applying, world, hangs, Fault("hang", nth=call), moment):
            continue
        died += 1
        with attempt("kill points", "converged"):
            world.apply()
            assert end_state(sandbox) == expected, f"killed {moment} call {call}"
            assert_nothing_twice(sandbox)
            world.assert_in_sync()
    assert died >= min(calls, _SAMPLES) - 1

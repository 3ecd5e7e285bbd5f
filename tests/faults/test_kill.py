"""kill -9 at every call of an apply; the next apply reads, recognises what landed, and comes to the same end."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

from sso_sync.apply.result import ApplyResult
from sso_sync.sandbox.faults import Fault, Faults, Strike
from sso_sync.sandbox.server import Sandbox
from sso_sync.sandbox.wire import ServiceName
from tests.counting import THOROUGH, attempt
from tests.faults.child import applying
from tests.faults.world import SCENARIOS, Scenario, World, assert_nothing_twice, end_state

Moment = Literal["before", "after", "late"]
"""When the process dies: before the service does what it was asked (which it then never does), after it has done it
but before it answers, or before, and the request is carried out all the same when its sender is dead.
"""
MOMENTS: tuple[Moment, ...] = ("before", "after", "late")
_SAMPLES = 3  # for each scenario and moment, unless every call is asked for


@dataclass
class Hangs:
    """The calls that hang, as they are struck, so that one of them can be lost."""

    struck: list[Strike]

    def lose(self) -> None:
        """Makes hanging calls as if they had never arrived."""
        for strike in self.struck:
            strike.fault = Fault("drop")
        self.struck.clear()


@pytest.fixture
def hangs(monkeypatch: pytest.MonkeyPatch) -> Hangs:
    found = Hangs([])
    real = Faults.happened

    def happened(self: Faults, strike: Strike, service: ServiceName, method: str, path: str) -> None:
        if strike.fault.kind == "hang":
            found.struck.append(strike)
        real(self, strike, service, method, path)

    monkeypatch.setattr(Faults, "happened", happened)
    return found


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


def killed(world: World, hangs: Hangs, call: int, moment: Moment) -> bool:
    """Runs an apply in a child that dies at `call`; False when it ended before that."""
    sandbox = world.sandbox
    sandbox.faults.add(Fault("hang", nth=call, when="after" if moment == "after" else "before"))
    with applying(world, str(world.path.parent)) as child:
        while not sandbox.faults.wait_for_hang(0.05):
            if not child.is_alive():
                sandbox.faults.clear()
                return False
        child.kill()
        child.join()
        if moment == "before":
            hangs.lose()
        served = len(sandbox.requests)
        sandbox.faults.clear()
        if moment != "after":
            _wait_until(lambda: len(sandbox.requests) > served)
    return True


def _wait_until(happened: Callable[[], bool]) -> None:
    for _ in range(1000):
        if happened():
            return
        time.sleep(0.005)
    raise AssertionError("the request that hung did not go on")


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
        if not killed(world, hangs, call, moment):
            continue
        died += 1
        with attempt("kill points", "converged"):
            world.apply()
            assert end_state(sandbox) == expected, f"killed {moment} call {call}"
            assert_nothing_twice(sandbox)
            world.assert_in_sync()
    assert died >= min(calls, _SAMPLES) - 1

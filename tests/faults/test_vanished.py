"""Somebody deletes things in the console between the plan and the apply, or under its hands."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from sso_sync import engine
from sso_sync.apply.result import ApplyResult, Outcome
from sso_sync.errors import ExitCode, SsoSyncError
from sso_sync.plan.model import Plan
from sso_sync.sandbox.faults import Fault
from sso_sync.sandbox.server import Sandbox
from tests.counting import attempt
from tests.faults.world import APP, GUARDS_OFF, SCENARIOS, World, assert_nothing_twice

CHANGE = next(scenario for scenario in SCENARIOS if scenario.name == "change")


@dataclass(frozen=True)
class Loss:
    """What somebody deletes; `lasting`: the spec names it, so that from now on the spec itself is wrong."""

    name: str
    happens: Callable[[Sandbox], object]
    lasting: bool = False


def _delete_rule(sandbox: Sandbox) -> None:
    sandbox.onelogin.delete_rule(int(str(sandbox.onelogin.rules(APP)[0]["id"])))


LOSSES = (
    Loss("app", lambda sandbox: sandbox.onelogin.delete_app(APP)),
    Loss("role that is created when missing", lambda sandbox: sandbox.onelogin.delete_role("Desk")),
    Loss("role of somebody else", lambda sandbox: sandbox.onelogin.delete_role("Contractors")),
    Loss("role that must exist", lambda sandbox: sandbox.onelogin.delete_role("Empty Role"), lasting=True),
    Loss("person", lambda sandbox: sandbox.onelogin.delete_user("dave.diaz@acme.example"), lasting=True),
    Loss("person that is to be removed", lambda sandbox: sandbox.onelogin.delete_user("grace.green@acme.example")),
    Loss("rule", _delete_rule),
    Loss("parameter", lambda sandbox: sandbox.onelogin.remove_parameter(APP, "surplus")),
)


def assert_clear(result: ApplyResult | Plan | SsoSyncError) -> None:
    """Whatever came of it is said in words, and its exit code is one of the contract."""
    if isinstance(result, ApplyResult):
        assert result.exit_code in (ExitCode.OK, ExitCode.ERROR, ExitCode.PARTIAL)
        for step in result.by_outcome(Outcome.FAILED):
            assert step.diagnostic is not None
            assert "inside sso-sync" not in step.diagnostic.summary
        if result.exit_code is ExitCode.OK:
            assert result.verified
    elif isinstance(result, Plan):
        assert result.errors or result.unread or result.refusals or result.empty
    else:
        assert all(diagnostic.summary for diagnostic in result.diagnostics)


def assert_the_next_runs_end_well(world: World, loss: Loss) -> None:
    if loss.lasting:
        try:
            made = world.plan()
        except SsoSyncError as problem:
            assert_clear(problem)
        else:
            assert made.errors, "the spec names what is gone"
        return
    world.apply()
    world.assert_in_sync()
    assert_nothing_twice(world.sandbox)


def outcome(run: Callable[[], ApplyResult | Plan]) -> ApplyResult | Plan | SsoSyncError:
    try:
        return run()
    except SsoSyncError as problem:
        return problem


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
def test_between_plan_and_apply(
    sandbox: Sandbox, tmp_path: Path, loss: Loss, monkeypatch: pytest.MonkeyPatch, no_waiting: None
) -> None:
    """The plan has been shown and approved; before the first step somebody deletes."""
    monkeypatch.chdir(tmp_path)
    world = World.scenario(sandbox, tmp_path, CHANGE)

    def approve(_plan: Plan) -> bool:
        loss.happens(sandbox)
        return True

    with attempt("things that vanish", "handled"):
        result = outcome(
            lambda: engine.apply(
                world.connection(),
                environ=world.environ,
                approve=approve,
                overrides=GUARDS_OFF,
                sleep=lambda _: None,
            )
        )
        assert_clear(result)
        assert_the_next_runs_end_well(world, loss)


@pytest.mark.parametrize("write", range(1, 12, 3))
@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
def test_in_the_middle_of_an_apply(
    sandbox: Sandbox, tmp_path: Path, loss: Loss, write: int, monkeypatch: pytest.MonkeyPatch, no_waiting: None
) -> None:
    monkeypatch.chdir(tmp_path)
    world = World.scenario(sandbox, tmp_path, CHANGE)
    world.plan()
    sandbox.faults.add(Fault("hang", service="onelogin", path="^/api/2/(apps|roles)/", nth=write + 8))
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(outcome, world.apply)
        assert sandbox.faults.wait_for_hang()
        # Where sso-sync deleted it first, there is nothing left to lose, and the run must end well all the same.
        with suppress(LookupError):
            loss.happens(sandbox)
        sandbox.faults.clear()
        with attempt("things that vanish", "handled"):
            assert_clear(running.result())
            assert_the_next_runs_end_well(world, loss)


def test_an_app_that_is_gone_becomes_a_create(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_waiting: None
) -> None:
    monkeypatch.chdir(tmp_path)
    world = World.scenario(sandbox, tmp_path, SCENARIOS[0])
    world.apply()
    sandbox.onelogin.delete_app(APP)
    made = world.plan()
    with attempt("things that vanish", "handled"):
        assert [change.action for change in made.changes if change.address == "onelogin.app"] == ["create"]
        world.apply()
        world.assert_in_sync()

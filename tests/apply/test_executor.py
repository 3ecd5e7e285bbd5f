"""Steps run in the order of their needs, independent ones at once, and a failure stops only what depends on it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from sso_sync.apply import executor
from sso_sync.apply.executor import Execution, execute
from sso_sync.apply.result import Handover, Outcome
from sso_sync.errors import SideUnavailable, UnexpectedAnswer
from sso_sync.justcall.settings import SettingField, TestResult
from sso_sync.onelogin.models import App
from sso_sync.plan import operations as op
from sso_sync.plan.model import Step
from sso_sync.progress import Silent
from sso_sync.store.locks import LockLost
from tests.apply.fakes import FakeDriver, FakeWriter, Notes, app, context, step

A, F, S = Outcome.APPLIED, Outcome.FAILED, Outcome.SKIPPED
_PATIENCE = 10.0  # seconds until a test that waits for another thread gives up; nobody ever waits so long


def _raise(problem: BaseException) -> Callable[[], Any]:
    def fail() -> None:
        raise problem

    return fail


class ByName(FakeWriter):
    """Creating a role does what was said for its name."""

    def __init__(self, **actions: Callable[[], Any]) -> None:
        super().__init__()
        self.actions = actions

    def create_role(self, name: str) -> int:
        self.calls.append(("create_role", name))
        self.actions.get(name, lambda: None)()
        return 900


def _outcomes(execution: Execution) -> dict[str, Outcome]:
    return {result.step.id: result.outcome for result in execution.results}


def _run(steps: list[Step], **actions: Callable[[], Any]) -> Execution:
    return execute(steps, context(ByName(**actions)), Silent())


def test_nothing_to_do_is_done_at_once() -> None:
    assert execute([], context(), Silent()) == Execution((), None)


def test_every_step_is_done_after_what_it_needs() -> None:
    writer = ByName()
    steps = [step("a"), step("b", "a"), step("c", "a", "b"), step("d")]
    execution = execute(steps, context(writer), Silent())
    assert _outcomes(execution) == {"a": A, "b": A, "c": A, "d": A}
    names = [name for _, name in writer.calls]
    assert names.index("a") < names.index("b") < names.index("c")


def test_independent_steps_run_at_the_same_time() -> None:
    """Each waits for the other: if they ran in turn, neither would ever end."""
    meeting = threading.Barrier(2)
    execution = _run([step("a"), step("b")], a=lambda: meeting.wait(_PATIENCE), b=lambda: meeting.wait(_PATIENCE))
    assert _outcomes(execution) == {"a": A, "b": A}


def test_a_step_does_not_wait_for_what_it_does_not_need() -> None:
    """`c` needs only `a`, and `b` cannot end before `c` has begun."""
    begun = threading.Event()
    seen: list[bool] = []
    execution = _run([step("a"), step("b"), step("c", "a")], b=lambda: seen.append(begun.wait(_PATIENCE)), c=begun.set)
    assert _outcomes(execution) == {"a": A, "b": A, "c": A}
    assert seen == [True]


def test_a_failed_step_stops_what_depends_on_it_directly_or_not_and_nothing_else() -> None:
    refused = UnexpectedAnswer.because("OneLogin said no", next_action="Look.")
    steps = [step("a"), step("b", "a"), step("c", "b"), step("d"), step("e", "d"), step("f", "c", "e")]
    writer = ByName(a=_raise(refused))
    execution = execute(steps, context(writer), Silent())
    assert _outcomes(execution) == {"a": F, "b": S, "c": S, "d": A, "e": A, "f": S}
    diagnostics = {result.step.id: result.diagnostic for result in execution.results}
    assert diagnostics["a"] == refused.diagnostics[0]
    assert diagnostics["c"] is not None
    assert diagnostics["c"].summary == "not done, because this was not done: do b"
    assert diagnostics["d"] is None
    assert sorted(name for _, name in writer.calls) == ["a", "d", "e"]


def test_results_are_in_the_order_of_the_plan_whatever_was_done_first() -> None:
    first = threading.Event()
    steps = [step("a"), step("b")]
    execution = _run(steps, a=lambda: first.wait(_PATIENCE), b=first.set)
    assert [result.step for result in execution.results] == steps


def test_a_side_that_goes_down_is_a_failed_step_like_others() -> None:
    execution = _run([step("a"), step("b")], a=_raise(SideUnavailable.because("OneLogin cannot be reached")))
    assert _outcomes(execution) == {"a": F, "b": A}


def test_a_mistake_of_ours_loses_no_outcome_and_quotes_nothing() -> None:
    execution = _run([step("a"), step("b", "a"), step("c")], a=_raise(KeyError("a secret")))
    assert _outcomes(execution) == {"a": F, "b": S, "c": A}
    diagnostic = execution.results[0].diagnostic
    assert diagnostic is not None
    assert "KeyError" in diagnostic.summary
    assert "secret" not in repr(diagnostic)


def test_progress_says_what_begins_and_how_it_ends() -> None:
    notes = Notes()
    execute([step("a"), step("b", "a")], context(ByName(a=_raise(UnexpectedAnswer.because("no")))), notes)
    assert notes.lines == ["do a", "failed: do a", "skipped: do b"]


# A failing test connection.


def test_sso_is_not_enabled_after_a_failing_test() -> None:
    driver = FakeDriver(TestResult(ok=False, message="Invalid audience"))
    enable = op.UpdateSettings({SettingField.ENABLED: True})
    steps = [
        step("values", operation=op.UpdateSettings({SettingField.DEFAULT_ROLE: "Admin"})),
        step("test", "values", operation=op.TestConnection()),
        step("enable", "values", "test", operation=enable),
    ]
    execution = execute(steps, context(driver=driver), Silent())
    assert _outcomes(execution) == {"values": A, "test": F, "enable": S}
    assert driver.calls == [("write", {SettingField.DEFAULT_ROLE: "Admin"}), ("test",)]


# What a person does.


def test_a_person_gets_the_exact_values_and_what_waits_for_them_is_skipped() -> None:
    values: dict[SettingField, op.SettingValue] = {
        SettingField.ISSUER: op.Pending(op.Output.ISSUER),
        SettingField.ENABLED: True,
    }
    steps = [
        step("app", operation=op.CreateApp({"name": "JustCall"})),
        step("hand", "app", operation=op.HandOver(values)),
        step("after", "hand"),
        step("later", "after"),
    ]
    writer = FakeWriter()
    execution = execute(steps, context(writer, live={}), Silent())
    assert _outcomes(execution) == {"app": A, "hand": S, "after": S, "later": S}
    assert execution.handover == Handover({SettingField.ISSUER: "https://acme/issuer/77", SettingField.ENABLED: True})
    assert [call[0] for call in writer.calls] == ["create_app"]


def test_there_is_no_hand_over_of_what_was_not_made() -> None:
    steps = [step("a"), step("hand", "a", operation=op.HandOver({SettingField.ENABLED: True}))]
    execution = execute(steps, context(ByName(a=_raise(UnexpectedAnswer.because("no")))), Silent())
    assert _outcomes(execution) == {"a": F, "hand": S}
    assert execution.handover is None


def test_a_hand_over_whose_values_onelogin_does_not_say_fails() -> None:
    live = App.model_validate(app(50, issuer=None))
    operation = op.HandOver({SettingField.ISSUER: op.Pending(op.Output.ISSUER)})
    shared = context(live=live.model_dump())
    execution = execute([step("hand", operation=operation), step("b", "hand")], shared, Silent())
    assert _outcomes(execution) == {"hand": F, "b": S}
    assert execution.handover is None


# Ctrl-C.


def _interrupt_at(line: str, noticed: Callable[[], None] = lambda: None) -> Notes:
    """A watcher at whose sight of `line` the user presses Ctrl-C, once; `noticed` happens when the run says so."""
    pressed: list[str] = []

    def react(message: str) -> None:
        if message == line and not pressed:
            pressed.append(message)
            raise KeyboardInterrupt
        if message.startswith("interrupted"):
            noticed()

    return Notes(react)


def test_after_ctrl_c_calls_in_flight_end_and_the_rest_is_skipped() -> None:
    go_on = threading.Event()
    notes = _interrupt_at("applied: do quick", go_on.set)
    steps = [step("slow"), step("quick"), step("after", "quick"), step("last", "slow")]
    execution = execute(steps, context(ByName(slow=lambda: go_on.wait(_PATIENCE))), notes)
    assert execution.interrupted
    assert _outcomes(execution) == {"slow": A, "quick": A, "after": S, "last": S}
    diagnostic = execution.results[2].diagnostic
    assert diagnostic is not None
    assert diagnostic.summary == "not done, because the run was interrupted"
    assert "interrupted: waiting for the calls in flight" in notes.lines


def test_a_call_in_flight_that_fails_after_ctrl_c_is_told_as_failed() -> None:
    go_on = threading.Event()

    def fail() -> None:
        go_on.wait(_PATIENCE)
        raise UnexpectedAnswer.because("no")

    notes = _interrupt_at("do quick", go_on.set)
    execution = execute([step("slow"), step("quick")], context(ByName(slow=fail)), notes)
    assert _outcomes(execution) == {"slow": F, "quick": S}


@pytest.mark.parametrize("line", ["do a", "applied: do a", "skipped: do c"])
def test_ctrl_c_at_any_moment_loses_no_step(line: str) -> None:
    steps = [step("a"), step("b", "a"), step("hand", operation=op.HandOver({})), step("c", "hand")]
    execution = execute(steps, context(ByName()), _interrupt_at(line))
    assert execution.interrupted
    assert [result.step for result in execution.results] == steps
    assert _outcomes(execution)["b"] is S


def test_what_ctrl_c_caught_on_its_way_out_is_not_said_to_be_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """The call is made, but its future is lost before anybody can keep it."""

    class Losing(ThreadPoolExecutor):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            super().submit(fn, *args, **kwargs)
            raise KeyboardInterrupt

    monkeypatch.setattr(executor, "ThreadPoolExecutor", Losing)
    writer = ByName()
    execution = execute([step("a"), step("b", "a")], context(writer), Silent())
    assert _outcomes(execution) == {"a": F, "b": S}
    assert writer.calls == [("create_role", "a")]
    diagnostic = execution.results[0].diagnostic
    assert diagnostic is not None
    assert "not known" in diagnostic.summary


def _permit(times: int) -> Callable[[], None]:
    """Lets that many steps begin, and then says that the lock is lost."""
    asked = iter(range(times))

    def permit() -> None:
        if next(asked, None) is None:
            raise LockLost.because("the lock is lost")

    return permit


def test_a_run_that_lost_its_lock_begins_no_step_any_more() -> None:
    writer = ByName()
    held = context(writer)
    held.permit = _permit(1)
    steps = [step("a"), step("b", "a"), step("c", "b"), step("d", "a")]
    execution = execute(steps, held, Silent())
    assert _outcomes(execution) == {"a": A, "b": F, "c": S, "d": S}
    assert [call[1] for call in writer.calls] == ["a"]
    told = {result.step.id: result.diagnostic.summary for result in execution.results if result.diagnostic}
    assert told["b"] == "the lock is lost"
    assert told["d"] == "not done, because the run has lost its lock"


def test_a_write_that_is_held_back_for_want_of_the_lock_is_the_last() -> None:
    def refuse() -> None:
        raise LockLost.because("the lock is lost")

    writer = ByName(a=refuse)
    execution = execute([step("a"), step("b", "a"), step("c", "a")], context(writer), Silent())
    assert _outcomes(execution) == {"a": F, "b": S, "c": S}

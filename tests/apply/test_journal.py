"""What the executor tells its journal, and what the journal writes down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sso_sync.apply.context import Context
from sso_sync.apply.executor import execute
from sso_sync.apply.history import RunState, one_run
from sso_sync.apply.journal import Ground, RunJournal
from sso_sync.apply.result import Outcome, StepResult
from sso_sync.errors import Diagnostic, ExitCode, SsoSyncError, UnexpectedAnswer
from sso_sync.plan.cells import ABSENT, Item, Known
from sso_sync.plan.diff import diff
from sso_sync.plan.model import Plan, Side, SpecRef, Step
from sso_sync.plan.operations import CreateApp, UpdateApp
from sso_sync.plan.targets import AppField, AppItself
from sso_sync.progress import Silent
from sso_sync.store.unavailable import StoreUnavailable
from sso_sync.values import Json
from tests.apply.fakes import FakeWriter, context, step
from tests.stored import contents, lines

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


class Told:
    """A journal that remembers; `refuse` is a step whose intent it cannot write down."""

    def __init__(self, refuse: str = "") -> None:
        self.lines: list[tuple[str, str]] = []
        self._refuse = refuse

    def intent(self, step: Step) -> None:
        if step.id == self._refuse:
            raise SsoSyncError.because("the disk is full")
        self.lines.append(("intent", step.id))

    def outcome(self, result: StepResult, context: Context) -> None:
        self.lines.append((result.outcome.value, result.step.id))

    def added(self, steps: Sequence[Step]) -> None:
        raise AssertionError("nothing comes on top of a plain plan")


def _plan(*steps: Step) -> Plan:
    return Plan("run", NOW, SpecRef("spec.yaml", "prod", "d"), "f", steps=steps)


def _lines() -> list[dict[str, Any]]:
    (found,) = lines()
    return found


def test_an_intent_comes_before_the_call_and_an_outcome_after_it() -> None:
    told = Told()
    seen: list[list[tuple[str, str]]] = []

    class Looking(FakeWriter):
        def create_role(self, name: str) -> int:
            seen.append(list(told.lines))
            return 1

    execute([step("a"), step("b", "a")], context(Looking()), Silent(), told)
    assert seen[0] == [("intent", "a")]
    assert told.lines == [("intent", "a"), ("applied", "a"), ("intent", "b"), ("applied", "b")]


def test_what_cannot_be_written_down_is_not_done() -> None:
    told, writer = Told(refuse="a"), FakeWriter()
    execution = execute([step("a"), step("b", "a"), step("c")], context(writer), Silent(), told)
    outcomes = {result.step.id: result.outcome for result in execution.results}
    assert outcomes == {"a": Outcome.FAILED, "b": Outcome.SKIPPED, "c": Outcome.APPLIED}
    assert [call[1] for call in writer.calls] == ["c"]


def test_failed_and_skipped_steps_are_told_too() -> None:
    def refuse() -> None:
        raise UnexpectedAnswer.because("no")

    told = Told()
    execute([step("a"), step("b", "a")], context(FakeWriter(create_role=refuse)), Silent(), told)
    assert told.lines == [("intent", "a"), ("failed", "a"), ("skipped", "b")]


def _items() -> list[Item]:
    return [
        Item("onelogin.app", Side.ONELOGIN, AppItself(), Known({"name": "JustCall"}), ABSENT, ()),
        Item(
            "onelogin.app.description",
            Side.ONELOGIN,
            AppField("description"),
            Known("s3cret-new"),
            Known("s3cret-old"),
            (),
            sensitive=True,
        ),
        Item("onelogin.app.notes", Side.ONELOGIN, AppField("notes"), Known("new"), Known("has the s3cret inside"), ()),
    ]


def test_values_are_kept_and_secrets_are_not() -> None:
    def tell(diagnostic: Diagnostic) -> Diagnostic:
        return Diagnostic(diagnostic.severity, diagnostic.summary.replace("s3cret", "(sensitive)"))

    deltas = diff(_items())
    made = Step("app", Side.ONELOGIN, "create", CreateApp({}), addresses=tuple(d.change.address for d in deltas))
    journal = RunJournal(_plan(made), Ground(deltas), tell=tell)
    journal.intent(made)

    changes = {change["address"]: change for change in _lines()[1]["changes"]}

    assert changes["onelogin.app"]["prior"] == {"absent": True}
    assert changes["onelogin.app"]["wanted"] == {"value": {"name": "JustCall"}}
    assert changes["onelogin.app.description"]["prior"] == {"masked": True}
    assert changes["onelogin.app.notes"]["prior"] == {"masked": True}
    assert changes["onelogin.app.notes"]["wanted"] == {"value": "new"}
    assert "s3cret" not in contents()


def test_new_ids_are_learnt() -> None:
    made = step("app", operation=CreateApp({}))
    role = step("role")
    journal = RunJournal(_plan(made, role), Ground())
    execute([made, role], context(FakeWriter(), live={}), Silent(), journal)
    journal.end(ExitCode.OK, verified=True)
    learnt = {one.id: dict(one.learnt) for one in one_run("run").steps}
    assert learnt == {"app": {"app_id": 77}, "role": {"role_id": 900}}
    assert one_run("run").state is RunState.DONE


@pytest.mark.parametrize(
    ("code", "state"),
    [
        (ExitCode.OK, RunState.DONE),
        (ExitCode.PARTIAL, RunState.PARTIAL),
        (ExitCode.ERROR, RunState.FAILED),
        (None, RunState.INTERRUPTED),
    ],
)
def test_how_a_run_ended(code: ExitCode | None, state: RunState) -> None:
    journal = RunJournal(_plan(step("a"), step("b")), Ground(), undoes="former")
    journal.intent(step("a"))
    if code is not None:
        journal.end(code, verified=False)
    run = one_run("run")
    assert (run.state, run.undoes, run.connection) == (state, "former", "prod")
    assert [one.word for one in run.steps] == ["unknown", "not started"]


def test_an_outcome_that_cannot_be_written_down_is_remembered_and_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    one = step("a", operation=UpdateApp({}))
    journal = RunJournal(_plan(one), Ground())

    def full(*_: object) -> None:
        raise StoreUnavailable.of("there", "No space left on device")

    monkeypatch.setattr("sso_sync.store.database.runs.RunTable.add", full)
    journal.outcome(StepResult(one, Outcome.APPLIED), context())
    assert journal.problem is not None
    assert "No space left on device" in journal.problem.summary


def test_steps_that_come_on_top_are_part_of_the_run_and_a_rotation_says_what_it_is() -> None:
    back = step("back")
    former: Json = {"id": 5, "name": None, "pem": None}
    made: dict[str, Json] = {"from": former, "to": {"id": 6, "name": "Next", "pem": "PEM"}, "back": False}
    journal = RunJournal(_plan(step("there")), Ground(rotation=made))
    journal.intent(step("there"))
    journal.added([back])
    journal.intent(back)
    journal.outcome(StepResult(back, Outcome.APPLIED), context())
    journal.end(ExitCode.ERROR, verified=False)

    told = one_run("run")

    assert [(one.id, one.word) for one in told.steps] == [("there", "unknown"), ("back", "applied")]
    assert told.rotation == made
    assert told.state is RunState.FAILED

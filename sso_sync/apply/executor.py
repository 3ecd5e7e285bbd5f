"""Runs steps in the order of their needs, independent ones in parallel; a failed step stops only what depends on it."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from sso_sync.apply.context import Context
from sso_sync.apply.journal import Journal, NoJournal
from sso_sync.apply.perform import perform
from sso_sync.apply.result import Handover, Outcome, StepResult
from sso_sync.errors import Diagnostic, SsoSyncError
from sso_sync.plan.model import Step
from sso_sync.plan.operations import HandOver
from sso_sync.progress import Progress
from sso_sync.store.locks import LockLost
from sso_sync.tracing import carried, concerning, span

__all__ = ["Execution", "execute"]

_WORKERS = 4
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Execution:
    """All steps in plan order with their outcomes, and what a person has to go on with."""

    results: tuple[StepResult, ...]
    handover: Handover | None
    interrupted: bool = False

    def retold(self, rewrite: Callable[[Diagnostic], Diagnostic]) -> Execution:
        """The same execution with every diagnostic in other words."""
        results = tuple(
            replace(result, diagnostic=rewrite(result.diagnostic)) if result.diagnostic else result
            for result in self.results
        )
        return replace(self, results=results)


@dataclass
class _Run:
    """The bookkeeping of one execution; touched by the scheduling thread only."""

    steps: Sequence[Step]
    context: Context
    progress: Progress
    journal: Journal
    done: dict[str, StepResult] = field(default_factory=dict)
    started: set[str] = field(default_factory=set)
    handover: Handover | None = None
    interrupted: bool = False
    locked_out: bool = False

    def settle(self, step: Step, outcome: Outcome, diagnostic: Diagnostic | None = None) -> None:
        self.done[step.id] = StepResult(step, outcome, diagnostic)
        self.journal.outcome(self.done[step.id], self.context)
        with _about(step):
            self.progress.note(f"{outcome.value}: {step.summary}")

    def skip_the_impossible(self) -> None:
        """Skips, in plan order, every step that needs one which failed or was skipped."""
        for step in self.steps:
            blocked = sorted(need for need in step.needs if self._lost(need))
            if step.id not in self.done and blocked:
                lost = self.done[blocked[0]].step.summary
                reason = Diagnostic("warning", f"not done, because this was not done: {lost}")
                self.settle(step, Outcome.SKIPPED, reason)

    def settle_the_rest(self) -> None:
        """After a stop: what was never started is skipped; what an interrupt caught on the way may have been done."""
        why = "the run has lost its lock" if self.locked_out else "the run was interrupted"
        for step in self.steps:
            if step.id in self.started - self.done.keys():
                doubt = Diagnostic("error", "interrupted; whether this was done is not known", next_action="Run plan.")
                self.settle(step, Outcome.FAILED, doubt)
            elif step.id not in self.done:
                reason = Diagnostic("warning", f"not done, because {why}")
                self.settle(step, Outcome.SKIPPED, reason)

    def fail(self, step: Step, problem: SsoSyncError) -> None:
        """Settles a step that failed; one that failed for want of the lock is the last."""
        self.locked_out = self.locked_out or isinstance(problem, LockLost)
        self.settle(step, Outcome.FAILED, problem.diagnostics[0])

    def _lost(self, need: str) -> bool:
        return need in self.done and self.done[need].outcome is not Outcome.APPLIED

    def ready(self, running: Mapping[Future[Diagnostic | None], Step]) -> list[Step]:
        busy = {step.id for step in running.values()}
        return [
            step
            for step in self.steps
            if step.id not in self.done and step.id not in busy and step.needs <= self.done.keys()
        ]


def execute(steps: Sequence[Step], context: Context, progress: Progress, journal: Journal | None = None) -> Execution:
    """Carries out a plan's steps; `journal` is told of each before it is sent and after it ended.

    Never raises for a step that fails: the result says what was applied, what failed and what was therefore skipped. A
    KeyboardInterrupt lets the calls in flight finish and skips the rest, and so does the loss of the run's lock.
    """
    run = _Run(steps, context, progress, journal or NoJournal())
    with ThreadPoolExecutor(max_workers=_WORKERS, thread_name_prefix="apply") as pool:
        running: dict[Future[Diagnostic | None], Step] = {}
        while True:
            try:
                if not (run.interrupted or run.locked_out):
                    _start(run, pool.submit, running)
                if not running:
                    break
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    # Settled before it is forgotten: an interrupt in between must not lose an outcome.
                    _collect(run, running[future], future)
                    del running[future]
            except KeyboardInterrupt:
                run.interrupted = True
                progress.note("interrupted: waiting for the calls in flight")
    run.settle_the_rest()
    return Execution(tuple(run.done[step.id] for step in steps), run.handover, run.interrupted)


def _start(
    run: _Run, submit: Callable[..., Future[Diagnostic | None]], running: dict[Future[Diagnostic | None], Step]
) -> None:
    """Starts every step whose needs are met; what a person has to do is settled on the spot."""
    run.skip_the_impossible()
    for step in run.ready(running):
        if run.locked_out:
            return
        if isinstance(step.operation, HandOver):
            _hand_over(run, step, step.operation)
            run.skip_the_impossible()
        else:
            _begin(run, step, submit, running)


def _begin(
    run: _Run,
    step: Step,
    submit: Callable[..., Future[Diagnostic | None]],
    running: dict[Future[Diagnostic | None], Step],
) -> None:
    """Sends a step's call, but only once the record says that it is about to be sent."""
    with _about(step):
        run.progress.note(step.summary)
    try:
        run.context.permit()
        run.journal.intent(step)
    except SsoSyncError as problem:
        run.fail(step, problem)
        run.skip_the_impossible()
        return
    run.started.add(step.id)
    running[submit(carried(_performed), step, run.context)] = step


def _performed(step: Step, context: Context) -> Diagnostic | None:
    with span("step", step=step.id, side=step.side.value):
        return perform(step.operation, context)


def _about(step: Step) -> AbstractContextManager[None]:
    """What is said in the block is about the step."""
    return concerning(step=step.id, side=step.side.value)


def _hand_over(run: _Run, step: Step, operation: HandOver) -> None:
    try:
        run.handover = Handover(run.context.resolve(operation.values))
    except SsoSyncError as problem:
        run.settle(step, Outcome.FAILED, problem.diagnostics[0])
    else:
        run.settle(step, Outcome.SKIPPED, Diagnostic("info", "a person does this; the exact values are in the runbook"))


def _collect(run: _Run, step: Step, future: Future[Diagnostic | None]) -> None:
    problem = future.exception()
    if problem is None:
        run.settle(step, Outcome.APPLIED, future.result())
    elif isinstance(problem, SsoSyncError):
        run.fail(step, problem)
    else:
        run.settle(step, Outcome.FAILED, _bug(problem))


def _bug(problem: BaseException) -> Diagnostic:
    """A mistake of ours in the middle of a run: what was applied so far is told all the same.

    The exception's own text stays out of it, because nobody can vouch for what it quotes.
    """
    _LOG.debug("an unforeseen %s\n%s", type(problem).__name__, "".join(traceback.format_tb(problem.__traceback__)))
    return Diagnostic(
        "error",
        f"an error inside sso-sync ({type(problem).__name__})",
        next_action="Run plan to see what was done and what was not, and report this error.",
    )

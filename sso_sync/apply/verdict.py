"""What an execution and the second look at both sides amount to: the result of an apply and its exit code."""

from __future__ import annotations

from sso_sync.apply.executor import Execution
from sso_sync.apply.result import ApplyResult, Outcome
from sso_sync.errors import Diagnostic, ExitCode
from sso_sync.plan.model import Action, Plan
from sso_sync.plan.operations import HandOver

__all__ = ["result_of", "unfinished", "waits"]

_AUTOMATIC = frozenset({Action.CREATE, Action.UPDATE, Action.DELETE})


def result_of(made: Plan, execution: Execution, after: Plan | Diagnostic) -> ApplyResult:
    """The whole of an apply: `after` is the second plan, or the reason why there is none."""
    second = after if isinstance(after, Plan) else None
    findings = (after,) if isinstance(after, Diagnostic) else ()
    verified = second is not None and second.empty
    code = _exit_code(execution, second)
    if code is ExitCode.PARTIAL and second is not None and not _outcomes(execution, Outcome.FAILED):
        wrong = _unexplained(execution, second)
        lie = Diagnostic(
            "error",
            f"Every step was confirmed, yet {wrong} of the values are not as they were written",
            detail="A service said yes and did something else, or somebody changed the values at the same time.",
            next_action="Run plan to see what differs now.",
        )
        findings = (*findings, lie)
    return ApplyResult(
        run_id=made.plan_id,
        plan=made,
        steps=execution.results,
        after=second,
        verified=verified,
        exit_code=code,
        handover=execution.handover,
        findings=findings,
    )


def _outcomes(execution: Execution, outcome: Outcome) -> int:
    return sum(result.outcome is outcome for result in execution.results)


def unfinished(execution: Execution) -> bool:
    """Whether a step failed or the run was interrupted."""
    return execution.interrupted or _outcomes(execution, Outcome.FAILED) > 0


def waits(execution: Execution) -> bool:
    """Whether steps were left undone because a person has to go first."""
    skipped = [result.step for result in execution.results if result.outcome is Outcome.SKIPPED]
    return execution.handover is not None and any(not isinstance(step.operation, HandOver) for step in skipped)


def _unexplained(execution: Execution, after: Plan) -> int:
    """How many changes are still to be made, apart from those whose steps wait for a person."""
    skipped = [result.step for result in execution.results if result.outcome is Outcome.SKIPPED]
    waiting = {address for step in skipped for address in step.addresses} if waits(execution) else set()
    return sum(change.action in _AUTOMATIC and change.address not in waiting for change in after.changes)


def _exit_code(execution: Execution, after: Plan | None) -> ExitCode:
    """0 done; 7 some of it; 1 nothing. What a person still has to do is no failure of this run."""
    if unfinished(execution):
        return ExitCode.PARTIAL if _outcomes(execution, Outcome.APPLIED) else ExitCode.ERROR
    if after is None or after.unread or _unexplained(execution, after):
        return ExitCode.PARTIAL
    return ExitCode.OK

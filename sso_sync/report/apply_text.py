"""What an apply did, as text: every step with its outcome, whether both sides are as the spec says, what is left."""

from __future__ import annotations

from rich.text import Text

from sso_sync.apply.result import ApplyResult, Outcome, StepResult
from sso_sync.plan.operations import HandOver
from sso_sync.report.diagnostics import diagnostic_lines
from sso_sync.report.drawing import line
from sso_sync.report.interface import Applied, Style, Unapplied
from sso_sync.report.plan_text import change_lines, heading, ignored_lines, plan_lines
from sso_sync.report.rotation import apart, next_words, rotation_rows
from sso_sync.report.summary import NOT_REREAD, command, in_sync, outcomes, remaining, verified_words
from sso_sync.safe import visible

__all__ = ["applied_lines", "by_hand_lines", "unapplied_lines"]

_MARKS = {
    Outcome.APPLIED: ("✓", "bold green"),
    Outcome.FAILED: ("✗", "bold red"),
    Outcome.SKIPPED: ("\N{EN DASH}", "dim"),
}


def applied_lines(applied: Applied, style: Style) -> list[Text]:
    """Steps, findings, counts, verification, and the runbook where a person goes on."""
    result = applied.result
    lines = [heading(result.plan), line()]
    for step in result.steps:
        lines += _step(step)
    lines.append(line())
    if result.findings:
        lines += [*diagnostic_lines(result.findings), line()]
    left = ignored_lines(result.plan)
    lines += [*left, line()] if left else []
    lines.append(line(("Apply: ", "bold"), f"{outcomes(result)}.", (f"  run {visible(result.run_id)}", "dim")))
    return lines + _verification(result, style) + _rotation(result) + by_hand_lines(applied) + _next(result)


def unapplied_lines(unapplied: Unapplied, style: Style) -> list[Text]:
    """Why nothing was changed: there was nothing to do, the plan must not be applied, or nobody said yes."""
    if unapplied.cancelled:
        return [heading(unapplied.plan), line(), line(("Cancelled, nothing was changed.", "bold yellow"))]
    lines = plan_lines(unapplied.plan, style, next_step=False)
    return lines if in_sync(unapplied.plan) else [*lines, line("Nothing was changed.")]


def _step(result: StepResult) -> list[Text]:
    mark, colour = _MARKS[result.outcome]
    skipped = result.outcome is Outcome.SKIPPED
    if isinstance(result.step.operation, HandOver) and skipped:
        return [line("  ", ("!", "bold magenta"), " ", visible(result.step.summary), ("  by hand, see below", "dim"))]
    lines = [line("  ", (mark, colour), " ", (visible(result.step.summary), "dim" if skipped else ""))]
    if result.diagnostic is None:
        return lines
    if skipped:
        return [*lines, line("      ", (f"skipped: {visible(result.diagnostic.summary)}", "dim"))]
    return lines + diagnostic_lines((result.diagnostic,), indent="      ")


def _rotation(result: ApplyResult) -> list[Text]:
    """The certificates of a rotation, label by label."""
    rows = rotation_rows(result)
    width = max((len(label) for label, _ in rows), default=0)
    return [line((f"{label:<{width}}  ", "bold"), words) for label, words in rows]


def _verification(result: ApplyResult, style: Style) -> list[Text]:
    if apart(result):
        return []  # the rotation's own words say which side holds what
    if result.verified:
        return [line((verified_words(result.plan), "green"))]
    if result.after is None:
        return [line((NOT_REREAD, "yellow"))]
    return [
        line((remaining(result.after), "yellow")),
        line(),
        *change_lines(result.after, style),
    ]


def by_hand_lines(applied: Applied) -> list[Text]:
    """The runbook; nothing if nothing is left to a person."""
    if not applied.runbook:
        return []
    return [
        line(),
        line(("By hand in JustCall", "bold magenta")),
        *(line("  ", visible(one)) for one in applied.runbook),
    ]


def _next(result: ApplyResult) -> list[Text]:
    if not result.by_outcome(Outcome.FAILED):
        return []
    plan = result.plan
    if plan.rotation is not None:
        return [line(("Next: ", "bold"), f"correct the cause, then {next_words(plan)}")]
    words = ("apply", plan.spec.path) if plan.undoes is None else ("undo", plan.undoes, plan.spec.path)
    again = f"correct the cause, then {command(*words)}; it goes on from what is there"
    return [line(("Next: ", "bold"), again)]

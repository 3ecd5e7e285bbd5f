"""Plans and applies as findings: every change, every step, everything that stands in the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sso_sync.apply.result import ApplyResult, Outcome, StepResult
from sso_sync.errors import Diagnostic, Severity
from sso_sync.marked.place import Mark
from sso_sync.plan.diff import MASK
from sso_sync.plan.model import Action, Change, Plan, Refusal
from sso_sync.plan.places import nearest
from sso_sync.report.diagnostics import numbers
from sso_sync.report.findings import Finding, Group, Verdict, of_diagnostic
from sso_sync.report.ignored import ignored_words
from sso_sync.report.interface import Applied, ApplyReport, Failure, PlanReport
from sso_sync.report.rows import TITLES
from sso_sync.report.shorten import shorten, shorten_pair
from sso_sync.report.signing import impact_words
from sso_sync.report.summary import (
    NOT_REREAD,
    ORIGINS,
    in_sync,
    in_sync_words,
    outcomes,
    remaining,
    verdict,
    verified_words,
)
from sso_sync.report.values import LATER, differences, show
from sso_sync.safe import visible
from sso_sync.values import Json

__all__ = ["apply_group", "change_words", "failure_group", "plan_group"]

_LONGEST_VALUE = 200
_STEPS: Mapping[Outcome, tuple[Verdict, Severity]] = {
    Outcome.APPLIED: (Verdict.PASSED, "info"),
    Outcome.FAILED: (Verdict.FAILED, "error"),
    Outcome.SKIPPED: (Verdict.NOT_MADE, "warning"),
}


def plan_group(report: PlanReport) -> Group:
    """Both sides, what stands in the way, every change, and what the plan does to logins."""
    if isinstance(report, Failure):
        return failure_group(report)
    headline = in_sync_words(report) if in_sync(report) else verdict(report)
    return Group(report.spec.name, report.spec.path, headline, tuple(_plan(report)))


def apply_group(report: ApplyReport) -> Group:
    """Every step with its outcome, then what the second look found; of an apply that did nothing, its plan."""
    if isinstance(report, Failure):
        return failure_group(report)
    if isinstance(report, Applied):
        return _applied(report.result)
    made = plan_group(report.plan)
    if in_sync(report.plan):
        return made
    first = "Cancelled, nothing was changed." if report.cancelled else "Nothing was changed."
    return Group(made.connection, made.path, f"{first} {made.headline}", made.findings)


def failure_group(failure: Failure) -> Group:
    """Why one connection, or the whole run, has no result."""
    place = None if failure.path is None else _start(failure.path)
    found = tuple(
        of_diagnostic(one, Verdict.ERROR if one.severity == "error" else None, place) for one in failure.diagnostics
    )
    return Group(failure.path or "run", failure.path, failure.diagnostics[0].summary, found, failed=True)


def change_words(change: Change) -> str:
    """A change as a sentence: what is there, and what the spec says."""
    before, after = (_shown(change, value) for value in (change.before, change.after))
    if change.known_after_apply:
        after = LATER
    address = visible(change.address)
    if change.action is Action.CREATE:
        return f"{address} is missing; the spec says {after}"
    if change.action is Action.DELETE:
        return f"{address} is there and should not be; it is {before}"
    if change.action is Action.UNKNOWN:
        return f"{address} could not be compared"
    by_hand = ", to be changed by hand" if change.action is Action.MANUAL else ""
    return f"{address} {_difference(change, before, after)}{by_hand}"


def _difference(change: Change, before: str, after: str) -> str:
    if change.before is None:
        return f"should be {after}"
    if change.sensitive or change.known_after_apply:
        return f"is {before}; the spec says {after}"
    parts = [
        (f"{part.key}: " if part.key else "", *shorten_pair(part.before, part.after, _LONGEST_VALUE))
        for part in differences(change.before, change.after)
    ]
    words = (f"{key}is {found}; the spec says {wanted}" for key, found, wanted in parts)
    return "is written again" if change.before == change.after else "; ".join(words)


def _shown(change: Change, value: Json) -> str:
    masked = change.sensitive and value is not None and value != ""
    return shorten(show(MASK if masked else value), _LONGEST_VALUE)


def _plan(plan: Plan) -> Iterator[Finding]:
    yield from _sides(plan)
    yield from (_refusal(plan, refusal) for refusal in plan.refusals)
    yield from (_placed(plan, finding) for finding in plan.findings)
    yield from (_change(plan, change) for change in plan.changes)
    yield from _ignored(plan)
    if plan.command == "plan":
        yield from _impacts(plan)


def _sides(plan: Plan) -> Iterator[Finding]:
    for side in plan.sides:
        title, address = TITLES[side.side], side.side.value
        good = side.error is None
        yield Finding(
            rule="side.unreadable",
            name=address,
            verdict=Verdict.PASSED if good else Verdict.ERROR,
            level="info" if good else "error",
            summary=f"{title} was read" if good else f"{title} could not be read: {side.error}",
            address=address,
            place=_place(plan, address),
        )


def _refusal(plan: Plan, refusal: Refusal) -> Finding:
    idle = plan.command == "drift" and not plan.empty  # nothing is to be applied, and that it drifted is the news
    told = (refusal.detail, numbers(refusal), f"Setting: {refusal.setting}" if refusal.setting else None)
    return Finding(
        rule=f"guard.{refusal.guard}",
        name=refusal.address or refusal.guard,
        verdict=Verdict.REMARK if idle else Verdict.FAILED,
        level="warning" if idle else "error",
        summary=f"{'An apply would be refused' if idle else 'Refused'} by {refusal.guard}: {refusal.summary}",
        detail="\n".join(text for text in told if text) or None,
        next_action=refusal.next_action,
        address=refusal.address,
        place=_place(plan, refusal.address),
    )


def _placed(plan: Plan, finding: Diagnostic) -> Finding:
    return of_diagnostic(finding, place=_place(plan, finding.address))


def _change(plan: Plan, change: Change) -> Finding:
    unknown = change.action is Action.UNKNOWN
    origin = ORIGINS[change.direction] if change.direction and not unknown else ""
    return Finding(
        rule=f"change.{change.action.value}",
        name=change.address,
        verdict=Verdict.NOT_MADE if unknown else Verdict.FAILED,
        level="warning" if unknown or plan.command == "drift" else "info",
        summary=change_words(change),
        detail=": ".join(text for text in (origin[:1].upper() + origin[1:], change.reason) if text) or None,
        address=change.address,
        place=_place(plan, change.address),
    )


def _ignored(plan: Plan) -> Iterator[Finding]:
    """What differs and was not looked at, because somebody decided so for a while."""
    for rule, words in zip(plan.ignored, ignored_words(plan.ignored), strict=True):
        if rule.addresses:
            place = _place(plan, rule.addresses[0])
            yield Finding(
                "change.ignored", rule.address, Verdict.NOT_MADE, "info", words, address=rule.address, place=place
            )


def _impacts(plan: Plan) -> Iterator[Finding]:
    for impact, words in zip(plan.impacts, impact_words(plan), strict=True):
        address = impact.addresses[0] if impact.addresses else None
        kind = impact.kind.value
        yield Finding(
            f"impact.{kind}", kind, Verdict.REMARK, "warning", words, address=address, place=_place(plan, address)
        )


def _applied(result: ApplyResult) -> Group:
    plan = result.plan
    found = [_step(plan, one) for one in result.steps]
    found += [_placed(plan, one) for one in result.findings]
    if result.verified:
        words = verified_words(plan)
        found.append(Finding("apply.verified", "verified", Verdict.PASSED, "info", words))
    else:
        found += _unverified(result)
    return Group(plan.spec.name, plan.spec.path, f"Apply: {outcomes(result)}.", tuple(found))


def _step(plan: Plan, result: StepResult) -> Finding:
    verdict, level = _STEPS[result.outcome]
    step, why = result.step, result.diagnostic
    address = step.addresses[0] if step.addresses else None
    return Finding(
        rule=f"step.{result.outcome.value}",
        name=step.id,
        verdict=verdict,
        level=level,
        summary=f"{step.summary}: {why.summary}" if why else step.summary,
        detail=why.detail if why else None,
        next_action=why.next_action if why else None,
        address=address,
        place=_place(plan, address),
    )


def _unverified(result: ApplyResult) -> Iterator[Finding]:
    """What the second look found, or that there was none."""
    after = result.after
    if after is None:
        place = _start(result.plan.spec.path)
        yield Finding("apply.verified", "verified", Verdict.NOT_MADE, "warning", NOT_REREAD, place=place)
        return
    words = remaining(after).rstrip(":")
    place = _start(after.spec.path)
    yield Finding("apply.verified", "verified", Verdict.FAILED, "warning", words, place=place)
    yield from (_change(after, change) for change in after.changes)


def _place(plan: Plan, address: str | None) -> Mark:
    """The line that asks for it, or else the spec as a whole."""
    return nearest(plan.places, address) or _start(plan.spec.path)


def _start(path: str) -> Mark:
    return Mark(path, 1, 1)

"""The sentences at the end of a report: how much of what, who gains and loses access, and what to do now."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from sso_sync.apply.result import ApplyResult, Outcome
from sso_sync.errors import Diagnostic, ExitCode, Severity
from sso_sync.justcall.attestation import Attestation
from sso_sync.justcall.fields import describe
from sso_sync.justcall.sealed import is_seal
from sso_sync.justcall.settings import SettingField
from sso_sync.plan.checks.model import Status, Verification
from sso_sync.plan.meaning import Meaning, shown
from sso_sync.plan.model import Plan
from sso_sync.report.interface import Applied, ApplyReport, Failure, PlanReport, Style, VerifyReport
from sso_sync.report.values import SENSITIVE, show
from sso_sync.safe import visible

__all__ = [
    "NOT_REREAD",
    "access",
    "attested_values",
    "check_counts",
    "command",
    "count",
    "counts",
    "findings",
    "fleet",
    "in_sync",
    "in_sync_words",
    "next_command",
    "outcomes",
    "remaining",
    "severities",
    "state",
    "verified_words",
    "vouched",
]

_IN_SYNC = "No changes. OneLogin and JustCall are as the spec says."
_VERIFIED = "Verified: both sides were read again and are as the spec says."
NOT_REREAD = "Not verified: the run ended before both sides were read again."
_ACCESS = "onelogin.access"


def in_sync(plan: Plan) -> bool:
    """Whether both sides were read and nothing differs. Unknown is not in sync."""
    return plan.empty and not plan.unread


def in_sync_words(plan: Plan) -> str:
    """What there is to say of a plan without changes."""
    if plan.undoes is None:
        return _IN_SYNC
    return f"Nothing to undo. Nothing is left as the run {visible(plan.undoes)} left it, but for what is named here."


def verified_words(plan: Plan) -> str:
    """What there is to say of a plan that was carried out, after a second look."""
    if plan.undoes is None:
        return _VERIFIED
    return f"Verified: both sides were read again and are as before the run {visible(plan.undoes)}."


def counts(plan: Plan) -> str:
    """`7 to create, 3 to change, 0 to delete`, and by hand and unknown if there are any."""
    summary = plan.summary
    words = [f"{summary.create} to create", f"{summary.update} to change", f"{summary.delete} to delete"]
    if summary.manual:
        words.append(f"{summary.manual} by hand")
    if summary.unknown:
        words.append(f"{summary.unknown} unknown")
    return ", ".join(words)


def access(plan: Plan) -> str | None:
    """Who gains and who loses access, as one sentence, if the plan knows."""
    found = next((finding for finding in plan.findings if _about_access(finding)), None)
    return visible(found.summary).rstrip(".") + "." if found else None


def findings(plan: Plan) -> tuple[Diagnostic, ...]:
    """The plan's findings without the one that is told in the summary."""
    spoken = next((finding for finding in plan.findings if _about_access(finding)), None)
    return tuple(finding for finding in plan.findings if finding is not spoken)


def outcomes(result: ApplyResult) -> str:
    """`5 steps applied, 1 failed, 2 skipped`; what did not happen is not mentioned."""
    numbers = {outcome: len(result.by_outcome(outcome)) for outcome in Outcome}
    words = [count(numbers[Outcome.APPLIED], "step") + " applied"]
    words += [f"{numbers[kind]} {kind.value}" for kind in (Outcome.FAILED, Outcome.SKIPPED) if numbers[kind]]
    return ", ".join(words)


def remaining(after: Plan) -> str:
    """What the second plan, made from fresh reads, still finds."""
    summary = after.summary
    if after.unread:
        return "Not verified: a side could not be read again."
    if summary.manual and summary.manual == summary.total:
        return "Read again. What is left is done by hand:"
    return f"Not verified: both sides were read again, and this is left ({counts(after)}):"


def fleet(states: Sequence[str]) -> str:
    """`4 connections: 2 in sync, 1 with changes, 1 failed.`, from one word for each connection."""
    parts = [f"{states.count(state)} {state}" for state in dict.fromkeys(states)]
    return f"{count(len(states), 'connection')}: {', '.join(parts)}."


def state(report: PlanReport | ApplyReport | VerifyReport) -> str:
    """What became of one connection, in a word or two."""
    if isinstance(report, Failure):
        return "failed"
    if isinstance(report, Verification):
        return _verified_state(report)
    if isinstance(report, Applied):
        return "applied" if report.result.exit_code is ExitCode.OK else "not fully applied"
    plan = report if isinstance(report, Plan) else report.plan
    if plan.errors:
        return "with errors"
    if plan.refusals:
        return "refused"
    if plan.unread:
        return "not fully read"
    if in_sync(plan):
        return "in sync"
    return "with changes" if isinstance(report, Plan) else "cancelled" if report.cancelled else "not applied"


def _verified_state(report: Verification) -> str:
    found = {check.status for check in report.checks}
    if Status.FAIL in found:
        return "with failed checks"
    return "not fully checked" if Status.NOT_MADE in found else "verified"


def check_counts(report: Verification) -> str:
    """`4 checks: 2 passed, 1 failed, 1 not made`; what did not happen is not mentioned."""
    numbers = {status: sum(check.status is status for check in report.checks) for status in Status}
    words = {Status.PASS: "passed", Status.FAIL: "failed", Status.NOT_MADE: "not made"}
    parts = [f"{numbers[status]} {word}" for status, word in words.items() if numbers[status]]
    return f"{count(len(report.checks), 'check')}: {', '.join(parts)}"


def severities(diagnostics: Sequence[Diagnostic]) -> str:
    """`2 errors, 1 warning`; empty for none."""
    order: tuple[Severity, ...] = ("error", "warning")
    numbers = {kind: sum(found.severity == kind for found in diagnostics) for kind in order}
    return ", ".join(count(number, kind) for kind, number in numbers.items() if number)


def attested_values(record: Attestation) -> tuple[tuple[str, str], ...]:
    """Label and shown value of every field that a person vouches for; a sealed value stays sealed."""
    return tuple(
        (describe(field).label, SENSITIVE if is_seal(value) else show(shown(_meaning(field), value)))
        for field, value in record.values.items()
    )


def vouched(record: Attestation) -> str:
    """`Attested by Ann Lee, good until 2026-06-01.`"""
    return f"Attested by {visible(record.by)}, good until {record.until:%Y-%m-%d}."


def _meaning(field: SettingField) -> Meaning:
    return Meaning.CERTIFICATE if field is SettingField.CERTIFICATE else Meaning.EXACT


def count(number: int, noun: str) -> str:
    """`1 step`, `2 steps`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def command(*words: str) -> str:
    """A command line to type, quoted for a shell."""
    return visible(shlex.join(("sso-sync", *words)))


def next_command(plan: Plan, style: Style) -> str | None:
    """The command that applies a plan, or the file it was saved to; None when there is nothing that could be."""
    if plan.refusals or plan.errors or not (plan.summary.automatic or plan.summary.manual):
        return None
    if style.saved_as is None:
        return command("apply", plan.spec.path)
    return None if plan.unread else command("apply", style.saved_as)


def _about_access(finding: Diagnostic) -> bool:
    return finding.severity == "info" and finding.address == _ACCESS

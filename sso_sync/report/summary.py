"""The sentences at the end of a report: how much of what, who gains and loses access, and what to do now."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from datetime import UTC

from sso_sync.apply.result import ApplyResult, Outcome
from sso_sync.errors import Diagnostic, ExitCode, Severity
from sso_sync.justcall.attestation import Attestation
from sso_sync.justcall.fields import describe
from sso_sync.justcall.sealed import is_seal
from sso_sync.justcall.settings import SettingField
from sso_sync.plan.checks.model import Status, Verification
from sso_sync.plan.meaning import Meaning, shown
from sso_sync.plan.model import Action, Direction, Plan
from sso_sync.plan.proof import GOOD_FOR, Proof
from sso_sync.report.counting import count
from sso_sync.report.ignored import ignored_aside
from sso_sync.report.interface import Applied, ApplyReport, Failure, PlanReport, Style, VerifyReport
from sso_sync.report.values import SENSITIVE, show
from sso_sync.safe import visible

__all__ = [
    "KEEP",
    "NOT_REREAD",
    "ORIGINS",
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
    "proof_words",
    "remaining",
    "severities",
    "state",
    "stopped",
    "verdict",
    "verified_words",
    "vouched",
]

_IN_SYNC = "No changes. OneLogin and JustCall are as the spec says."
_NO_DRIFT = "In sync. OneLogin and JustCall are as the spec says."
_VERIFIED = "Verified: both sides were read again and are as the spec says."
KEEP = ", or change the spec to keep what is there"
"""Behind the command that would undo a drift: not every change is a mistake."""
NOT_REREAD = "Not verified: the run ended before both sides were read again."
ORIGINS: Mapping[Direction, str] = {
    Direction.ONELOGIN: "changed in OneLogin",
    Direction.JUSTCALL: "changed in JustCall",
    Direction.SPEC: "spec not applied yet",
    Direction.EITHER: "of unknown origin",
}
_ACCESS = "onelogin.access"


def in_sync(plan: Plan) -> bool:
    """Whether both sides were read and nothing differs. Unknown is not in sync."""
    return plan.empty and not plan.unread


def in_sync_words(plan: Plan) -> str:
    """What there is to say of a plan without changes."""
    if plan.rotation is not None:
        return "No changes. Both sides hold this certificate."
    if plan.undoes is None:
        return (_NO_DRIFT if plan.command == "drift" else _IN_SYNC) + ignored_aside(plan.ignored)
    return f"Nothing to undo. Nothing is left as the run {visible(plan.undoes)} left it, but for what is named here."


def verified_words(plan: Plan) -> str:
    """What there is to say of a plan that was carried out, after a second look."""
    if plan.rotation is not None:
        return "Verified: both sides were read again and hold the new certificate, and JustCall's test succeeded."
    if plan.undoes is None:
        return _VERIFIED + ignored_aside(plan.ignored)
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


def verdict(plan: Plan) -> str:
    """The report's first word and the numbers behind it, of a plan that is not empty: `Plan: 7 to create, …`."""
    return f"Drift: {_differences(plan)}" if plan.command == "drift" else f"Plan: {counts(plan)}."


def _differences(plan: Plan) -> str:
    """`3 values differ: 2 changed in OneLogin, 1 spec not applied yet. 1 value is unknown.`"""
    known = [change for change in plan.changes if change.action is not Action.UNKNOWN]
    numbers = {towards: sum(change.direction is towards for change in known) for towards in ORIGINS}
    parts = [f"{number} {ORIGINS[towards]}" for towards, number in numbers.items() if number]
    said = []
    if known:
        said.append(f"{count(len(known), 'value')} differ{'s' if len(known) == 1 else ''}: {', '.join(parts)}.")
    if unknown := plan.summary.unknown:
        said.append(f"{count(unknown, 'value')} {'is' if unknown == 1 else 'are'} unknown.")
    return " ".join(said) or "a side could not be read."


def stopped(plan: Plan) -> str:
    """Why a plan with refusals or errors is not applied."""
    if not plan.refusals:
        return "This plan has errors and cannot be applied."
    return "An apply would be refused." if plan.command == "drift" else "This plan is refused."


def access(plan: Plan) -> str | None:
    """Who gains and who loses access, as one sentence, if the plan knows; a drift does not, it is not to be applied."""
    if plan.command == "drift":
        return None
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
    if not states:
        return "0 connections: there is nothing to do."
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
    if plan.refusals and not _drifted(plan):
        return "refused"
    if plan.unread:
        return "not fully read"
    if in_sync(plan):
        return "in sync"
    if _drifted(plan):
        return "drifted"
    return "with changes" if isinstance(report, Plan) else "cancelled" if report.cancelled else "not applied"


def _drifted(plan: Plan) -> bool:
    return plan.command == "drift" and not plan.empty


def _verified_state(report: Verification) -> str:
    found = {check.status for check in report.checks}
    if Status.FAIL in found:
        return "with failed checks"
    return "not fully checked" if report.exit_code else "verified"


def check_counts(report: Verification) -> str:
    """`4 checks: 2 passed, 1 failed, 1 not made (assertion)`; what did not happen is not mentioned."""
    numbers = {status: sum(check.status is status for check in report.checks) for status in Status}
    words = {Status.PASS: "passed", Status.FAIL: "failed", Status.NOT_MADE: "not made"}
    parts = [f"{numbers[status]} {word}" for status, word in words.items() if numbers[status]]
    unmade = f" ({', '.join(map(visible, report.unmade))})" if report.unmade else ""
    return f"{count(len(report.checks), 'check')}: {', '.join(parts)}{unmade}"


def proof_words(proof: Proof) -> str:
    """What a login proof is good for, and until when."""
    until = (proof.at + GOOD_FOR).astimezone(UTC)
    return f"A login is proven. Until {until:%Y-%m-%d %H:%M} UTC it counts as the proof of exactly this configuration."


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


def command(*words: str) -> str:
    """A command line to type, quoted for a shell."""
    return visible(shlex.join(("sso-sync", *words)))


def next_command(plan: Plan, style: Style) -> str | None:
    """The command that applies a plan, or the file it was saved to; None when there is nothing that could be."""
    if plan.refusals or plan.errors or not (plan.summary.automatic or plan.summary.manual):
        return None
    if style.saved_as is None:
        again = [word for place in plan.rewrites for word in ("--rewrite", place)]
        left = [word for rule in plan.ignored if rule.until is None for word in ("--ignore", rule.address)]
        return command("apply", plan.spec.path, *again, *left)
    return None if plan.unread else command("apply", style.saved_as)


def _about_access(finding: Diagnostic) -> bool:
    return finding.severity == "info" and finding.address == _ACCESS

"""Markdown for a pull-request comment: the summary first, the details folded, no live name that acts on the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sso_sync.apply.result import ApplyResult, Outcome, StepResult
from sso_sync.errors import Diagnostic
from sso_sync.plan.checks.model import Verification
from sso_sync.plan.doctor.model import Examination
from sso_sync.plan.model import Plan
from sso_sync.report.budget import fitted
from sso_sync.report.diagnostics import numbers, place
from sso_sync.report.doctor_markdown import examination_blocks
from sso_sync.report.ignored import ignored_words
from sso_sync.report.interface import (
    Applied,
    ApplyReport,
    Attested,
    Failure,
    PlanReport,
    Style,
    Unapplied,
    VerifyReport,
    planning_command,
)
from sso_sync.report.quoting import code, preformatted, prose
from sso_sync.report.rotation import apart, rotation_rows
from sso_sync.report.rows import MARKERS, TITLES, Row, Section, sections
from sso_sync.report.shorten import shorten, shorten_pair
from sso_sync.report.signing import certificate_words, impact_words
from sso_sync.report.summary import (
    KEEP,
    NOT_REREAD,
    access,
    attested_values,
    count,
    findings,
    fleet,
    in_sync,
    in_sync_words,
    next_command,
    outcomes,
    remaining,
    severities,
    state,
    verdict,
    verified_words,
    vouched,
)
from sso_sync.report.verify_markdown import verified_blocks

__all__ = ["MarkdownFormatter"]

_LONGEST_VALUE = 300
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]")
_OUTCOMES = {Outcome.APPLIED: "✓", Outcome.FAILED: "✗", Outcome.SKIPPED: "\N{EN DASH}"}


class MarkdownFormatter:
    """One chapter for each connection; for several, a first line that counts them."""

    is_json = False

    def plans(self, reports: Sequence[PlanReport], style: Style, *, several: bool) -> str:
        """Each plan: counts, what stands in the way, then the changes of each side, folded."""
        chapters = (_plan(one, style) if isinstance(one, Plan) else _failure(one) for one in reports)
        return _document(planning_command(reports, style), chapters, reports, several=several)

    def applies(self, reports: Sequence[ApplyReport], style: Style, *, several: bool) -> str:
        """Each apply: counts, failures, what is left; then steps and changes, folded."""
        return _document("apply", (_apply(one, style) for one in reports), reports, several=several)

    def verifications(self, reports: Sequence[VerifyReport], style: Style, *, several: bool) -> str:
        """Each connection's checks as a table, then why."""
        del style
        chapters = (
            [*verified_blocks(one), *_listed(one.findings)] if isinstance(one, Verification) else _failure(one)
            for one in reports
        )
        return _document("verify", chapters, reports, several=several)

    def examination(self, report: Examination, style: Style) -> str:
        """Each diagnosis as a chapter of its own."""
        del style
        marker = _marker("doctor", report.connection or "response")
        return _joined([marker, *examination_blocks(report), *_listed(report.notes)])

    def validation(self, diagnostics: Sequence[Diagnostic], specs: int, style: Style) -> str:
        """A list of diagnostics under their count."""
        del style
        first = f"**{count(specs, 'spec')} checked, {severities(diagnostics) or 'no problems found'}.**"
        return _joined([_marker("validate", "fleet"), "## sso-sync validate", first, *_listed(diagnostics)])

    def attested(self, report: Attested, style: Style) -> str:
        """The values as a table, then who vouches and until when."""
        del style
        record = report.attestation
        rows = [f"| {code(label)} | {code(value)} |" for label, value in attested_values(record)]
        return _joined(
            [
                _marker("attest", record.connection),
                f"## sso-sync attest: {code(record.connection)}",
                "\n".join(["| Field | Value |", "|---|---|", *rows]),
                f"{prose(vouched(record))} Recorded in {code(str(report.path))}; commit it.",
            ]
        )

    def failure(self, failure: Failure, style: Style) -> str:
        """A list of diagnostics."""
        del style
        return _joined([_marker(failure.command or "run", "error"), *_failure(failure)])


def _document(
    command: str,
    chapters: Iterable[list[str]],
    reports: Sequence[PlanReport | ApplyReport | VerifyReport],
    *,
    several: bool,
) -> str:
    first = [f"**{fleet([state(report) for report in reports])}**"] if several else []
    marker = _marker(command, "fleet" if several else _connection(reports[0]))
    return _joined([marker, *first, *(block for chapter in chapters for block in chapter)])


def _marker(command: str, about: str) -> str:
    """What nobody sees, and by which a workflow finds the comment that it wrote last time."""
    return f"<!-- sso-sync:{command}:{_NOT_IN_A_NAME.sub('-', about)} -->"


def _connection(report: PlanReport | ApplyReport | VerifyReport) -> str:
    if isinstance(report, Failure):
        return "error"
    if isinstance(report, Verification):
        return report.connection
    if isinstance(report, Plan):
        return report.spec.name
    return (report.result.plan if isinstance(report, Applied) else report.plan).spec.name


def _joined(blocks: Iterable[str]) -> str:
    return "\n\n".join(fitted([block for block in blocks if block])) + "\n"


def _title(what: str, plan: Plan) -> str:
    return f"## sso-sync {what if plan.rotation is None else 'rotate-certificate'}: {code(plan.spec.name)}"


def _plan(plan: Plan, style: Style) -> list[str]:
    return [_title(plan.command, plan), *_summary(plan), *_changes(plan, style), _next(plan, style)]


def _summary(plan: Plan) -> list[str]:
    who = prose(access(plan) or "")
    headline = in_sync_words(plan) if in_sync(plan) else verdict(plan)
    blocks = [f"**{headline}** {who}".rstrip()]
    for refusal in plan.refusals:
        parts = [f"> **Refused by {prose(refusal.guard)}:** {prose(refusal.summary)}"]
        parts += [prose(text) for text in (refusal.detail, numbers(refusal)) if text]
        parts += [f"Setting: {code(refusal.setting)}"] if refusal.setting else []
        parts += [f"Next: {prose(refusal.next_action)}"] if refusal.next_action else []
        blocks.append("<br>".join(parts))
    hurt = _impacts(plan) if plan.command == "plan" else []
    return [*blocks, *_listed(findings(plan)), *hurt, *_certificates(plan), *_ignored(plan)]


def _impacts(plan: Plan) -> list[str]:
    items = [f"- **impact** {prose(words)}" for words in impact_words(plan)]
    return ["\n".join(items)] if items else []


def _certificates(plan: Plan) -> list[str]:
    items = [f"- {code(words)}" for words, _ in certificate_words(plan)]
    return ["\n".join(items)] if items else []


def _ignored(plan: Plan) -> list[str]:
    items = [f"- **ignored** {prose(words)}" for words in ignored_words(plan.ignored)]
    return ["\n".join(items)] if items else []


def _next(plan: Plan, style: Style) -> str:
    following = next_command(plan, style)
    return "" if following is None else f"Next: {code(following)}{KEEP if plan.command == 'drift' else ''}"


def _changes(plan: Plan, style: Style) -> list[str]:
    return [_section(one) for one in sections(plan, everybody=style.verbose) if one.rows or one.side.error]


def _section(section: Section) -> str:
    info = section.side
    label = " ".join(code(word) for word in (info.label, info.how) if word)
    title = f"{TITLES[info.side]} {label}: {count(section.changes, 'change')}"
    if info.error is not None:
        title = f"{TITLES[info.side]} {label}: could not be read: {prose(info.error)}"
    table = ["| | What | Before | After | Why |", "|---|---|---|---|---|", *(_row(row) for row in section.rows)]
    return _folded(title, "\n".join(table))


def _folded(title: str, body: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"


def _row(row: Row) -> str:
    before, after = _values(row)
    cells = (f"`{MARKERS[row.action]}`", code(row.name), before, after, prose(row.reason or ""))
    return f"| {' | '.join(cells)} |"


def _values(row: Row) -> tuple[str, str]:
    if row.parts:
        pairs = [(part.key or "", *shorten_pair(part.before, part.after, _LONGEST_VALUE)) for part in row.parts]
        return (
            "<br>".join(f"{code(key)} {code(before)}" for key, before, _ in pairs),
            "<br>".join(f"{code(key)} {code(after)}" for key, _, after in pairs),
        )
    if row.before is not None and row.after is not None:
        before, after = shorten_pair(row.before, row.after, _LONGEST_VALUE)
        return code(before), code(after)
    quote = prose if row.aside else code
    before, after = (quote(shorten(value, _LONGEST_VALUE)) if value else "" for value in (row.before, row.after))
    return before, after


def _listed(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """One list item for each diagnostic, as one block."""
    items = []
    for found in diagnostics:
        where = place(found)
        parts = [f"- **{found.severity}** {code(where) + ' ' if where else ''}{prose(found.summary)}"]
        parts += [prose(text) for text in (found.detail or "").splitlines() if text.strip()]
        parts += [f"Next: {prose(found.next_action)}"] if found.next_action else []
        items.append("<br>".join(parts))
    return ["\n".join(items)] if items else []


def _failure(failure: Failure) -> list[str]:
    return [f"## sso-sync: {code(failure.path) if failure.path else 'error'}", *_listed(failure.diagnostics)]


def _apply(report: ApplyReport, style: Style) -> list[str]:
    if isinstance(report, Failure):
        return _failure(report)
    return _applied(report, style) if isinstance(report, Applied) else _unapplied(report, style)


def _unapplied(report: Unapplied, style: Style) -> list[str]:
    plan = report.plan
    nothing = (
        "" if in_sync(plan) else "**Cancelled, nothing was changed.**" if report.cancelled else "Nothing was changed."
    )
    return [_title("apply", plan), nothing, *_summary(plan), *_changes(plan, style)]


def _applied(report: Applied, style: Style) -> list[str]:
    result = report.result
    failed = [_failed(one) for one in result.by_outcome(Outcome.FAILED)]
    return [
        _title("apply", result.plan),
        f"**{outcomes(result)}.** {_verification(result)}",
        "\n".join(failed),
        *_listed(result.findings),
        *_ignored(result.plan),
        _rotation(result),
        *_by_hand(report),
        *(_changes(result.after, style) if result.after and not result.verified and not apart(result) else []),
        _folded(f"Steps of run {code(result.run_id)}", "\n".join(_step(one) for one in result.steps)),
        _folded("What was planned", "\n\n".join(_changes(result.plan, style))),
    ]


def _rotation(result: ApplyResult) -> str:
    rows = [f"| {prose(label)} | {code(words)} |" for label, words in rotation_rows(result)]
    return "\n".join(["| | |", "|---|---|", *rows]) if rows else ""


def _verification(result: ApplyResult) -> str:
    if apart(result):
        return ""
    if result.verified:
        return verified_words(result.plan)
    return remaining(result.after) if result.after else NOT_REREAD


def _failed(result: StepResult) -> str:
    told = _listed([result.diagnostic]) if result.diagnostic else []
    return "\n".join([f"- **failed** {prose(result.step.summary)}", *(one.replace("\n", "\n  ") for one in told)])


def _step(result: StepResult) -> str:
    why = f": {prose(result.diagnostic.summary)}" if result.diagnostic else ""
    return f"- {_OUTCOMES[result.outcome]} {prose(result.step.summary)}{why}"


def _by_hand(report: Applied) -> list[str]:
    if not report.runbook:
        return []
    return ["**By hand in JustCall**", preformatted(report.runbook)]

"""Chapters of results that are no plan: the checks of verify, the doctor's diagnoses, specs, and attestations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sso_sync.errors import Diagnostic
from sso_sync.plan.checks.model import Check, Group, Status, Verification
from sso_sync.plan.doctor.model import Certainty, Diagnosis, Examination, FixKind, Harm
from sso_sync.report.doctor_text import because, changes_alone, headline, place_words
from sso_sync.report.html.badges import Badge, Tone, badge, check_badge
from sso_sync.report.html.blocks import Block, Cell, Chapter, Facts, Lines, Note, Notes, Table, Text
from sso_sync.report.html.chapters import failed_chapter
from sso_sync.report.html.differences import differences
from sso_sync.report.html.notes import listed
from sso_sync.report.interface import Attested, Failure, VerifyReport
from sso_sync.report.rows import TITLES as SIDES
from sso_sync.report.shorten import shorten_pair
from sso_sync.report.summary import attested_values, check_counts, command, proof_words, severities, vouched
from sso_sync.report.values import show
from sso_sync.report.verify_text import TITLES
from sso_sync.values import Json

__all__ = ["attested_chapter", "diagnosis_chapters", "examined_chapter", "spec_chapter", "verified_chapter"]

_LONGEST_VALUE = 1200
_KINDS = {
    FixKind.APPLY: "Apply",
    FixKind.EDIT: "Edit the spec",
    FixKind.COMMAND: "Run",
    FixKind.BY_HAND: "By hand",
}
_CLEAN = Badge("✓", "no problems found", Tone.GOOD)
_PROBLEMS = Badge("✗", "with problems", Tone.BAD)
_REMARKS = Badge("!", "with warnings", Tone.WARN)


def verified_chapter(report: VerifyReport, anchor: str) -> Chapter:
    """The checks of one connection, group by group, then why those did not pass that did not."""
    if isinstance(report, Failure):
        return failed_chapter(report, anchor)
    blocks: list[Block] = [_group(group, report, checks) for group, checks in report.groups.items()]
    reasons = tuple(_reason(check) for check in report.checks if check.status is not Status.PASS)
    if reasons:
        blocks.insert(0, Notes("What did not pass", reasons))
    blocks += listed("Findings", report.findings)
    if report.proof is not None:
        blocks.append(Text(proof_words(report.proof)))
    if report.evidence is not None:
        blocks.append(Facts((("Kept in", report.evidence),)))
    headline = f"{check_counts(report)}."
    return Chapter(anchor, report.connection, report.path, (badge(report),), headline, tuple(blocks))


def _group(group: Group, report: Verification, checks: Sequence[Check]) -> Table:
    how = report.how.get(group, "")
    head = ("Check", "Result", "Summary", "Expected", "Found")
    rows = tuple(_check(check) for check in checks)
    return Table(f"{TITLES[group]}{f': {how}' if how else ''}", head, rows, title=TITLES[group])


def _check(check: Check) -> tuple[Cell, ...]:
    expected, found = shorten_pair(_shown(check.expected), _shown(check.found), _LONGEST_VALUE)
    values = (Cell(expected, code=True), Cell(found, code=True))
    return Cell(check.name, code=True), Cell(badge=check_badge(check.status)), Cell(check.summary), *values


def _shown(value: Json) -> str:
    return show(value) if isinstance(value, str | bool | dict) else ""


def _reason(check: Check) -> Note:
    details = tuple(text for text in (check.detail or "").splitlines() if text.strip())
    return Note(check_badge(check.status), check.summary, check.name, details, check.next_action)


def examined_chapter(report: Examination, anchor: str) -> Chapter:
    """What the doctor looked at, and its notes."""
    name = report.connection or "A captured response"
    blocks: list[Block] = [*listed("Notes", report.notes)]
    blocks += [Lines("Examined", report.examined)] if report.examined else []
    wrong = Badge("?", "not fully examined", Tone.OPEN) if report.unreachable else Badge("✓", "healthy", Tone.GOOD)
    state = Badge("✗", "not well", Tone.BAD) if report.diagnoses else wrong
    return Chapter(anchor, name, report.path, (state,), headline(report), tuple(blocks))


def diagnosis_chapters(report: Examination) -> Iterator[Chapter]:
    """One chapter for each thing that is wrong."""
    for number, one in enumerate(report.diagnoses, start=1):
        tone = Tone.WARN if one.harm is Harm.AT_RISK else Tone.BAD
        badges = [Badge("✗" if tone is Tone.BAD else "!", one.harm.value, tone)]
        if one.certainty is not Certainty.CERTAIN:
            badges.append(Badge("?", one.certainty.value, Tone.OPEN))
        anchor = f"diagnosis-{number}"
        yield Chapter(anchor, f"{number}. {one.case}", None, tuple(badges), one.summary, tuple(_diagnosis(one)))


def _diagnosis(one: Diagnosis) -> Iterator[Block]:
    told = because(one)
    rows = [("Side", SIDES[one.side]), *([("Fits", told)] if told else []), ("Where", place_words(one))]
    yield Facts((*rows, *(("Evidence", text) for text in one.evidence)))
    first = tuple(Note(Badge("!", "but first", Tone.WARN), text) for text in one.fix.obstacles)
    if first:
        yield Notes("What stands in the way", first)
    yield Text(f"{_KINDS[one.fix.kind]}: {one.fix.text}", command(*one.fix.command) if one.fix.command else None)
    if one.fix.yaml is not None:
        yield Lines("What the spec has to say", tuple(one.fix.yaml.splitlines()))
    if one.fix.changes:
        yield from differences(changes_alone(one.fix.changes))


def spec_chapter(diagnostics: Sequence[Diagnostic], checked: str, anchor: str) -> Chapter:
    """What is wrong with the specs that were checked."""
    wrong = severities(diagnostics)
    state = _PROBLEMS if any(one.severity == "error" for one in diagnostics) else _REMARKS if wrong else _CLEAN
    return Chapter(anchor, checked, None, (state,), wrong or "No problems found.", tuple(listed("Found", diagnostics)))


def attested_chapter(report: Attested, anchor: str) -> Chapter:
    """The values that a person vouches for."""
    record = report.attestation
    rows = tuple((Cell(label), Cell(value, code=True)) for label, value in attested_values(record))
    table = Table("What is vouched for", ("Field", "Value"), rows)
    where = f"Recorded in {report.path}; commit it beside the spec."
    state = Badge("✓", "attested", Tone.GOOD)
    return Chapter(anchor, record.connection, None, (state,), vouched(record), (table, Text(where)))

"""Verifications, examinations, validations and attestations as findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sso_sync.errors import Diagnostic, Severity
from sso_sync.marked.place import Mark
from sso_sync.plan.checks.model import Check, Status
from sso_sync.plan.doctor.model import Certainty, Diagnosis, Examination, Harm
from sso_sync.report.change_findings import failure_group
from sso_sync.report.doctor_text import headline, place_words
from sso_sync.report.findings import Finding, Group, Verdict, of_diagnostic
from sso_sync.report.interface import Attested, Failure, VerifyReport
from sso_sync.report.rows import TITLES
from sso_sync.report.shorten import shorten, shorten_pair
from sso_sync.report.summary import check_counts, count, severities, vouched
from sso_sync.report.values import show

__all__ = ["attested_group", "examination_group", "validation_group", "verification_group"]

_LONGEST_VALUE = 200
_HARMS: Mapping[Harm, Severity] = {
    Harm.LOGINS_FAIL: "error",
    Harm.SOME_CANNOT: "error",
    Harm.INSECURE: "error",
    Harm.AT_RISK: "warning",
}


def verification_group(report: VerifyReport) -> Group:
    """Every check, and what is worth knowing beside them."""
    if isinstance(report, Failure):
        return failure_group(report)
    place = Mark(report.path, 1, 1)
    found = [_check(check, place) for check in report.checks]
    found += [of_diagnostic(one, place=place) for one in report.findings]
    return Group(report.connection, report.path, f"{check_counts(report)}.", tuple(found))


def examination_group(report: Examination) -> Group:
    """Every diagnosis, or that there is none."""
    place = None if report.path is None else Mark(report.path, 1, 1)
    found = [_diagnosis(one, place) for one in report.diagnoses]
    if not report.diagnoses:
        verdict = Verdict.ERROR if report.unreachable else Verdict.PASSED
        level: Severity = "error" if report.unreachable else "info"
        found = [Finding("doctor.examined", "examined", verdict, level, headline(report), place=place)]
    found += [of_diagnostic(one, place=place) for one in report.notes]
    return Group(report.connection or "a captured response", report.path, headline(report), tuple(found))


def validation_group(diagnostics: Sequence[Diagnostic], specs: int) -> Group:
    """Every diagnostic, or that there is none."""
    words = f"{count(specs, 'spec')} checked, {severities(diagnostics) or 'no problems found'}."
    found = [of_diagnostic(one) for one in diagnostics]
    if not any(one.verdict is Verdict.FAILED for one in found):
        found.insert(0, Finding("validate.passed", "specs", Verdict.PASSED, "info", words))
    return Group("specs", None, words, tuple(found))


def attested_group(report: Attested) -> Group:
    """That it is recorded, and by whom."""
    words, record = vouched(report.attestation), report.attestation
    found = Finding("attest.recorded", "attestation", Verdict.PASSED, "info", words)
    return Group(record.connection, str(report.path), words, (found,))


def _check(check: Check, place: Mark) -> Finding:
    verdict, level = _judged(check)
    told = [_values(check), check.detail]
    return Finding(
        rule=f"check.{check.name}",
        name=check.name,
        verdict=verdict,
        level=level,
        summary=f"Not made: {check.summary}" if check.status is Status.NOT_MADE else check.summary,
        detail="\n".join(text for text in told if text) or None,
        next_action=check.next_action,
        address=check.address,
        place=place,
    )


def _judged(check: Check) -> tuple[Verdict, Severity]:
    if check.status is Status.PASS:
        return Verdict.PASSED, "info"
    if check.status is Status.FAIL:
        return Verdict.FAILED, "error"
    if check.unreachable:
        return Verdict.ERROR, "error"
    return Verdict.NOT_MADE, "info" if check.optional else "warning"


def _values(check: Check) -> str | None:
    """Both values where they differ."""
    if check.status is not Status.FAIL or check.expected is None or check.expected == check.found:
        return None
    expected, found = shorten_pair(show(check.expected), show(check.found), _LONGEST_VALUE)
    return f"Expected {expected}, found {found}."


def _diagnosis(one: Diagnosis, place: Mark | None) -> Finding:
    sure = "" if one.certainty is Certainty.CERTAIN else f" ({one.certainty.value})"
    where = place_words(one)
    told = [f"{one.harm.value.capitalize()}{sure}, {TITLES[one.side]}.", *one.evidence]
    told += [f"Where: {where}"] if where else []
    told += [f"But first: {shorten(text, _LONGEST_VALUE)}" for text in one.fix.obstacles]
    if one.place.file is not None:
        place = Mark(one.place.file, one.place.line or 1, one.place.column or 1)
    return Finding(
        rule=f"doctor.{one.case}",
        name=one.address or one.case,
        verdict=Verdict.FAILED,
        level=_HARMS[one.harm],
        summary=one.summary,
        detail="\n".join(told),
        next_action=one.fix.text,
        address=one.address,
        place=place,
    )

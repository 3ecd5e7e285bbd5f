"""JSON for programs: the documents of DESIGN §2, every key always there, valid whatever the live sides hold."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sso_sync.apply.result import ApplyResult, Outcome
from sso_sync.errors import Diagnostic, ExitCode
from sso_sync.plan.checks.document import verification_document
from sso_sync.plan.checks.model import Verification
from sso_sync.plan.cost import cost_document
from sso_sync.plan.doctor.model import Examination
from sso_sync.plan.document import SCHEMA_VERSION, diagnostic_document, plain, plan_document, step_document, timestamp
from sso_sync.plan.model import Plan
from sso_sync.report.doctor_json import examination_document
from sso_sync.report.interface import (
    Applied,
    ApplyReport,
    Attested,
    Failure,
    PlanReport,
    Style,
    Unapplied,
    VerifyReport,
)
from sso_sync.report.rotation import rotated_document, unrotated_document
from sso_sync.report.summary import in_sync
from sso_sync.values import Json

__all__ = ["JsonFormatter", "connection_failure", "dumps", "failure_document"]

_NOT_ASCII = re.compile(r"[^\n -~]")


class JsonFormatter:
    """One document; for several specs `{schema_version, connections}`."""

    is_json = True

    def plans(self, reports: Sequence[PlanReport], style: Style, *, several: bool) -> str:
        """The plan document, or several."""
        del style
        documents = (
            plan_document(report) if isinstance(report, Plan) else connection_failure(report) for report in reports
        )
        return _one_or_many(documents, several=several)

    def applies(self, reports: Sequence[ApplyReport], style: Style, *, several: bool) -> str:
        """The apply document, or several."""
        del style
        return _one_or_many((_apply(report) for report in reports), several=several)

    def verifications(self, reports: Sequence[VerifyReport], style: Style, *, several: bool) -> str:
        """The document of all checks, or several."""
        del style
        documents = (
            verification_document(one) if isinstance(one, Verification) else connection_failure(one) for one in reports
        )
        return _one_or_many(documents, several=several)

    def examination(self, report: Examination, style: Style) -> str:
        """The document of everything that the doctor found."""
        del style
        return dumps(examination_document(report))

    def validation(self, diagnostics: Sequence[Diagnostic], specs: int, style: Style) -> str:
        """All diagnostics of all specs."""
        del specs, style
        found: list[Json] = [diagnostic_document(diagnostic) for diagnostic in diagnostics]
        return dumps({"schema_version": SCHEMA_VERSION, "diagnostics": found})

    def attested(self, report: Attested, style: Style) -> str:
        """Who vouches, for which fields, from when to when; the values are in the file."""
        del style
        record = report.attestation
        return dumps(
            {
                "schema_version": SCHEMA_VERSION,
                "path": str(report.path),
                "connection": record.connection,
                "by": record.by,
                "at": timestamp(record.at),
                "until": timestamp(record.until),
                "note": record.note,
                "fields": [field.value for field in record.values],
            }
        )

    def failure(self, failure: Failure, style: Style) -> str:
        """The error document."""
        del style
        return dumps(failure_document(failure))


def failure_document(failure: Failure) -> dict[str, Json]:
    """`{schema_version, error, exit_code}`; what there is beyond the first diagnostic goes into its detail."""
    first, *others = failure.diagnostics
    if others:
        also = [f"also: {other.where + ': ' if other.where else ''}{other.summary}" for other in others]
        first = replace(first, detail="\n".join([*([first.detail] if first.detail else []), *also]))
    return {
        "schema_version": SCHEMA_VERSION,
        "error": diagnostic_document(first),
        "exit_code": int(failure.exit_code),
    }


def dumps(document: Json) -> str:
    """The document as text: readable in any script, but nothing in it acts on a terminal or hides from an eye."""
    text = json.dumps(plain(document), ensure_ascii=False, allow_nan=False, indent=2)
    return _NOT_ASCII.sub(_escaped_if_active, text) + "\n"


def _escaped_if_active(match: re.Match[str]) -> str:
    # Outside of strings JSON is ASCII, so an escape is right wherever such a character stands.
    character = match[0]
    if unicodedata.category(character)[0] not in "CZ":
        return character
    return json.dumps(character).strip('"')


def _one_or_many(documents: Iterable[Json], *, several: bool) -> str:
    found = list(documents)
    return dumps({"schema_version": SCHEMA_VERSION, "connections": found} if several else found[0])


def connection_failure(failure: Failure) -> dict[str, Json]:
    """One connection's error, which must say whose it is."""
    placed = tuple(replace(found, file=found.file or failure.path) for found in failure.diagnostics)
    return failure_document(replace(failure, diagnostics=placed))


def _apply(report: ApplyReport) -> dict[str, Json]:
    if isinstance(report, Failure):
        return connection_failure(report)
    return _applied(report.result) if isinstance(report, Applied) else _unapplied(report)


def _applied(result: ApplyResult) -> dict[str, Json]:
    return {
        "schema_version": SCHEMA_VERSION,
        "run_id": result.run_id,
        "plan": plan_document(result.plan),
        **{outcome.value: _steps(result, outcome) for outcome in Outcome},
        "verified": result.verified,
        "exit_code": int(result.exit_code),
        "cost": cost_document(result.cost),
        **rotated_document(result),
    }


def _unapplied(report: Unapplied) -> dict[str, Json]:
    """The same keys for a run that changed nothing; in sync by a fresh read is as good as verified."""
    nothing: dict[str, Json] = {outcome.value: [] for outcome in Outcome}
    return {
        "schema_version": SCHEMA_VERSION,
        "run_id": None,
        "plan": plan_document(replace(report.plan, cost=None)),
        **nothing,
        "verified": report.exit_code is ExitCode.OK and in_sync(report.plan),
        "exit_code": int(report.exit_code),
        "cost": cost_document(report.plan.cost),
        **unrotated_document(report),
    }


def _steps(result: ApplyResult, outcome: Outcome) -> list[Json]:
    return [
        {
            **step_document(one.step),
            "diagnostic": diagnostic_document(one.diagnostic) if one.diagnostic else None,
        }
        for one in result.by_outcome(outcome)
    ]

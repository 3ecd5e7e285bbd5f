"""Checks as JSON documents (DESIGN §2): for the report, and for what is kept of a run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sso_sync.plan.checks.model import Check, Verification
from sso_sync.plan.cost import cost_document
from sso_sync.plan.document import SCHEMA_VERSION, diagnostic_document, plain, timestamp
from sso_sync.plan.proof import Proof
from sso_sync.values import Json

__all__ = ["check_document", "nameless", "proof_document", "verification_document"]

_SOMEBODY = "(test user)"


def verification_document(report: Verification) -> dict[str, Json]:
    """All checks, what they come to, and where they are kept."""
    return {
        "schema_version": SCHEMA_VERSION,
        "connection": report.connection,
        "checks": [check_document(check) for check in report.checks],
        "findings": [diagnostic_document(finding) for finding in report.findings],
        "proof": proof_document(report.proof),
        "evidence": report.evidence,
        "exit_code": int(report.exit_code),
        "cost": cost_document(report.cost),
    }


def check_document(check: Check) -> dict[str, Json]:
    """One check. `optional`: it was not made because nobody set it up, and does not count."""
    return {
        "name": check.name,
        "group": check.group.value,
        "status": check.status.value,
        "summary": plain(check.summary),
        "detail": plain(check.detail),
        "expected": plain(check.expected),
        "found": plain(check.found),
        "address": plain(check.address),
        "known": plain(check.known),
        "optional": check.optional,
        "next_action": plain(check.next_action),
    }


def proof_document(proof: Proof | None) -> Json:
    """The proof by its fingerprint, null for none."""
    return None if proof is None else {"fingerprint": proof.fingerprint, "at": timestamp(proof.at)}


def nameless(document: Json, people: Iterable[str]) -> Json:
    """The document without these e-mails, in whatever case: whose login it was is nobody's business afterwards."""
    found = [re.escape(one) for one in people if one]
    return _without(document, re.compile("|".join(found), re.IGNORECASE)) if found else document


def _without(document: Json, names: re.Pattern[str]) -> Json:
    if isinstance(document, str):
        return names.sub(_SOMEBODY, document)
    if isinstance(document, Mapping):
        return {key: _without(value, names) for key, value in document.items()}
    return [_without(value, names) for value in document] if isinstance(document, list | tuple) else document

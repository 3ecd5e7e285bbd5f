"""What is kept of a verification: its checks as evidence, and the login proof it comes to.

Neither holds the assertion, a password, or whose login it was.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime

from sso_sync.errors import Diagnostic, SsoSyncError
from sso_sync.plan.checks.document import nameless, verification_document
from sso_sync.plan.checks.model import Verification
from sso_sync.plan.checks.proving import contradicts, proves
from sso_sync.plan.masking import discreet
from sso_sync.plan.planner import Sides
from sso_sync.plan.proof import Proof, proof_fingerprint
from sso_sync.store import proofs
from sso_sync.store.runs import keep
from sso_sync.survey import Survey

__all__ = ["kept"]

_FILE = "verify.json"


def kept(survey: Survey, sides: Sides, made: Verification, now: datetime) -> Verification:
    """The verification with its proof, and with the file that keeps it; what cannot be written is a finding."""
    try:
        made = replace(made, proof=_proof(survey, sides, made, now))
        run_id = f"verify-{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        document = nameless(verification_document(made), [survey.wires.test_user or ""])
        return replace(made, evidence=str(keep(run_id, _FILE, document)))
    except SsoSyncError as problem:
        told = discreet(survey.connection, problem.diagnostics[0])
        lost = Diagnostic("warning", f"What was checked could not be kept: {told.summary}", detail=told.detail)
        return replace(made, findings=(*made.findings, lost))


def _proof(survey: Survey, sides: Sides, made: Verification, now: datetime) -> Proof | None:
    """Keeps the proof, if it is one; a former one of the same configuration that does not hold any more is dropped."""
    connection, proven = survey.connection, proves(made.checks)
    if not proven and not contradicts(made.checks):
        return None
    fingerprint = proof_fingerprint(connection, sides.idp, sides.sp)
    if fingerprint is None:
        return None
    if proven:
        checks = {check.name: check.status.value for check in made.checks}
        proofs.save(connection.name, proofs.Record(fingerprint, now, checks))
        return Proof(fingerprint, now)
    former = proofs.load(connection.name)
    if former is not None and former.fingerprint == fingerprint:
        proofs.forget(connection.name)
    return None

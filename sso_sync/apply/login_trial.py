"""Trying a login between saving JustCall's values and switching SSO on: the test user gets a real assertion.

It is judged by what JustCall holds by then, read again. What it proves is kept: as evidence of the run, and as the
login proof of the connection.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sso_sync.apply.context import Context
from sso_sync.apply.prover import Prover
from sso_sync.errors import Diagnostic, UnexpectedAnswer
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.checks.assertion import assertion_checks
from sso_sync.plan.checks.document import check_document, nameless, proof_document
from sso_sync.plan.checks.model import Check, Status
from sso_sync.plan.document import SCHEMA_VERSION
from sso_sync.plan.proof import Proof, proof_fingerprint
from sso_sync.store import proofs
from sso_sync.store.runs import keep
from sso_sync.values import Json

__all__ = ["FILE", "prove_login"]

FILE = "login-proof.json"
"""The evidence, in the folder of the run."""
_NOT_ENABLED = "The values are saved. SSO was not enabled by this run."
_ACCESS = (
    "ONELOGIN_TEST_USER must name somebody who has access to the app (onelogin.access) and can sign in with "
    "ONELOGIN_TEST_PASSWORD. Correct that and apply again, or apply without a test user."
)


def prove_login(context: Context, prover: Prover) -> Diagnostic:
    """Proves a login and answers where it is kept.

    Raises UnexpectedAnswer when OneLogin does not sign the test user in, or JustCall would not accept the assertion.
    """
    try:
        xml = prover.fetch(context.app_id)
    except UnexpectedAnswer as problem:
        raise UnexpectedAnswer(_refused(problem.diagnostics[0])) from problem
    idp, sp, now = LiveIdp(app=prover.app(context.app_id)), context.sp.read(), prover.clock()
    checks = assertion_checks(prover.connection, xml, email=prover.email, idp=idp, sp=sp, now=now)
    fingerprint = proof_fingerprint(prover.connection, idp, sp)
    accepted = all(check.status is Status.PASS for check in checks)
    proof = Proof(fingerprint, now) if accepted and fingerprint is not None else None
    where = _kept(prover, checks, proof)
    if not accepted:
        raise UnexpectedAnswer(_failed(checks, where))
    return Diagnostic("info", f"A login of the test user was proven; what was checked is kept in {where}")


def _kept(prover: Prover, checks: Sequence[Check], proof: Proof | None) -> Path:
    """Writes the evidence and the proof; a proof that does not hold any more is dropped."""
    document: Json = {
        "schema_version": SCHEMA_VERSION,
        "connection": prover.connection.name,
        "checks": [check_document(check) for check in checks],
        "proof": proof_document(proof),
    }
    where = keep(prover.run_id(), FILE, nameless(document, [prover.email]))
    if proof is None:
        proofs.forget(prover.connection.name)
    else:
        statuses = {check.name: check.status.value for check in checks}
        proofs.save(prover.connection.name, proofs.Record(proof.fingerprint, proof.at, statuses, source="apply"))
    return where


def _refused(problem: Diagnostic) -> Diagnostic:
    return Diagnostic(
        "error",
        f"OneLogin does not sign the test user in: {problem.summary}",
        detail="\n".join(filter(None, (problem.detail, _NOT_ENABLED))),
        address="onelogin.access",
        next_action=" ".join(filter(None, (problem.next_action, _ACCESS))),
    )


def _failed(checks: Sequence[Check], where: Path) -> Diagnostic:
    wrong = [check for check in checks if check.status is not Status.PASS]
    wrong.sort(key=lambda check: check.status is not Status.FAIL)
    lines = [f"{check.address}: {check.summary}. {check.detail or ''}".rstrip() for check in wrong]
    return Diagnostic(
        "error",
        f"The login of the test user would fail: {wrong[0].summary}",
        detail="\n".join((*lines, _NOT_ENABLED)),
        address=wrong[0].address,
        next_action=f"Correct what is named and apply again; what was checked is kept in {where}.",
    )

"""What the tool refuses to do (DESIGN §4): every guard is a module, and this is the list of them, in order.

A guard judges the result of a plan. Where a plan does nothing there is nothing to refuse, and the refusal becomes a
warning; where `--override` names the guard, too.
"""

from __future__ import annotations

from collections.abc import Iterable

from sso_sync.errors import Diagnostic
from sso_sync.plan.guards import (
    acs_url_validator,
    audience,
    certificate_expiry,
    certificate_match,
    default_role,
    login_proof,
    match_users,
    max_removals,
    nameid,
    ownership,
    parameters,
    recipient,
    refs,
    required_users,
    service_provider,
    swapped_urls,
)
from sso_sync.plan.guards.interface import Guard, Verdict
from sso_sync.plan.model import Refusal
from sso_sync.plan.outcome import Outcome

__all__ = ["GUARDS", "Guard", "Verdict", "judge"]

GUARDS: tuple[Guard, ...] = (
    ownership.GUARD,
    service_provider.GUARD,
    refs.GUARD,
    max_removals.GUARD,
    required_users.GUARD,
    login_proof.GUARD,
    match_users.GUARD,
    certificate_expiry.GUARD,
    audience.GUARD,
    recipient.GUARD,
    acs_url_validator.GUARD,
    nameid.GUARD,
    parameters.GUARD,
    certificate_match.GUARD,
    swapped_urls.GUARD,
    default_role.GUARD,
)


_IDLE = "A plan that changes anything would be refused for it."


def judge(outcome: Outcome, overrides: Iterable[str] = (), guards: Iterable[Guard] = GUARDS) -> Verdict:
    """What all guards say together; `overrides` are the names of guards to pass."""
    passed = frozenset(overrides)
    refusals: list[Refusal] = []
    findings: list[Diagnostic] = []
    for guard in guards:
        verdict = guard.judge(outcome)
        findings += verdict.findings
        if guard.name in passed:
            findings += (_softened(refusal, f"Passed with --override {guard.name}.") for refusal in verdict.refusals)
        elif outcome.acts or guard.identity:
            refusals += verdict.refusals
        else:
            findings += (_softened(refusal, _IDLE) for refusal in verdict.refusals)
    return Verdict(tuple(refusals), tuple(findings))


def _softened(refusal: Refusal, note: str) -> Diagnostic:
    """A refusal as a warning, because it does not stand in the way; `note` says why not."""
    detail = " ".join(text for text in (refusal.detail, note) if text)
    setting = f"Look at {refusal.setting}." if refusal.setting else None
    return Diagnostic("warning", refusal.summary, detail=detail, address=refusal.address, next_action=setting)

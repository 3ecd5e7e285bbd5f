"""`refs`: what was not reviewed on a protected branch is looked at, and never applied."""

from __future__ import annotations

from sso_sync.errors import Diagnostic
from sso_sync.plan.guards.interface import FINE, Guard, Verdict, passed_with
from sso_sync.plan.model import Refusal
from sso_sync.plan.origin import Origin, matches
from sso_sync.plan.outcome import Outcome

__all__ = ["GUARD"]

_NAME = "refs"
_SETTING = "guards.refs"
_NOWHERE = Origin(None, "Nobody looked where the spec comes from.")


def _judge(outcome: Outcome) -> Verdict:
    """Only an apply is refused: a pull request is there to be planned, so a plan merely says what its apply would do.

    A ref that nobody vouches for counts as none of the allowed ones.
    """
    allowed, origin = outcome.connection.spec.guards.refs, outcome.origin or _NOWHERE
    if allowed is None:
        return FINE
    named = origin.ref is not None and matches(origin.ref, allowed)
    if named and origin.doubt is None:
        return FINE
    where = f"It comes from {origin.ref}." if origin.ref is not None and not named else origin.doubt or ""
    if origin.applying:
        return Verdict((_refused(allowed, where),))
    return Verdict(findings=(_told(outcome, allowed, where),))


def _only_from(allowed: list[str]) -> str:
    return f"only from {' or '.join(allowed)}" if allowed else "from no ref at all"


def _refused(allowed: list[str], where: str) -> Refusal:
    return Refusal(
        guard=_NAME,
        summary=f"The spec is applied {_only_from(allowed)}",
        detail=where,
        setting=_SETTING,
        next_action=f"Have it reviewed and merged, and apply it from there, {passed_with(_NAME)}",
        address=_SETTING,
    )


def _told(outcome: Outcome, allowed: list[str], where: str) -> Diagnostic:
    return outcome.connection.diagnostic(
        "info",
        ("guards", "refs"),
        f"This plan can be looked at and not applied here: the spec is applied {_only_from(allowed)}",
        detail=where,
        address=_SETTING,
    )


GUARD = Guard(_NAME, _judge)

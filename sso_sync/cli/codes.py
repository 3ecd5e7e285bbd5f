"""The exit code that a plan or a drift leads to (DESIGN §2): a change is never an error, an error never a change."""

from __future__ import annotations

from sso_sync.errors import ExitCode, worst
from sso_sync.plan.model import Plan

__all__ = ["drift_code", "plan_code"]


def plan_code(plan: Plan, *, detailed: bool = False) -> ExitCode:
    """Errors, refusals and unread sides, the gravest first; pending changes count only with `detailed`."""
    found = {
        ExitCode.ERROR: bool(plan.errors),
        ExitCode.REFUSED: bool(plan.refusals),
        ExitCode.UNAVAILABLE: plan.unread,
        ExitCode.CHANGES: detailed and not plan.empty,
    }
    return worst(code for code, holds in found.items() if holds)


def drift_code(plan: Plan) -> ExitCode:
    """Errors and unread sides, then drift. Nothing is to be applied, so a guard's word does not hide that it drifted.

    Only an app that is somebody else's is refused without any difference.
    """
    found = {
        ExitCode.ERROR: bool(plan.errors),
        ExitCode.UNAVAILABLE: plan.unread,
        ExitCode.REFUSED: bool(plan.refusals) and plan.empty,
        ExitCode.CHANGES: not plan.empty,
    }
    return worst(code for code, holds in found.items() if holds)

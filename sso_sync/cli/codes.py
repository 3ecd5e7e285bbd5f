"""The exit code that a plan leads to (DESIGN §2): a change is never an error, and an error never a change."""

from __future__ import annotations

from sso_sync.errors import ExitCode, worst
from sso_sync.plan.model import Plan

__all__ = ["plan_code"]


def plan_code(plan: Plan, *, detailed: bool = False) -> ExitCode:
    """Errors, refusals and unread sides, the gravest first; pending changes count only with `detailed`."""
    found = {
        ExitCode.ERROR: bool(plan.errors),
        ExitCode.REFUSED: bool(plan.refusals),
        ExitCode.UNAVAILABLE: plan.unread,
        ExitCode.CHANGES: detailed and not plan.empty,
    }
    return worst(code for code, holds in found.items() if holds)

"""What a run cost, as one sentence for whoever wants to know more."""

from __future__ import annotations

from sso_sync.plan.checks.model import Verification
from sso_sync.plan.cost import Cost
from sso_sync.plan.model import Plan, Side
from sso_sync.report.counting import count
from sso_sync.report.interface import Applied, ApplyReport, PlanReport, Unapplied, VerifyReport

__all__ = ["cost_words"]


def cost_words(report: PlanReport | ApplyReport | VerifyReport) -> str | None:
    """The sentence; None where nobody counted."""
    cost = _cost(report)
    if cost is None:
        return None
    asked = f"{count(cost.requests[Side.ONELOGIN], 'request')} to OneLogin, {cost.requests[Side.JUSTCALL]} to JustCall"
    retries = sum(cost.retries.values())
    again = f" ({retries} of them sent again)" if retries else ""
    return f"{asked}{again}, {cost.seconds:.2f} s."


def _cost(report: PlanReport | ApplyReport | VerifyReport) -> Cost | None:
    if isinstance(report, Plan | Verification):
        return report.cost
    if isinstance(report, Applied):
        return report.result.cost
    return report.plan.cost if isinstance(report, Unapplied) else None

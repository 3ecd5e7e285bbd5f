"""The words for what concerns signing in: what a plan does to logins, and how long certificates are good."""

from __future__ import annotations

from collections.abc import Mapping

from sso_sync.plan.model import CertificateFact, Expiry, Plan, Side
from sso_sync.report.summary import count
from sso_sync.report.values import show
from sso_sync.safe import visible

__all__ = ["certificate_words", "impact_words"]

_OWNERS: Mapping[Side, str] = {Side.ONELOGIN: "OneLogin signs with", Side.JUSTCALL: "JustCall holds"}


def impact_words(plan: Plan) -> list[str]:
    """One sentence for each impact: what happens, to whom, for how long."""
    return [f"{visible(impact.summary)}, {visible(impact.lasts)}." for impact in plan.impacts]


def certificate_words(plan: Plan) -> list[tuple[str, Expiry | None]]:
    """One line for each certificate, and how near its end it is; one line for both sides when they hold the same."""
    facts = plan.certificates
    if len(facts) > 1 and len({fact.fingerprint for fact in facts}) == 1:
        best = next((fact for fact in facts if fact.not_after), facts[0])  # a side may show its fingerprint alone
        return [(f"certificate {_described(best)}, on both sides", best.expiry)]
    return [(f"{_OWNERS[fact.side]} certificate {_described(fact)}", fact.expiry) for fact in facts]


def _described(fact: CertificateFact) -> str:
    """`9F:3A:11:C0… until 2029-11-27, 1460 days`."""
    short = show({"fingerprint": fact.fingerprint})
    if fact.not_after is None or fact.days_left is None:
        return short
    until = f"{fact.not_after:%Y-%m-%d}"
    if fact.days_left < 0:
        return f"{short} expired on {until}"
    return f"{short} until {until}, {count(fact.days_left, 'day')}"

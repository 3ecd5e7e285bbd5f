"""`certificate_expiry`: the certificate in force after the plan is good for a while yet."""

from __future__ import annotations

from datetime import datetime

from sso_sync.errors import Diagnostic
from sso_sync.justcall.settings import SettingField
from sso_sync.plan.cells import Known
from sso_sync.plan.diff import Delta
from sso_sync.plan.guards.interface import FINE, Guard, Verdict, passed_with
from sso_sync.plan.guards.naming import count
from sso_sync.plan.model import Action, Refusal
from sso_sync.plan.outcome import Outcome
from sso_sync.plan.targets import AppItself, DirectGrant, Membership, RoleAttachment, RoleItself, Setting
from sso_sync.saml import certificate

__all__ = ["GUARD"]

_NAME = "certificate_expiry"
_REMEDY = "Make a new certificate in OneLogin under Security → Certificates and name it in onelogin.app.certificate"


def _judge(outcome: Outcome) -> Verdict:
    """Refused from `fail_days` whole days on, expired included; a warning from `warn_days` on.

    Not refused: a plan that only takes access away. A plan that gives the app another certificate is not judged at all,
    because that certificate is known only after apply.
    """
    expiry = _not_after(outcome)
    if expiry is None:
        return FINE
    limits = outcome.connection.spec.guards.certificate_expiry
    days = (expiry - outcome.now).days
    summary = _summary(expiry, days)
    if days <= limits.fail_days and not _only_removes(outcome):
        return Verdict((_refused(summary, days, limits.fail_days),))
    return Verdict(findings=(_warned(outcome, summary),)) if days <= limits.warn_days else FINE


def _not_after(outcome: Outcome) -> datetime | None:
    """When the certificate that OneLogin will sign with expires; None when it is not known."""
    text = outcome.signing_certificate.text
    try:
        return certificate.parse(text).not_after if text else None
    except certificate.CertificateError:
        return None


def _summary(expiry: datetime, days: int) -> str:
    """`days` are whole days, rounded down: the day of expiry is day 0, until the moment has come."""
    if days < 0:
        return f"OneLogin's signing certificate expired on {expiry:%Y-%m-%d}"
    return f"OneLogin's signing certificate expires on {expiry:%Y-%m-%d}, in {count(days, 'day', 'days')}"


def _only_removes(outcome: Outcome) -> bool:
    changes = [delta for delta in outcome.deltas if delta.change.action is not Action.UNKNOWN]
    return bool(changes) and all(_removes(delta) for delta in changes)


def _removes(delta: Delta) -> bool:
    """Whether a change takes access away and does nothing else: people, roles, the app, or SSO as a whole."""
    item = delta.item
    if item.target == Setting(SettingField.ENABLED):
        return item.desired == Known(False)
    away = isinstance(item.target, RoleAttachment | RoleItself | Membership | DirectGrant | AppItself)
    # A grant that only a person can take away has no action of its own: the wish says what it is.
    return away and not isinstance(item.desired, Known)


def _refused(summary: str, days: int, limit: int) -> Refusal:
    return Refusal(
        guard=_NAME,
        summary=summary,
        detail="Once it has expired, logins may fail for everybody. Plans that renew the certificate, or only take "
        "access away, are not refused.",
        setting="guards.certificate_expiry.fail_days",
        next_action=f"{_REMEDY}, {passed_with(_NAME)}",
        address="onelogin.app.certificate",
        numbers={"days_left": days, "fail_days": limit},
    )


def _warned(outcome: Outcome, summary: str) -> Diagnostic:
    place = outcome.signing_certificate
    return Diagnostic("warning", summary, address=place.address, next_action=f"{_REMEDY}.")


GUARD = Guard(_NAME, _judge)

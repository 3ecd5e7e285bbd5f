"""What has to be read for an examination beyond both sides: asked for here, read elsewhere."""

from __future__ import annotations

from datetime import datetime

from sso_sync.justcall.settings import SettingField, Settings
from sso_sync.onelogin.models import App
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.link import Unread
from sso_sync.plan.planner import Draft
from sso_sync.saml import certificate
from sso_sync.saml.certificate import CertificateError

__all__ = ["opening_roles", "other_certificates"]


def opening_roles(made: Draft) -> dict[str, int]:
    """Name → id of the roles whose members are to be known: those that open the app now, or will."""
    return made.roles_of_everybody


def other_certificates(made: Draft, now: datetime) -> bool:
    """Whether the account's other certificates matter: JustCall holds another one, or today's is about to expire."""
    idp, sp = made.sides.idp, made.sides.sp
    app: App | None = idp.app if isinstance(idp, LiveIdp) else None
    ours = app.sso.certificate.value if app is not None else None
    if not ours:
        return False
    try:
        days = (certificate.parse(ours).not_after - now).days
    except CertificateError:
        return False
    if days <= made.connection.spec.guards.certificate_expiry.warn_days:
        return True
    return _holds_another(sp, ours)


def _holds_another(sp: Settings | Unread, ours: str) -> bool:
    held = None if isinstance(sp, Unread) else sp.value(SettingField.CERTIFICATE)
    return isinstance(held, str) and bool(held.strip()) and not certificate.same(ours, held)

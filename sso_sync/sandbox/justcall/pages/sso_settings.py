"""What both renderings of the SSO settings have in common: what is shown of the certificate, and what Save does."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from sso_sync.saml import certificate
from sso_sync.sandbox.justcall.checks import Rejected, changed_settings
from sso_sync.sandbox.justcall.pages.visit import Visit
from sso_sync.sandbox.justcall.records import SsoSettings

__all__ = ["SAVED", "SaveFailed", "certificate_note", "choosable_roles", "form_values", "save_settings"]

SAVED = "Configuration saved."


class SaveFailed(Exception):
    """Nothing was saved; the message says why. `status` is what an API answers."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def form_values(visit: Visit, settings: SsoSettings) -> dict[str, JsonValue]:
    """What stands in the fields that can be changed; a certificate that is not shown leaves its field blank."""
    shown = settings.certificate if visit.variants.page_certificate == "shown" else None
    return {
        "enabled": settings.enabled,
        "protocol": settings.protocol or "",
        "sso_url": settings.sso_url or "",
        "issuer": settings.issuer or "",
        "certificate": shown or "",
        "default_role": settings.default_role or "",
    }


def certificate_note(visit: Visit, settings: SsoSettings) -> str | None:
    """What the page says of a saved certificate in place of showing it; None when it is shown or there is none."""
    if visit.variants.page_certificate == "shown" or not settings.certificate:
        return None
    if visit.variants.page_certificate == "hidden":
        return "A certificate is saved."
    try:
        return f"Certificate saved. SHA-256 fingerprint: {certificate.parse(settings.certificate).fingerprint}"
    except certificate.CertificateError:
        return "A certificate is saved, but it cannot be read."


def choosable_roles(settings: SsoSettings) -> list[str]:
    """The roles that new people may get: all but the owner's."""
    return [role for role in settings.roles if role != settings.owner_role]


def save_settings(visit: Visit, sent: Mapping[str, JsonValue]) -> SsoSettings:
    """Saves what the form sent, as far as the variants let it; answers what the page now takes for saved.

    A blank certificate keeps the saved one where that is not shown. SaveFailed when nothing was saved and the page
    says so.
    """
    kept = visit.variants.page_certificate != "shown" and not sent.get("certificate")
    try:
        changed = changed_settings(
            visit.account, {key: value for key, value in sent.items() if not (kept and key == "certificate")}
        )
    except Rejected as rejected:
        raise SaveFailed(str(rejected), 422) from None
    if visit.variants.page_save == "errors":
        raise SaveFailed("an error occurred on our side", 500)
    if visit.variants.page_save == "works":
        visit.account.save_settings(changed)
    return changed

"""Which SSO settings JustCall takes: one set of checks for the gateway and for the settings page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pydantic import JsonValue

from sso_sync.saml import certificate
from sso_sync.sandbox.justcall.account import JustCallAccount
from sso_sync.sandbox.justcall.certificate_text import stray_whitespace
from sso_sync.sandbox.justcall.records import SsoSettings
from sso_sync.sandbox.tables import replaced

__all__ = ["PROTOCOL", "READ_ONLY", "WRITABLE", "Rejected", "changed_settings"]

PROTOCOL = "SAML 2.0"
WRITABLE = ("enabled", "protocol", "sso_url", "issuer", "certificate", "default_role")
READ_ONLY = ("acs_url", "entity_id", "verified_domains")


class Rejected(ValueError):
    """A setting that JustCall does not take. The message is what its user is told."""


def changed_settings(account: JustCallAccount, sent: Mapping[str, JsonValue]) -> SsoSettings:
    """The account's settings with the keys of `sent` changed, not yet saved. Rejected at the first bad key."""
    for key in sent:
        if key in READ_ONLY:
            raise Rejected(f"{key} cannot be changed")
        if key not in WRITABLE:
            raise Rejected(f"Unknown setting: {key}")
    changed = account.settings
    for key, value in sent.items():
        changed = replaced(changed, {key: _CHECKS[key](account, value)})
    return changed


def _enabled(_account: JustCallAccount, value: JsonValue) -> bool:
    if not isinstance(value, bool):
        raise Rejected("enabled must be true or false")
    return value


def _protocol(_account: JustCallAccount, value: JsonValue) -> str | None:
    if value not in (PROTOCOL, None):
        raise Rejected(f"protocol must be {PROTOCOL}")
    return PROTOCOL if value is not None else None


def _sso_url(_account: JustCallAccount, value: JsonValue) -> str | None:
    text = _text("sso_url", value)
    if text is not None and not text.startswith(("https://", "http://")):
        raise Rejected("sso_url must be a URL")
    return text


def _issuer(_account: JustCallAccount, value: JsonValue) -> str | None:
    return _text("issuer", value)


def _certificate(account: JustCallAccount, value: JsonValue) -> str | None:
    text = _text("certificate", value)
    if text is None:
        return None
    if account.variants.certificate_whitespace == "refused" and stray_whitespace(text):
        raise Rejected("Certificate validation failure: extra whitespace")
    try:
        parsed = certificate.parse(text)
    except certificate.CertificateError as error:
        raise Rejected(f"Certificate validation failure: {error}") from None
    return parsed.pem if account.variants.certificate_stored == "normalised" else text


def _default_role(account: JustCallAccount, value: JsonValue) -> str | None:
    text = _text("default_role", value)
    if text is None:
        return None
    settings = account.settings
    if text == settings.owner_role:
        raise Rejected("The owner's role cannot be the default role")
    if text not in settings.roles:
        raise Rejected(f"Unknown role: {text}")
    return text


def _text(key: str, value: JsonValue) -> str | None:
    """A text; null and blank clear the field."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise Rejected(f"{key} must be text")
    return value


_CHECKS: dict[str, Callable[[JustCallAccount, JsonValue], str | bool | None]] = {
    "enabled": _enabled,
    "protocol": _protocol,
    "sso_url": _sso_url,
    "issuer": _issuer,
    "certificate": _certificate,
    "default_role": _default_role,
}

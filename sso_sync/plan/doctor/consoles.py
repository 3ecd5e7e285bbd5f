"""Where a value is changed by hand, in the words of the guide and of the built-in page map."""

from __future__ import annotations

from sso_sync.justcall.fields import describe
from sso_sync.justcall.settings import SettingField

__all__ = ["APP", "JUSTCALL_TEAM", "LABELS", "USERS", "field_of", "setting_of"]

APP = "OneLogin: Applications → the app"
USERS = "OneLogin: Users → Users"
JUSTCALL_TEAM = "JustCall: Settings → Team"

LABELS = {
    "audience": "Configuration → Audience (EntityID)",
    "acs_url": "Configuration → ACS (Consumer) URL",
    "acs_url_validator": "Configuration → ACS (Consumer) URL Validator",
    "recipient": "Configuration → Recipient",
    "nameid_format": "Configuration → SAML nameID format",
    "encrypt_assertion": "Configuration → Encrypt assertion",
    "not_before_minutes": "Configuration → SAML not valid before",
    "not_on_or_after_minutes": "Configuration → SAML not valid on or after",
    "signature_algorithm": "SSO → SAML Signature Algorithm",
    "certificate": "SSO → X.509 Certificate",
    "visible": "Info → Visible in portal",
    "parameters": "Parameters",
    "access": "Access",
}
"""The tabs and labels of an app in OneLogin's console; the guide names most of them."""


def field_of(key: str) -> str:
    """The console place of something about the app."""
    return f"{APP} → {LABELS[key]}"


def setting_of(key: SettingField) -> str:
    """The place of a setting on JustCall's page."""
    described = describe(key)
    return f"JustCall: {described.where} → {described.label}"

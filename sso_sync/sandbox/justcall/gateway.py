"""The gateway to JustCall's SSO settings: GET and PUT /sso/saml (DESIGN §5)."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import JsonValue

from sso_sync.saml import certificate
from sso_sync.sandbox.justcall.account import JustCallAccount, failed
from sso_sync.sandbox.justcall.records import SsoSettings
from sso_sync.sandbox.tables import replaced
from sso_sync.sandbox.wire import Answer, BadJson, Call

__all__ = ["PROTOCOL", "READ_ONLY", "WRITABLE", "read_settings", "shown_settings", "write_settings"]

PROTOCOL = "SAML 2.0"
WRITABLE = ("enabled", "protocol", "sso_url", "issuer", "certificate", "default_role")
READ_ONLY = ("acs_url", "entity_id", "verified_domains")


def read_settings(account: JustCallAccount) -> Answer:
    """`GET /sso/saml`"""
    return Answer(200, shown_settings(account.settings))


def write_settings(account: JustCallAccount, call: Call) -> Answer:
    """`PUT /sso/saml`: takes the changed keys, answers the whole. Any bad key refuses all."""
    try:
        sent = call.json()
    except BadJson:
        raise failed(400, "The body is not JSON") from None
    if not isinstance(sent, dict):
        raise failed(422, "The body must be an object")
    for key in sent:
        if key in READ_ONLY:
            raise failed(422, f"{key} cannot be changed")
        if key not in WRITABLE:
            raise failed(422, f"Unknown setting: {key}")
    changed = account.settings
    for key, value in sent.items():
        changed = replaced(changed, {key: _CHECKS[key](account, value)})
    if not account.variants.write_lies:
        account.save_settings(changed)
    return read_settings(account)


def shown_settings(settings: SsoSettings) -> dict[str, JsonValue]:
    """The settings under the contract's keys."""
    return {
        "enabled": settings.enabled,
        "protocol": settings.protocol,
        "acs_url": settings.acs_url,
        "entity_id": settings.entity_id,
        "sso_url": settings.sso_url,
        "issuer": settings.issuer,
        "certificate": settings.certificate,
        "default_role": settings.default_role,
        "verified_domains": [*settings.verified_domains],
    }


def _enabled(_account: JustCallAccount, value: JsonValue) -> bool:
    if not isinstance(value, bool):
        raise failed(422, "enabled must be true or false")
    return value


def _protocol(_account: JustCallAccount, value: JsonValue) -> str | None:
    if value not in (PROTOCOL, None):
        raise failed(422, f"protocol must be {PROTOCOL}")
    return PROTOCOL if value is not None else None


def _sso_url(_account: JustCallAccount, value: JsonValue) -> str | None:
    text = _text("sso_url", value)
    if text is not None and not text.startswith(("https://", "http://")):
        raise failed(422, "sso_url must be a URL")
    return text


def _issuer(_account: JustCallAccount, value: JsonValue) -> str | None:
    return _text("issuer", value)


def _certificate(account: JustCallAccount, value: JsonValue) -> str | None:
    text = _text("certificate", value)
    if text is None:
        return None
    if account.variants.certificate_whitespace == "refused" and _stray_whitespace(text):
        raise failed(422, "Certificate validation failure: extra whitespace")
    try:
        parsed = certificate.parse(text)
    except certificate.CertificateError as error:
        raise failed(422, f"Certificate validation failure: {error}") from None
    return parsed.pem if account.variants.certificate_stored == "normalised" else text


def _default_role(account: JustCallAccount, value: JsonValue) -> str | None:
    text = _text("default_role", value)
    if text is None:
        return None
    settings = account.settings
    if text == settings.owner_role:
        raise failed(422, "The owner's role cannot be the default role")
    if text not in settings.roles:
        raise failed(422, f"Unknown role: {text}")
    return text


def _text(key: str, value: JsonValue) -> str | None:
    """A text; null and blank clear the field."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise failed(422, f"{key} must be text")
    return value


def _stray_whitespace(text: str) -> bool:
    """Blanks inside or around the lines of the base64 body, blank lines, or carriage returns."""
    body = [line for line in text.strip("\n").split("\n") if not line.startswith("-----")]
    return any(not line or any(letter.isspace() for letter in line) for line in body)


_CHECKS: dict[str, Callable[[JustCallAccount, JsonValue], str | bool | None]] = {
    "enabled": _enabled,
    "protocol": _protocol,
    "sso_url": _sso_url,
    "issuer": _issuer,
    "certificate": _certificate,
    "default_role": _default_role,
}

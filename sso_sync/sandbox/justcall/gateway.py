"""The gateway to JustCall's SSO settings: GET and PUT /sso/saml (DESIGN §5)."""

from __future__ import annotations

from pydantic import JsonValue

from sso_sync.sandbox.justcall.account import JustCallAccount, failed
from sso_sync.sandbox.justcall.checks import Rejected, changed_settings
from sso_sync.sandbox.justcall.records import SsoSettings
from sso_sync.sandbox.wire import Answer, BadJson, Call

__all__ = ["read_settings", "shown_settings", "write_settings"]


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
    try:
        changed = changed_settings(account, sent)
    except Rejected as rejected:
        raise failed(422, str(rejected)) from None
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

"""Test Connection: would a login work between these settings and the OneLogin account of this sandbox?

Checks in the order in which a real service provider would come to them, and names the first that fails in the words of
the guide's troubleshooting table.
"""

from __future__ import annotations

from collections.abc import Iterator

from sso_sync.saml import certificate, validator
from sso_sync.sandbox.justcall.records import SsoSettings
from sso_sync.sandbox.onelogin.account import Account
from sso_sync.sandbox.onelogin.app_view import certificate_of, issuer, sso_url
from sso_sync.sandbox.onelogin.records import App

__all__ = ["ENABLE_FIRST", "WANTED_ATTRIBUTES", "connection_test", "first_problem"]

WANTED_ATTRIBUTES = ("email", "firstName", "lastName")
ENABLE_FIRST = "Enable SSO before testing the connection"
_EMAIL_FORMAT = "0"
_NAMEID = "saml_username"


def connection_test(onelogin: Account, settings: SsoSettings) -> tuple[bool, str]:
    """What Test Connection says of the saved settings: whether a login would work, and a message."""
    if onelogin.variants.test_needs_enabled and not settings.enabled:
        return False, ENABLE_FIRST
    problem = first_problem(onelogin, settings)
    return problem is None, problem or "Connection successful"


def first_problem(onelogin: Account, settings: SsoSettings) -> str | None:
    """The first thing a login would fail on, None when it would work."""
    for label, value in (
        ("SSO URL", settings.sso_url),
        ("Issuer", settings.issuer),
        ("Certificate", settings.certificate),
    ):
        if not value:
            return f"{label} is not set"
    app = next(
        (app for app in onelogin.apps if _is_saml(onelogin, app) and sso_url(onelogin, app) == settings.sso_url), None
    )
    if app is None:
        return "The identity provider did not answer at the SSO URL"
    return next(_problems(onelogin, app, settings), None)


def _problems(onelogin: Account, app: App, settings: SsoSettings) -> Iterator[str]:
    if not _sent_to(app, settings.acs_url):
        yield "The identity provider refused the ACS URL"
    if _setting(app, "encrypt_assertion") == "1":
        yield "The assertion is encrypted, and JustCall has no key for it"
    if issuer(onelogin, app) != settings.issuer:
        yield "Invalid issuer"
    if not certificate.same(certificate_of(onelogin, app).pem, settings.certificate):
        yield "Certificate validation failure: the signature does not match the certificate"
    if _setting(app, "audience") != settings.entity_id:
        yield "Invalid audience"
    if _setting(app, "recipient") != settings.acs_url:
        yield "Invalid recipient"
    if _setting(app, "saml_nameid_format_id") != _EMAIL_FORMAT:
        yield "Invalid NameID format: an e-mail address is required"
    if not _has_source(app, _NAMEID):
        yield "NameID is empty"
    missing = [name for name in WANTED_ATTRIBUTES if not _included(app, name)]
    if missing:
        yield f"Attributes not received: {', '.join(missing)}"


def _is_saml(onelogin: Account, app: App) -> bool:
    return onelogin.connectors[app.connector_id].is_saml


def _setting(app: App, key: str) -> str:
    value = app.configuration.get(key)
    return "" if value is None else str(value)


def _sent_to(app: App, acs_url: str) -> bool:
    """Whether OneLogin posts its answer to this ACS: it is the app's own, and its validator lets it pass."""
    own = _setting(app, "consumer_url") or _setting(app, "consumer")
    return own == acs_url and validator.accepts(_setting(app, "validator"), acs_url)


def _has_source(app: App, name: str) -> bool:
    parameter = app.parameters.get(name)
    return parameter is not None and parameter.user_attribute_mappings not in (None, "", "none")


def _included(app: App, name: str) -> bool:
    parameter = app.parameters.get(name)
    return parameter is not None and bool(parameter.include_in_saml_assertion) and _has_source(app, name)

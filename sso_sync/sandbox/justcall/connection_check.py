"""Test Connection: would a login work between these settings and the OneLogin account of this sandbox?

OneLogin makes a response for somebody who does not exist, and JustCall judges it as it judges every other. So the test
and the login can never disagree about anything but the person.
"""

from __future__ import annotations

from sso_sync.sandbox.justcall.account import JustCallAccount
from sso_sync.sandbox.justcall.login.judging import judged
from sso_sync.sandbox.justcall.login.refused import Refused
from sso_sync.sandbox.justcall.login.trust import NO_KEY
from sso_sync.sandbox.onelogin.account import Account
from sso_sync.sandbox.onelogin.app_view import sso_url
from sso_sync.sandbox.onelogin.records import App, User
from sso_sync.sandbox.onelogin.saml.acs import lets_pass, own_acs_url
from sso_sync.sandbox.onelogin.saml.delivery import lacks_encryption_key, message
from sso_sync.sandbox.onelogin.saml.response import Login

__all__ = ["ENABLE_FIRST", "connection_test", "first_problem"]

ENABLE_FIRST = "Enable SSO before testing the connection"


def connection_test(justcall: JustCallAccount, onelogin: Account) -> tuple[bool, str]:
    """What Test Connection says of the saved settings: whether a login would work, and a message."""
    if justcall.variants.test_needs_enabled and not justcall.settings.enabled:
        return False, ENABLE_FIRST
    problem = first_problem(justcall, onelogin)
    return problem is None, problem or "Connection successful"


def first_problem(justcall: JustCallAccount, onelogin: Account) -> str | None:
    """The first thing a login would fail on, None when it would work."""
    settings = justcall.settings
    for label, value in (
        ("SSO URL", settings.sso_url),
        ("Issuer", settings.issuer),
        ("Certificate", settings.certificate),
    ):
        if not value:
            return f"{label} is not set"
    app = next((app for app in onelogin.apps if _answers_at(onelogin, app, settings.sso_url)), None)
    if app is None:
        return "The identity provider did not answer at the SSO URL"
    if own_acs_url(app) != settings.acs_url or not lets_pass(onelogin, app, settings.acs_url):
        return "The identity provider refused the ACS URL"
    if lacks_encryption_key(app):
        return NO_KEY
    try:
        judged(message(onelogin, app, Login(_nobody(justcall), settings.acs_url)), justcall.terms(), asked=_unasked)
    except Refused as refused:
        return str(refused)
    return None


def _answers_at(onelogin: Account, app: App, url: str | None) -> bool:
    return onelogin.connectors[app.connector_id].is_saml and sso_url(onelogin, app) == url


def _unasked(_request_id: str) -> bool:
    return False


def _nobody(justcall: JustCallAccount) -> User:
    """A person with a value in every field, so that only the app decides what the response says."""
    email, now = "connection.test@sandbox.example", justcall.now()
    return User(
        id=0,
        firstname="Connection",
        lastname="Test",
        email=email,
        username=email,
        created_at=now,
        updated_at=now,
        title="Tester",
        department="Test",
        company="Test",
        phone="000",
        samaccountname="test",
        distinguished_name="cn=test",
        userprincipalname=email,
        member_of="cn=test",
        external_id="test",
    )

"""The tab Configuration: every key of the app's connector under the console's words.

The certificate to encrypt assertions for stands here too. What the API calls it is not known (§5.4), so it is no key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pydantic import JsonValue

from sso_sync.sandbox.onelogin.pages.admin_frame import app_of, changed, problem_of, put, tab
from sso_sync.sandbox.onelogin.pages.configuration_fields import ON_SSO_TAB, Field, field_of
from sso_sync.sandbox.onelogin.pages.visit import Visit
from sso_sync.sandbox.onelogin.records import App
from sso_sync.sandbox.onelogin.saml.encryption import can_encrypt_for
from sso_sync.sandbox.wire import Answer, Refusal, number_in

__all__ = ["save", "show"]

_PUBLIC_KEY = "encryption_certificate"
_NO_KEY = "The SAML encryption public key must be a certificate with an RSA key."


def show(visit: Visit) -> Answer:
    """`GET /admin/apps/{app_id}/configuration`"""
    app = app_of(visit)
    return _tab(visit, app, _texts(app), app.encryption_certificate or "")


def save(visit: Visit) -> Answer:
    """`POST /admin/apps/{app_id}/configuration`: sends on only what is not as it was."""
    app, form = app_of(visit), visit.call.form()
    now = _texts(app)
    sent = {field.key: form[field.key] for field in _fields(visit, app) if field.key in form}
    values = {key: _value(app, key, text) for key, text in sent.items() if text != now[key]}
    public_key = form.get(_PUBLIC_KEY, app.encryption_certificate or "").replace("\r\n", "\n").strip()
    if public_key and not can_encrypt_for(public_key):
        raise Refusal(_tab(visit, app, {**now, **sent}, public_key, _NO_KEY))
    if public_key != (app.encryption_certificate or "").strip() and _has_public_key(visit, app):
        app = replace(app, encryption_certificate=public_key or None)
        put(visit, app)
    if values:
        try:
            put(visit, changed(visit, app, {"configuration": values}))
        except Refusal as refusal:
            raise Refusal(_tab(visit, app, {**now, **sent}, public_key, problem_of(refusal))) from None
    return visit.done(visit.call.path, "saved")


def _fields(visit: Visit, app: App) -> list[Field]:
    keys = visit.account.connectors[app.connector_id].keys.keys() - ON_SSO_TAB
    return [field for _, field in sorted((field_of(key) for key in keys), key=lambda found: (found[0], found[1].key))]


def _texts(app: App) -> dict[str, str]:
    """What stands in the fields: nothing for a value that was never set."""
    return {key: "" if value is None else str(value) for key, value in app.configuration.items()}


def _value(app: App, key: str, text: str) -> JsonValue:
    """The text as it is stored: as a number where a number stands."""
    number = number_in(text)
    was_number = isinstance(app.configuration.get(key), int)
    return number if was_number and number is not None else text


def _has_public_key(visit: Visit, app: App) -> bool:
    """Whether the app's connector can encrypt at all."""
    return "encrypt_assertion" in visit.account.connectors[app.connector_id].keys


def _tab(visit: Visit, app: App, texts: Mapping[str, str], public_key: str = "", problem: str | None = None) -> Answer:
    shown = public_key if _has_public_key(visit, app) else None
    fields = _fields(visit, app)
    return tab(visit, app, "configuration", problem=problem, fields=fields, texts=texts, public_key=shown)

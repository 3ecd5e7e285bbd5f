"""The tab Configuration: every key of the app's connector under the console's words."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from sso_sync.sandbox.onelogin.pages.admin_frame import app_of, changed, problem_of, put, tab
from sso_sync.sandbox.onelogin.pages.configuration_fields import ON_SSO_TAB, Field, field_of
from sso_sync.sandbox.onelogin.pages.visit import Visit
from sso_sync.sandbox.onelogin.records import App
from sso_sync.sandbox.wire import Answer, Refusal, number_in

__all__ = ["save", "show"]


def show(visit: Visit) -> Answer:
    """`GET /admin/apps/{app_id}/configuration`"""
    app = app_of(visit)
    return _tab(visit, app, _texts(app))


def save(visit: Visit) -> Answer:
    """`POST /admin/apps/{app_id}/configuration`: sends on only what is not as it was."""
    app, form = app_of(visit), visit.call.form()
    now = _texts(app)
    sent = {field.key: form[field.key] for field in _fields(visit, app) if field.key in form}
    values = {key: _value(app, key, text) for key, text in sent.items() if text != now[key]}
    if values:
        try:
            put(visit, changed(visit, app, {"configuration": values}))
        except Refusal as refusal:
            raise Refusal(_tab(visit, app, {**now, **sent}, problem_of(refusal))) from None
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


def _tab(visit: Visit, app: App, texts: Mapping[str, str], problem: str | None = None) -> Answer:
    return tab(visit, app, "configuration", problem=problem, fields=_fields(visit, app), texts=texts)

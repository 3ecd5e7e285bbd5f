"""What the pages of one app share: the app, its tabs, and a change that goes through the API's own checks."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from sso_sync.sandbox.onelogin.app_body import changed_app
from sso_sync.sandbox.onelogin.pages.visit import Visit
from sso_sync.sandbox.onelogin.records import App
from sso_sync.sandbox.wire import Answer, Refusal, number_in

__all__ = ["app_of", "changed", "problem_of", "put", "tab"]

_TABS = {
    "info": "Info",
    "configuration": "Configuration",
    "parameters": "Parameters",
    "sso": "SSO",
    "access": "Access",
}


def app_of(visit: Visit) -> App:
    """The app that the path names; a 404 page for none."""
    app = visit.account.apps.get(number_in(visit.call.params["app_id"]) or 0)
    if app is None:
        raise visit.refusal(404, "Application not found", "There is no application with this number.")
    return app


def tab(visit: Visit, app: App, name: str, *, problem: str | None = None, **values: object) -> Answer:
    """The tab `name` of the app, with status 422 when there is a problem to tell."""
    return visit.page(
        f"app_{name}",
        status=200 if problem is None else 422,
        problem=problem,
        app=app,
        connector=visit.account.connectors[app.connector_id],
        base=f"/admin/apps/{app.id}",
        tabs=_TABS,
        **values,
    )


def changed(visit: Visit, app: App, body: Mapping[str, JsonValue]) -> App:
    """The app after a change in the shape of a PUT, not saved; Refusal as the API's for what it would not take."""
    return changed_app(visit.account, app, body)


def put(visit: Visit, app: App) -> None:
    """Saves a changed app. Nothing lags behind the console, so this is the record itself."""
    visit.account.apps.put(app.id, app)


def problem_of(refusal: Refusal) -> str:
    """What the API said, for the person at the page."""
    body = refusal.answer.body
    message = body.get("message") if isinstance(body, dict) else None
    return str(message or "This cannot be saved.").removeprefix("Validation failed: ")

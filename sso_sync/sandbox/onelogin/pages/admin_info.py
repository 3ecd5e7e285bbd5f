"""The tab Info: Display Name, Description, Visible in portal."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from sso_sync.sandbox.onelogin.pages.admin_frame import app_of, changed, problem_of, put, tab
from sso_sync.sandbox.onelogin.pages.visit import Visit
from sso_sync.sandbox.onelogin.records import App
from sso_sync.sandbox.wire import Answer, Refusal

__all__ = ["save", "show"]


def show(visit: Visit) -> Answer:
    """`GET /admin/apps/{app_id}/info`"""
    app = app_of(visit)
    return _tab(visit, app, {"name": app.name, "description": app.description, "visible": app.visible})


def save(visit: Visit) -> Answer:
    """`POST /admin/apps/{app_id}/info`"""
    app, form = app_of(visit), visit.call.form()
    # A description that never was set stays so while the field is left empty (§5.3: null and "" are kept apart).
    text = form.get("description", "").replace("\r\n", "\n") or (None if app.description is None else "")
    sent: dict[str, JsonValue] = {"name": form.get("name", ""), "description": text, "visible": "visible" in form}
    try:
        put(visit, changed(visit, app, sent))
    except Refusal as refusal:
        raise Refusal(_tab(visit, app, sent, problem_of(refusal))) from None
    return visit.done(visit.call.path, "saved")


def _tab(visit: Visit, app: App, fields: Mapping[str, JsonValue], problem: str | None = None) -> Answer:
    return tab(visit, app, "info", problem=problem, fields=fields)

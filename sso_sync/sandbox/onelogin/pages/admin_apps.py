"""Applications → Applications: the list."""

from __future__ import annotations

from sso_sync.sandbox.access import effective_access
from sso_sync.sandbox.onelogin.pages.admin_frame import app_of
from sso_sync.sandbox.onelogin.pages.visit import Visit
from sso_sync.sandbox.pages.templates import redirect
from sso_sync.sandbox.wire import Answer

__all__ = ["show_apps", "show_first_tab"]


def show_apps(visit: Visit) -> Answer:
    """`GET /admin/apps`"""
    account = visit.account
    rows = [
        {
            "id": app.id,
            "name": app.name,
            "connector": account.connectors[app.connector_id].name,
            "visible": app.visible,
            "people": len(effective_access(account, app)),
        }
        for app in sorted(account.apps, key=lambda app: (app.name.lower(), app.id))
    ]
    return visit.page("apps", apps=rows)


def show_first_tab(visit: Visit) -> Answer:
    """`GET /admin/apps/{app_id}`"""
    return redirect(f"/admin/apps/{app_of(visit).id}/info")

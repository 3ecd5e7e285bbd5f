"""What a person sees after signing in: a tile for each app they may use."""

from __future__ import annotations

from sso_sync.sandbox.access import effective_access
from sso_sync.sandbox.onelogin.pages.visit import Visit
from sso_sync.sandbox.wire import Answer

__all__ = ["show_portal"]


def show_portal(visit: Visit) -> Answer:
    """`GET /portal`: the visible apps to which the person has effective access."""
    account, own = visit.account, visit.user.id
    apps = [app for app in account.apps if app.visible and own in effective_access(account, app)]
    return visit.page("portal", apps=[{"id": app.id, "name": app.name, "text": app.description} for app in apps])

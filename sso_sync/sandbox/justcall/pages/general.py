"""The pages around the SSO settings: home, the account, security."""

from __future__ import annotations

from sso_sync.sandbox.justcall.pages.visit import Visit
from sso_sync.sandbox.wire import Answer

__all__ = ["account", "home", "security", "shell"]


def home(visit: Visit) -> Answer:
    """`GET /apex/home`: who is signed in."""
    return visit.page("home")


def account(visit: Visit) -> Answer:
    """`GET /apex/settings`"""
    return shell(visit) if visit.variants.page == "spa" else visit.page("account", facts=_facts(visit))


def security(visit: Visit) -> Answer:
    """`GET /apex/settings/security`"""
    return shell(visit) if visit.variants.page == "spa" else visit.page("security", facts=_facts(visit))


def shell(visit: Visit) -> Answer:
    """The single page: an empty frame that the script fills, whichever of the three paths it was opened at."""
    return visit.page("spa", facts=_facts(visit))


def _facts(visit: Visit) -> dict[str, object]:
    settings, people = visit.account.settings, list(visit.account.users)
    owner = next((user for user in people if user.role == settings.owner_role), None)
    return {"people": len(people), "owner": owner, "enabled": settings.enabled}

"""Who gets to see a page: everybody, whoever is signed in, or the account's owner."""

from __future__ import annotations

from collections.abc import Callable
from secrets import compare_digest
from urllib.parse import quote

from sso_sync.sandbox.justcall.pages.visit import Visit
from sso_sync.sandbox.pages.templates import redirect
from sso_sync.sandbox.wire import Answer

__all__ = ["STALE", "Gate", "anybody", "owner", "owner_json", "settings", "signed_in"]

Gate = Callable[[Visit], Answer | None]
"""None lets the visit pass; an answer takes the page's place."""

STALE = "This page is out of date. Reload it and try again."


def anybody(_visit: Visit) -> Answer | None:
    """No condition."""
    return None


def signed_in(visit: Visit) -> Answer | None:
    """A session; without one the login page, which leads back here."""
    return None if visit.visitor is not None else _to_login(visit)


def settings(visit: Visit) -> Answer | None:
    """A session, and one that has not expired in the middle of the work."""
    return _to_login(visit) if _expired(visit) else None


def owner(visit: Visit) -> Answer | None:
    """The account's owner, as the official articles say (fact sheet §3); forms must come from this session's page."""
    if _expired(visit):
        return _to_login(visit)
    if not _is_owner(visit):
        return visit.page("no_permission", status=403)
    if visit.call.method == "POST" and not _genuine(visit, visit.call.form().get("csrf", "")):
        return visit.page("error", status=403, title="This page has expired", text=STALE)
    return None


def owner_json(visit: Visit) -> Answer | None:
    """As `owner`, for the script of the single page: refusals are JSON, the token comes in a header."""
    if _expired(visit):
        return Answer(401, {"status": "failed", "message": "Your session has expired"})
    if not _is_owner(visit):
        return Answer(403, {"status": "failed", "message": "You do not have permission to view this page"})
    if visit.call.method != "GET" and not _genuine(visit, visit.call.headers.get("x-csrf-token", "")):
        return Answer(403, {"status": "failed", "message": STALE})
    return None


def _expired(visit: Visit) -> bool:
    return visit.visitor is None or visit.variants.page_access == "expired"


def _is_owner(visit: Visit) -> bool:
    return visit.person.user.role == visit.account.settings.owner_role and visit.variants.page_access == "granted"


def _genuine(visit: Visit, sent: str) -> bool:
    return compare_digest(sent.encode(), visit.person.session.csrf.encode())


def _to_login(visit: Visit) -> Answer:
    back = visit.call.path if visit.call.method == "GET" else "/apex/settings"
    return redirect(f"/login?next={quote(back, safe='/')}")

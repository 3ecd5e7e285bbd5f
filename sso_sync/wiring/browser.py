"""Plugs a connection into a real browser: which one, with whose session, on which page.

Everything that can be missing on this machine is missed here, before anything is asked of either side.
"""

from __future__ import annotations

import secrets
import shlex
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sso_sync.clock import utc_now
from sso_sync.justcall.browser.install import find_browser, require_playwright
from sso_sync.justcall.browser.session import Session, load_session, refreshed, save_session
from sso_sync.justcall.browser.storage_state import kept_state
from sso_sync.justcall.page_map.model import PageMap
from sso_sync.spec.connection import Connection
from sso_sync.store.private import folder
from sso_sync.wiring.page_map import app_url, page_map

if TYPE_CHECKING:
    from sso_sync.justcall.browser.room import Access, Room
    from sso_sync.justcall.port import ServiceProvider
    from sso_sync.sandbox.server import Sandbox

__all__ = ["browser_driver", "browser_room", "embedded_access", "saved_access"]


def saved_access(connection: Connection, environ: Mapping[str, str]) -> Access:
    """The way in with the session that a person saved (`sso-sync browser login`), or that the environment holds.

    Raises SsoSyncError when Playwright or a browser is missing. The session itself is looked for later: where there
    is none, JustCall is out of reach, and OneLogin's side can be planned all the same.
    """
    known = page_map(connection)
    url = app_url(connection, known)

    def keep(session: Session, state: Mapping[str, Any]) -> None:
        if session.source == "file":
            left = kept_state(state, known.app.cookie_domains, url)
            save_session(refreshed(session, left), connection.name, url, environ)

    session = partial(load_session, connection.name, url, environ, spec=connection.path)
    return _access(connection, environ, known, url=url, session=session, keep=keep)


def embedded_access(connection: Connection, environ: Mapping[str, str], sandbox: Sandbox) -> Access:
    """The way into the embedded sandbox, whose owner is signed in already. Raises like `saved_access`."""

    def session() -> Session:
        now = utc_now()
        return Session(sandbox.browser_session(), now, now, "environment", "the embedded sandbox")

    return _access(connection, environ, page_map(connection), url=sandbox.justcall_url, session=session, keep=None)


def browser_room(access: Access) -> Room:
    """The browser itself; pictures of pages that are refused outside of a run go to `.sso-sync/refused/`."""
    from sso_sync.justcall.browser.room import Room

    return Room(access, refusals=_refusals, clock=utc_now)


def browser_driver(access: Access) -> ServiceProvider:
    """The driver `browser`, read-only."""
    from sso_sync.justcall.drivers.browser import BrowserDriver

    return BrowserDriver(browser_room(access))


def _access(
    connection: Connection,
    environ: Mapping[str, str],
    known: PageMap,
    *,
    url: str,
    session: Callable[[], Session],
    keep: Callable[[Session, Mapping[str, Any]], None] | None,
) -> Access:
    require_playwright()
    executable = find_browser(environ)
    from sso_sync.justcall.browser.room import Access

    sign_in = f"sso-sync browser login {shlex.quote(str(connection.path))}"
    return Access(executable, url, known, session, keep, sign_in)


def _refusals() -> Path:
    return folder("refused", f"{utc_now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}")

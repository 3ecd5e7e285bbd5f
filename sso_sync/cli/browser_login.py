"""How `sso-sync browser login` is done: a window, a person, and a file at the end."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sso_sync.cli import output
from sso_sync.cli.boundary import INTERRUPTED
from sso_sync.cli.browser_app import App, app_of
from sso_sync.cli.options import Common
from sso_sync.errors import Diagnostic, SsoSyncError
from sso_sync.justcall.browser.install import find_browser, require_playwright
from sso_sync.justcall.browser.session import (
    NoSession,
    Session,
    environment_names,
    kept_state,
    save_session,
    session_file,
    signed_in,
)
from sso_sync.justcall.browser.storage_state import is_empty
from sso_sync.spec.connection import Connection

__all__ = ["SignedIn", "interrupted", "login"]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that was saved: whose, where, and the variable that can hold it for this connection alone."""

    connection: str
    app_url: str
    session: Session
    path: Path
    variable: str


def login(common: Common, connection: Connection, environ: Mapping[str, str], *, patience: float) -> SignedIn:
    """Opens a window, waits for somebody to sign in, and saves the session.

    Raises SsoSyncError without a display, Playwright or browser, NoSession when nobody signs in, and SideUnavailable
    when the login page does not open; nothing is saved then.
    """
    _check_display(environ)
    require_playwright()
    browser, app = find_browser(environ), app_of(connection)
    session_file(connection.name, app.url, environ)  # better known now than when somebody has signed in
    found = asyncio.run(_in_a_window(browser, app, environ, patience, lambda text: output.note(common, text)))
    state = kept_state(found, app.cookie_domains, app.url)
    if is_empty(state):
        raise NoSession.because(
            f"The browser is signed in, but {app.url} has left neither cookie nor local storage",
            detail=f"Cookies of these domains are kept: {', '.join(app.cookie_domains)}.",
            next_action="Add the domain of JustCall's cookies to the page map: app.cookie_domains.",
        )
    session = signed_in(state, connection.name, app.url, environ)
    path = save_session(session, connection.name, app.url, environ)
    names = environment_names(connection.name)
    for name in (one for one in names if environ.get(one)):
        output.note(common, f"Mind that {name} is set: it comes before the file, until you unset it.")
    return SignedIn(connection.name, app.url, session, path, names[0])


def interrupted(common: Common) -> int:
    """Reports Ctrl-C, and answers the exit code."""
    stopped = Diagnostic("error", "interrupted: nothing was saved", next_action="Run it again to sign in.")
    return output.fail(common, (stopped,), INTERRUPTED)


async def _in_a_window(
    browser: Path, app: App, environ: Mapping[str, str], patience: float, say: Callable[[str], None]
) -> dict[str, Any]:
    from sso_sync.justcall.browser.launch import opened
    from sso_sync.justcall.browser.login import sign_in

    async with opened(browser, app_url=app.url, headless=False, environ=environ) as context:
        return await sign_in(
            context,
            app_url=app.url,
            login_path=app.login_path,
            signed_out_paths=app.signed_out_paths,
            settings_path=app.settings_path,
            patience=patience,
            say=say,
        )


def _check_display(environ: Mapping[str, str], platform: str = sys.platform) -> None:
    """Raises SsoSyncError where no window can be shown."""
    if platform in ("darwin", "win32") or environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"):
        return
    raise SsoSyncError.because(
        "There is no display to show a browser on: neither DISPLAY nor WAYLAND_DISPLAY is set",
        next_action="Sign in on a machine with a screen, and hand the content of the session file over in the "
        "environment variable JUSTCALL_SESSION.",
    )

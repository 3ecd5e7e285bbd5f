"""What `sso-sync browser status` finds out: the browser, Playwright, and the session of each connection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sso_sync.cli.browser_app import app_of, needs_session
from sso_sync.clock import Clock, utc_now
from sso_sync.errors import Diagnostic, ExitCode, SsoSyncError
from sso_sync.justcall.browser.install import browser_version, find_browser, playwright_version, require_playwright
from sso_sync.justcall.browser.session import Session, load_session
from sso_sync.spec.connection import Connection

__all__ = ["SessionStatus", "Tools", "of", "tools"]


@dataclass(frozen=True, slots=True)
class Tools:
    """What a browser run needs on this machine; `problems` says what is missing."""

    browser: Path | None
    browser_version: str | None
    playwright: str | None
    problems: tuple[Diagnostic, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        return ExitCode.ERROR if self.problems else ExitCode.OK


@dataclass(frozen=True, slots=True)
class SessionStatus:
    """The session of one connection as of `now`.

    `app_url` is None for a connection that needs no session. Otherwise there is a session, or a problem that says why
    not.
    """

    connection: str
    path: Path
    now: datetime
    app_url: str | None = None
    session: Session | None = None
    problem: Diagnostic | None = None


def tools(environ: Mapping[str, str]) -> Tools:
    """The browser and Playwright, or what to do about it."""
    problems: list[Diagnostic] = []
    browser = version = playwright = None
    try:
        browser = find_browser(environ)
        version = browser_version(browser)
    except SsoSyncError as missing:
        problems += missing.diagnostics
    try:
        require_playwright()
        playwright = playwright_version()
    except SsoSyncError as missing:
        problems += missing.diagnostics
    return Tools(browser, version, playwright, tuple(problems))


def of(connection: Connection, environ: Mapping[str, str], *, clock: Clock = utc_now) -> tuple[SessionStatus, ExitCode]:
    """The session of a connection, and the exit code that it leads to: 0, or 6 if it cannot be used."""
    status = SessionStatus(connection.name, connection.path, clock())
    if not needs_session(connection):
        return status, ExitCode.OK
    status = replace(status, app_url=app_of(connection).url)
    try:
        session = load_session(
            connection.name, app_of(connection).url, environ, spec=connection.path, clock=lambda: status.now
        )
    except SsoSyncError as problem:
        return replace(status, problem=problem.diagnostics[0]), problem.exit_code
    return replace(status, session=session), ExitCode.OK

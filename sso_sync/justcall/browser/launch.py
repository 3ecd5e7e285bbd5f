"""A browser that is the same every time: one language, one window size, and nothing of its user's own."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.async_api import Browser, BrowserContext, async_playwright
from playwright.async_api import Error as PlaywrightError

from sso_sync.errors import SsoSyncError
from sso_sync.justcall.browser.told import first_line
from sso_sync.urls import is_loopback

if TYPE_CHECKING:
    from playwright.async_api import StorageState, ViewportSize

__all__ = ["LOCALE", "VIEWPORT", "opened", "started"]

LOCALE = "en-US"
VIEWPORT: ViewportSize = {"width": 1280, "height": 1000}
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
# A rehearsal must not leave the machine, whatever a page links to.
_ON_THIS_MACHINE = (
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE ::1",
    "--no-proxy-server",
)


@asynccontextmanager
async def opened(
    executable: Path,
    *,
    app_url: str,
    headless: bool = True,
    storage_state: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
) -> AsyncIterator[BrowserContext]:
    """A fresh browser with one context; closed at the end, whatever happens in between.

    `storage_state` is Playwright's (cookies and local storage). The rest is `started`'s. Raises like it.
    """
    state: StorageState | None = None if storage_state is None else dict(storage_state)  # type: ignore[assignment]
    async with started(executable, app_url=app_url, headless=headless, environ=environ) as browser:
        context = await browser.new_context(
            storage_state=state,
            locale=LOCALE,
            timezone_id="UTC",
            viewport=VIEWPORT,
            accept_downloads=False,
            # What a service worker sends or answers could not be seen, nor blocked.
            service_workers="block",
        )
        try:
            yield context
        finally:
            with suppress(PlaywrightError):  # a browser that has died took its contexts along
                await context.close()


@asynccontextmanager
async def started(
    executable: Path,
    *,
    app_url: str,
    headless: bool = True,
    environ: Mapping[str, str] | None = None,
) -> AsyncIterator[Browser]:
    """A browser without any context; closed at the end.

    With an `app_url` on loopback it can reach nothing but loopback. Chromium's own sandbox is on, except for root, who
    cannot have it, and with SSO_SYNC_BROWSER_SANDBOX=off in `environ` (default: the process's). Raises SsoSyncError
    when the browser does not start.
    """
    variables = os.environ if environ is None else environ
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(
                executable_path=executable,
                headless=headless,
                args=[*_QUIET, *(_ON_THIS_MACHINE if is_loopback(app_url) else ())],
                chromium_sandbox=_sandboxed(variables),
                # Ctrl-C ends a run in good order: the call in flight is finished first.
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )
        except PlaywrightError as problem:
            raise _unstarted(executable, problem) from None
        try:
            yield browser
        finally:
            await browser.close()


def _sandboxed(environ: Mapping[str, str]) -> bool:
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return not root and environ.get("SSO_SYNC_BROWSER_SANDBOX", "").lower() != "off"


def _unstarted(executable: Path, problem: PlaywrightError) -> SsoSyncError:
    return SsoSyncError.because(
        f"The browser {executable} did not start",
        detail=first_line(problem),
        next_action="Run it by hand to see why. In a container that forbids its sandbox set "
        "SSO_SYNC_BROWSER_SANDBOX=off; a headed browser needs a display.",
    )

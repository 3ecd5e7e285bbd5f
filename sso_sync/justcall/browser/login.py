"""Waits for a person to sign in to JustCall in a browser window, by whatever way there is, and takes the session.

No password is asked for, read or stored: the person types it into JustCall's page, or into that of whoever vouches for
them. All that is looked at is where the browser's pages are, and at the end its cookies and local storage.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError

from sso_sync.errors import SideUnavailable
from sso_sync.justcall.browser.session import NoSession
from sso_sync.justcall.browser.storage_state import origin_of
from sso_sync.justcall.browser.told import first_line

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page

__all__ = ["PATIENCE", "sign_in"]

PATIENCE = 600.0
"""Seconds in which people find their password, their phone, and the mail with the code."""

_POLL = 0.5
_SETTLED = 1.0  # a page that only passes on to another one is gone by then
_AGAIN = 20.0  # a look at the settings opens a tab in front of whoever is typing: not too often
_OPENING = 30.0


async def sign_in(
    context: BrowserContext,
    *,
    app_url: str,
    login_path: str,
    signed_out_paths: Sequence[str],
    settings_path: str,
    patience: float = PATIENCE,
    say: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """The context's storage state (Playwright's, of all hosts) once somebody is signed in to JustCall.

    Signed in means: a page stays for a second on the origin of `app_url`, on a path that begins with none of
    `signed_out_paths`, and then a new tab opens `settings_path` without being sent away from there. Waits up to
    `patience` seconds. `say` gets what the person should know. Raises SideUnavailable when the login page does not
    open, and NoSession when the browser is closed or the time is over.
    """
    app = _App(app_url.rstrip("/"), tuple(signed_out_paths), settings_path)
    gone = asyncio.Event()
    context.on("close", lambda _: gone.set())
    deadline = time.monotonic() + patience
    page = await context.new_page()
    await _open(page, app.url + login_path)
    say(f"Sign in to JustCall in the window that has opened. Waiting up to {_span(patience)}.")
    try:
        await _signed_in(context, app, gone, deadline, say)
        return dict(await context.storage_state())
    except PlaywrightError as problem:
        raise _lost(problem, closed=gone.is_set() or not context.pages) from None


@dataclass(frozen=True, slots=True)
class _App:
    """Where JustCall is, and how to tell from an address whether somebody is signed in."""

    url: str
    signed_out_paths: tuple[str, ...]
    settings_path: str

    def admits(self, url: str) -> bool:
        """Whether a page at `url` is one that JustCall shows to those who are signed in."""
        try:
            if origin_of(url) != origin_of(self.url):
                return False
        except ValueError:
            return False
        base = urlsplit(self.url).path
        path = urlsplit(url).path or "/"
        return not any(path.startswith(base + one) for one in self.signed_out_paths)


async def _signed_in(
    context: BrowserContext, app: _App, gone: asyncio.Event, deadline: float, say: Callable[[str], None]
) -> None:
    """Returns as soon as somebody is signed in. Raises NoSession."""
    since: dict[Page, float] = {}
    refuted: dict[Page, tuple[str, float]] = {}
    while not gone.is_set() and context.pages:
        now = time.monotonic()
        since = {page: since.get(page, now) for page in context.pages if app.admits(page.url)}
        for page in (one for one, began in since.items() if now - began >= _SETTLED):
            where, when = refuted.get(page, ("", 0.0))
            if page.url == where and now - when < _AGAIN:
                continue
            say("Somebody is signed in; looking whether the settings open.")
            if await _proved(context, app, min(_OPENING, max(deadline - now, _POLL))):
                return
            refuted[page] = (page.url, time.monotonic())
            if not page.is_closed():
                await page.bring_to_front()
        if time.monotonic() >= deadline:
            raise NoSession.because(
                "Nobody has signed in to JustCall in time",
                detail="The browser was closed; nothing was saved.",
                next_action="Run it again; --timeout SECONDS waits longer.",
            )
        await _pause(gone)
    raise _closed()


async def _proved(context: BrowserContext, app: _App, timeout: float) -> bool:
    """Whether the settings open in a tab of their own, and do not send it away within a second."""
    tab = await context.new_page()
    try:
        await tab.goto(app.url + app.settings_path, wait_until="load", timeout=timeout * 1000)
        settled = time.monotonic() + _SETTLED
        while app.admits(tab.url):
            if time.monotonic() >= settled:
                return True
            await asyncio.sleep(_SETTLED / 10)
    except PlaywrightError:
        if not context.pages:
            raise
    finally:
        if not tab.is_closed():
            await tab.close()
    return False


async def _open(page: Page, url: str) -> None:
    try:
        await page.goto(url, wait_until="commit", timeout=_OPENING * 1000)
    except PlaywrightError as problem:
        if page.is_closed():
            raise _closed() from None
        raise SideUnavailable.because(
            f"JustCall's login page does not open: {url}",
            detail=first_line(problem),
            next_action="Check the address and the network, then run it again.",
        ) from None


async def _pause(gone: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(gone.wait(), _POLL)
    except TimeoutError:
        return


def _closed() -> NoSession:
    return NoSession.because(
        "The browser was closed before anybody had signed in to JustCall",
        detail="Nothing was saved.",
        next_action="Run it again, and leave the window open: it closes by itself.",
    )


def _lost(problem: PlaywrightError, *, closed: bool) -> NoSession | SideUnavailable:
    if closed:
        return _closed()
    return SideUnavailable.because(
        "The browser failed while somebody was signing in to JustCall",
        detail=f"Nothing was saved. {first_line(problem)}",
        next_action="Run it again.",
    )


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes"

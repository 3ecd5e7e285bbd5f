"""The way to the settings page: open it, follow the guide's path, and know at every step whether it is still ours."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from sso_sync.errors import CredentialsRefused, SideUnavailable, SsoSyncError
from sso_sync.justcall.browser.locate import Found, Named, PageMismatch, only
from sso_sync.justcall.browser.storage_state import origin_of
from sso_sync.justcall.browser.told import clipped, first_line
from sso_sync.justcall.page_map.model import PageMap
from sso_sync.justcall.page_map.names import mentioned

__all__ = ["Visit"]

_LOG = logging.getLogger(__name__)
_ATTEMPTS = 3
_STILL_DRAWING = 3.0  # seconds; before that a word on the page says little about what is still to come
_WAIT = wait_exponential(multiplier=0.5, max=4)


class _Unreached(SideUnavailable):
    """The page did not come; worth another try."""


class Visit:
    """One tab on JustCall's settings page. `sign_in` is the command that a person signs in with again."""

    def __init__(self, page: Page, page_map: PageMap, app_url: str, *, sign_in: str) -> None:
        self._page = page
        self._map = page_map
        self._app_url = app_url.rstrip("/")
        self._sign_in = sign_in
        self._address: str | None = None

    async def open(self) -> None:
        """Loads the settings page afresh and returns when it is there.

        The way that the page map describes is gone once; the address where it ended is then as good, as long as the
        page is there. Raises CredentialsRefused when nobody is signed in or the user may not see it, SideUnavailable
        when it does not come, PageMismatch when the way there is not as the page map says.
        """
        if self._address is None or not await self._there(self._address):
            self._address = await self._way()

    async def _way(self) -> str | None:
        """Goes the whole way; answers the address where it ended, if loading that is enough another time."""
        settings = self._map.settings
        start = self._app_url + settings.path
        async for attempt in AsyncRetrying(
            stop=stop_after_attempt(_ATTEMPTS), wait=_WAIT, retry=retry_if_exception_type(_Unreached), reraise=True
        ):
            with attempt:
                await self._load(start)
        for link in settings.navigation:
            step = await self.only(link, f"the way to {settings.label}")
            await step.locator.click()
        await self.only(settings.ready, f"the heading of {settings.label}")
        # An address with a fragment would not be loaded again, but scrolled to.
        return None if self._page.url == start or "#" in self._page.url else self._page.url

    async def _there(self, address: str) -> bool:
        """Loads `address`, and answers whether that is the settings page. What it is otherwise the way will tell."""
        with suppress(SsoSyncError):
            await self._load(address)
            patience = min(_STILL_DRAWING, self._map.timeout_seconds)
            await self.only(self._map.settings.ready, "the heading", timeout=patience)
            return True
        return False

    async def only(self, target: Named, what: str, *, timeout: float | None = None) -> Found:
        """The one element that `target` means, waited for as long as the page map says. Raises like `open`."""
        began = time.monotonic()

        async def alive() -> None:
            self.check()
            if time.monotonic() - began > _STILL_DRAWING:
                await self._check_permission()

        try:
            patience = self._map.timeout_seconds if timeout is None else timeout
            return await only(self._page, target, what, timeout=patience, alive=alive)
        except PageMismatch:
            await self._check_permission()
            raise

    def check(self) -> None:
        """Raises CredentialsRefused when the tab has been sent away from where only signed-in people are."""
        parts = urlsplit(self._page.url)
        if parts.scheme not in ("http", "https"):
            return
        path = parts.path.removeprefix(urlsplit(self._app_url).path)
        if origin_of(self._page.url) != origin_of(self._app_url) or self._map.login.signed_out(path):
            raise self._expired(f"{parts.scheme}://{parts.netloc}{parts.path}")

    async def _check_permission(self) -> None:
        """Raises CredentialsRefused when the page says so in words.

        Asked only when something is missing: the same words may well stand on a page that shows everything.
        """
        said = mentioned(await self._page.locator("body").inner_text(), self._map.settings.no_permission)
        if said is not None:
            raise self._forbidden(f"The page says “{said}”.")

    async def _load(self, url: str) -> None:
        try:
            response = await self._page.goto(
                url, wait_until="domcontentloaded", timeout=self._map.timeout_seconds * 1000
            )
        except PlaywrightError as problem:
            _LOG.debug("JustCall's page did not come: %s", first_line(problem))
            raise _Unreached.because(
                f"JustCall at {self._app_url} cannot be reached: {first_line(problem)}",
                next_action="Check the address and the network, then run it again.",
            ) from None
        self._judge(urlsplit(url).path, response.status if response is not None else 200)

    def _judge(self, path: str, status: int) -> None:
        """What the status of the page itself says, before anybody looks for anything on it."""
        if status >= 500 or status == 429:
            raise _Unreached.because(
                f"JustCall answered {status} to {path}", next_action="Run it again later, or look at JustCall's status."
            )
        if status in (401, 403):
            raise self._forbidden(f"JustCall answered {status} to {path}.")
        self.check()

    def _expired(self, where: str) -> CredentialsRefused:
        return CredentialsRefused.because(
            "The JustCall session has expired",
            detail=f"JustCall sent the browser to {clipped(where)}.",
            next_action=f"Sign in again: {self._sign_in}",
        )

    def _forbidden(self, detail: str) -> CredentialsRefused:
        return CredentialsRefused.because(
            "The signed-in JustCall user may not see the SSO settings",
            detail=f"{detail} The official articles ask for the account owner (fact sheet justcall §0).",
            next_action=f"Sign in as the account owner: {self._sign_in}",
        )

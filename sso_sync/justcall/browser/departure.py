"""The moment a browser leaves JustCall for the identity provider: the request is taken down, and never sent.

Two nets, because neither holds alone. Playwright's routes see the first request of every page, a new window's too, but
no redirect that a server answers with; Chromium's own Fetch domain sees each hop of a page's redirects, but comes too
late for a window that a page opens. So a second window is brought back into the first.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from playwright.async_api import BrowserContext, CDPSession, Page, Request, Route
from playwright.async_api import Error as PlaywrightError

from sso_sync.justcall.probed import UnreadableRequest
from sso_sync.saml.authn_request import (
    REQUEST_PARAMETER,
    AuthnRequestError,
    Captured,
    decode_post,
    decode_redirect,
)

__all__ = ["Departure"]

_EVERYTHING = "**/*"
_ABORTED = "aborted"  # the page stays as it is
_MOST_FIELDS = 200


class Departure:
    """Watches one page of one context. `captured` is done once a SAML request was about to leave.

    It then holds the request, or the UnreadableRequest that it turned out to be.
    """

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self._context = context
        self._page = page
        self._session: CDPSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.captured: asyncio.Future[Captured] = asyncio.get_running_loop().create_future()

    async def watch(self) -> None:
        """Casts both nets; to be called before the page goes anywhere."""
        await self._context.route(_EVERYTHING, self._routed)
        self._session = await self._context.new_cdp_session(self._page)
        self._session.on("Fetch.requestPaused", self._paused)
        await self._session.send("Fetch.enable", {"patterns": [{"urlPattern": "*", "requestStage": "Request"}]})

    async def close(self) -> None:
        """Takes the nets in again."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(PlaywrightError):
            await self._context.unroute(_EVERYTHING, self._routed)
        if self._session is not None:
            with contextlib.suppress(PlaywrightError):
                await self._session.detach()
        if not self.captured.done():
            self.captured.cancel()

    async def _routed(self, route: Route) -> None:
        request = route.request
        with contextlib.suppress(PlaywrightError):  # the page may be gone by now
            if self._take(request.url, request.post_data_buffer):
                await route.abort(_ABORTED)
            elif request.is_navigation_request() and self._elsewhere(request):
                await route.abort(_ABORTED)
                await self._page.evaluate("url => { window.location.assign(url) }", request.url)
            else:
                await route.fallback()

    def _elsewhere(self, request: Request) -> bool:
        """Whether the request opens another window, which has no frame yet while its first request is asked for."""
        try:
            return request.frame.page is not self._page
        except PlaywrightError:
            return True

    def _paused(self, event: dict[str, Any]) -> None:
        task = asyncio.ensure_future(self._decide(event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _decide(self, event: dict[str, Any]) -> None:
        session, identity, request = self._session, event["requestId"], event["request"]
        if session is None:
            return
        with contextlib.suppress(PlaywrightError):
            if self._take(request["url"], _body(request)):
                await session.send("Fetch.failRequest", {"requestId": identity, "errorReason": "Aborted"})
            else:
                await session.send("Fetch.continueRequest", {"requestId": identity})

    def _take(self, url: str, body: bytes | None) -> bool:
        """Whether a request carries a SAML request, and so must not leave; the first one is kept."""
        form = list(_fields(body))
        posted = any(name == REQUEST_PARAMETER for name, _ in form)
        if not posted and not any(name == REQUEST_PARAMETER for name, _ in _fields(_query(url))):
            return False
        if not self.captured.done():
            try:
                self.captured.set_result(decode_post(url, form) if posted else decode_redirect(url))
            except AuthnRequestError as problem:
                self.captured.set_exception(
                    UnreadableRequest.because(f"JustCall redirects, but its SAML request cannot be read: {problem}")
                )
        return True


def _query(url: str) -> bytes:
    try:
        return urlsplit(url).query.encode()
    except ValueError:
        return b""


def _fields(text: bytes | None) -> Iterator[tuple[str, str]]:
    """The fields of a query or a posted form; none for anything else, such as an upload."""
    with contextlib.suppress(ValueError):
        yield from parse_qsl((text or b"").decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)


def _body(request: dict[str, Any]) -> bytes | None:
    entries = request.get("postDataEntries")
    if entries:
        return b"".join(base64.b64decode(entry.get("bytes", "")) for entry in entries)
    text = request.get("postData")
    return text.encode() if isinstance(text, str) else None

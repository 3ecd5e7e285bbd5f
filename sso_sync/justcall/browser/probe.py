"""A look at JustCall without a session: its public login page is asked to sign somebody in with SSO, up to the moment
the browser would leave for the identity provider (see `departure`). Nothing is sent there, and nobody is signed in.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable, Sequence
from typing import Any, Protocol, TypeVar
from urllib.parse import unquote_plus

from playwright.async_api import BrowserContext, ElementHandle, Locator, Page, Request
from playwright.async_api import Error as PlaywrightError

from sso_sync.errors import SideUnavailable
from sso_sync.justcall.browser.departure import Departure
from sso_sync.justcall.browser.locate import Named, PageMismatch, only, sighting
from sso_sync.justcall.browser.told import EMAIL, first_line
from sso_sync.justcall.probed import NotRedirected
from sso_sync.safe import visible
from sso_sync.saml.authn_request import Captured

__all__ = ["LoginPage", "probe"]

T = TypeVar("T")

_SETTLE = 3.0  # seconds for a field that was there before the click to make way for that of another form
_GRACE = 1.0  # seconds in which a browser may still leave after the page has said something
_MOST_SAID = 200  # characters
_WRONG, _BROKEN = 400, 500


class LoginPage(Protocol):
    """The page map's part about signing in: what chooses SSO, where the e-mail goes, and what sends it off."""

    @property
    def sso(self) -> Named: ...

    @property
    def email(self) -> Named: ...

    @property
    def submit(self) -> Named: ...


async def probe(
    context: BrowserContext,
    *,
    login_url: str,
    login: LoginPage,
    email: str,
    timeout: float,
    words: Sequence[str] = (),
) -> Captured:
    """The SAML request that JustCall would send the browser away with, to sign `email` in.

    `context` needs no session. The whole takes `timeout` seconds at most. An alert means no; a status means it with one
    of the `words` in it. Raises SideUnavailable when the login page cannot be opened, PageMismatch when it is not as
    `login` says, NotRedirected when JustCall says no, or nothing, and UnreadableRequest.
    """
    page = await context.new_page()
    leaving = Departure(context, page)
    visit = _Visit(page, url=login_url, login=login, email=email, words=tuple(words), seconds=timeout)
    try:
        await leaving.watch()
        return await _raced(visit, leaving.captured)
    finally:
        await leaving.close()
        with contextlib.suppress(PlaywrightError):
            await page.close()


async def _raced(visit: _Visit, captured: asyncio.Future[Captured]) -> Captured:
    """Whichever comes first: the browser leaves, or the page makes clear that it will not."""
    walk = asyncio.ensure_future(visit.walk())
    try:
        both: set[asyncio.Future[Any]] = {walk, captured}
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if not captured.done():
            await asyncio.wait({captured}, timeout=_GRACE)
        if captured.done():
            return captured.result()
        raise visit.refusal(walk.result())
    finally:
        walk.cancel()
        await asyncio.gather(walk, return_exceptions=True)


class _Visit:
    """One person at the login page, as far as the page plays along."""

    def __init__(
        self, page: Page, *, url: str, login: LoginPage, email: str, words: tuple[str, ...], seconds: float
    ) -> None:
        self._page = page
        self._url = url
        self._login = login
        self._email = email
        self._words = words
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds
        self._sent = False
        page.on("request", self._asked)

    async def walk(self) -> str | None:
        """Goes through the form; answers what the page says instead of redirecting, None for nothing in all the time.

        Ends by the deadline.
        """
        await self._open()
        at_first = await self._said()
        sso = await _only(self._page, self._login.sso, "what chooses SSO", self._deadline)
        early = await self._early_field()
        if early is not None:
            await _done("type into the field for the e-mail", early.fill(self._email, timeout=self._left()))
        await _done("click what chooses SSO", sso.click(timeout=self._left(), no_wait_after=True))
        if early is not None:
            said = await self._settled(early, at_first)
            if said is not None:
                return said
        field = await _only(self._page, self._login.email, "the field for the e-mail", self._deadline)
        if self._sent:  # the click has sent the e-mail off, and the page that came may say no
            said = await self._alerted(at_first)
            if said is not None:
                return said
        await _done("type into the field for the e-mail", field.fill(self._email, timeout=self._left()))
        submit = await _only(self._page, self._login.submit, "what sends the e-mail off", self._deadline)
        before = await self._said()
        await _done("click what sends the e-mail off", submit.click(timeout=self._left(), no_wait_after=True))
        return await self._no(before, self._left()) or next(iter(await self._said() - at_first), None)

    def refusal(self, said: str | None) -> NotRedirected:
        """Why there is no redirect. Other people's e-mail addresses stay out of it."""
        if said is None:
            return NotRedirected.because(
                f"JustCall did not redirect within {self._seconds:g} seconds, and said nothing",
                next_action="Check that SSO is enabled in JustCall and that this e-mail belongs to one of its users.",
            )
        kept = EMAIL.sub(lambda one: one[0] if one[0].lower() == self._email.lower() else "***@***", said)
        folded = visible(" ".join(kept.split()))
        shown = folded if len(folded) <= _MOST_SAID else f"{folded[:_MOST_SAID]}…"
        return NotRedirected.because(
            f"JustCall did not redirect: it said '{shown}'",
            next_action="Check that SSO is enabled in JustCall and that this e-mail belongs to one of its users.",
        )

    def _left(self) -> float:
        """Milliseconds until the deadline, as Playwright counts; never 0, which would mean for ever."""
        return max((self._deadline - time.monotonic()) * 1000, 1.0)

    async def _open(self) -> None:
        try:
            response = await self._page.goto(self._url, timeout=self._left(), wait_until="domcontentloaded")
        except PlaywrightError as problem:
            raise SideUnavailable.because(
                "JustCall's login page cannot be opened",
                detail=first_line(problem),
                next_action="Check the address and the network, then try again.",
            ) from None
        if response is not None and response.status >= _WRONG:
            kind = SideUnavailable if response.status >= _BROKEN else PageMismatch
            raise kind.because(
                f"JustCall's login page answers with status {response.status}",
                next_action="Check the address of JustCall and of its login page.",
            )

    async def _early_field(self) -> ElementHandle | None:
        """The field for the e-mail if the page has it before SSO is chosen, for a form that knows both ways in."""
        found = await _done("look for a field", _all(self._page, self._login.email))
        return found[0] if len(found) == 1 else None

    def _asked(self, request: Request) -> None:
        """Notes that the e-mail left the page, whichever button it was that sent it."""
        body = (request.post_data_buffer or b"").decode("utf-8", "replace")
        self._sent = self._sent or self._email in unquote_plus(request.url) or self._email in unquote_plus(body)

    async def _alerted(self, before: frozenset[str]) -> str | None:
        """An alert that stands on the page now and did not before."""
        texts = await _done("read what it says", self._bad().all_text_contents())
        return next((text for text in texts if text.strip() and text not in before), None)

    async def _settled(self, early: ElementHandle, before: frozenset[str]) -> str | None:
        """Waits for the field to make way for that of another form; None if the page says nothing meanwhile."""
        gone = asyncio.ensure_future(_gone(early))
        said = asyncio.ensure_future(self._no(before, _SETTLE * 1000))
        try:
            await asyncio.wait({gone, said}, return_when=asyncio.FIRST_COMPLETED)
            return said.result() if said.done() else None
        finally:
            gone.cancel()
            said.cancel()
            await asyncio.gather(gone, said, return_exceptions=True)

    async def _said(self) -> frozenset[str]:
        """Every message that stands on the page now."""
        page = self._page
        found = page.get_by_role("status").or_(self._bad())
        texts = await _done("read what it says", found.all_text_contents())
        return frozenset(text for text in texts if text.strip())

    async def _no(self, before: frozenset[str], milliseconds: float) -> str | None:
        """The first new alert within the time. A status may also say that all goes well, and does not count."""
        fresh = self._bad().filter(has_text=re.compile(r"\S"))
        for text in before:
            fresh = fresh.filter(has_not_text=_exactly(text))
        try:
            await fresh.first.wait_for(state="attached", timeout=max(milliseconds, 1.0))
            return await fresh.first.text_content(timeout=self._left())
        except PlaywrightError:
            return None

    def _bad(self) -> Locator:
        """What means no: an alert, or a status that has one of the words in it."""
        found, status = self._page.get_by_role("alert"), self._page.get_by_role("status")
        for word in self._words:
            found = found.or_(status.filter(has_text=re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)))
        return found


async def _only(page: Page, target: Named, what: str, end: float) -> Locator:
    """The one element that the page map means, by `end` (monotonic). Raises PageMismatch for none, and for several."""
    while True:
        try:
            left = max(end - time.monotonic(), 0.0)
            return (await only(page, target, f"{what} (on the login page)", timeout=left)).locator
        except PlaywrightError as problem:  # one page made way for another while it was looked at
            if time.monotonic() >= end:
                raise _unusable(f"look for {what}", problem) from None


async def _all(page: Page, target: Named) -> list[ElementHandle]:
    """Everything that the first matching name of the page map names."""
    seen = await sighting(page, target)
    return [] if seen.locator is None else await seen.locator.element_handles()


def _exactly(text: str) -> re.Pattern[str]:
    return re.compile(r"^\s*" + r"\s+".join(re.escape(word) for word in text.split()) + r"\s*$")


async def _gone(field: ElementHandle) -> None:
    """Waits until this very element is hidden or gone; a page that goes away takes it along."""
    with contextlib.suppress(PlaywrightError):
        await field.wait_for_element_state("hidden", timeout=_SETTLE * 1000)


async def _done(what: str, work: Awaitable[T]) -> T:
    """The answer of one act on the page. Raises PageMismatch when it cannot be done."""
    try:
        return await work
    except PlaywrightError as problem:
        raise _unusable(what, problem) from None


def _unusable(what: str, problem: Exception) -> PageMismatch:
    return PageMismatch.because(
        f"JustCall's login page does not let sso-sync {what}",
        detail=first_line(problem),
        next_action="Look at the page: something may stand in the way, or the page map names the wrong element.",
    )

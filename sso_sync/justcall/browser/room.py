"""One browser with one tab on JustCall's settings page, for as long as a connection is open.

The browser starts with the first thing that is asked of it and is shut by `close`. Only one thing happens at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from playwright.async_api import BrowserContext, Dialog, Locator, Page
from playwright.async_api import Error as PlaywrightError

from sso_sync.clock import Clock
from sso_sync.errors import SsoSyncError, UnexpectedAnswer
from sso_sync.justcall.browser.evidence import Evidence
from sso_sync.justcall.browser.gate import Gate
from sso_sync.justcall.browser.launch import opened
from sso_sync.justcall.browser.locate import PageMismatch, locate
from sso_sync.justcall.browser.loop import BrowserLoop
from sso_sync.justcall.browser.session import Session, secrets_of
from sso_sync.justcall.browser.settings_page import SettingsPage
from sso_sync.justcall.browser.storage_state import kept_state
from sso_sync.justcall.browser.told import first_line
from sso_sync.justcall.browser.visit import Visit
from sso_sync.justcall.page_map.model import PageMap

__all__ = ["Access", "Room"]

T = TypeVar("T")


@dataclass(frozen=True)
class Access:
    """What it takes to get in. `session` is asked for when the browser starts, so that its trouble is JustCall's.

    `keep_session` takes the session as it is when the browser closes (JustCall may have renewed its cookies); None
    where there is nothing to keep. `sign_in` is the command that a person signs in with.
    """

    executable: Path
    app_url: str
    page_map: PageMap
    session: Callable[[], Session]
    keep_session: Callable[[Session, dict[str, Any]], None] | None
    sign_in: str


class Room:
    """The browser of one connection, and the evidence of what is done in it."""

    def __init__(self, access: Access, *, refusals: Callable[[], Path], clock: Clock) -> None:
        """`refusals` makes the folder for the picture of a page that was refused outside of any run."""
        self.access = access
        self._clock = clock
        self._loop = BrowserLoop()
        self._lock = threading.Lock()
        self._stack = AsyncExitStack()
        self._context: BrowserContext | None = None
        self._tab: Page | None = None
        self._page: SettingsPage | None = None
        self._session: Session | None = None
        self._gate = Gate(access.app_url, access.page_map.reading.allow_posts)
        self._welcome = False
        self._recording = False
        self.evidence = Evidence(refusals)

    def run(self, work: Callable[[SettingsPage], Coroutine[Any, Any, T]], *, refusal: str) -> T:
        """Does `work` on the settings page and answers what it answers.

        A page that is not as it should be is photographed as `<number>-<refusal>.png`; the error says where that is.
        Raises what `work` raises; what Playwright raises becomes UnexpectedAnswer.
        """
        with self._lock:
            return self._loop.run(self._done(work, refusal))

    def record(self, folder: Callable[[], Path]) -> None:
        """From now on pictures go to the folder that `folder` makes, and a trace is recorded."""
        with self._lock:
            self.evidence, self._recording = Evidence(folder), True
            if self._context is not None:
                self._loop.run(self.evidence.start_trace(self._context))

    async def picture(self, name: str) -> None:
        """Keeps a picture of the page as it is now."""
        if self._tab is not None:
            await self.evidence.picture(self._tab, name)

    def close(self) -> None:
        """Shuts the browser, after the trace and the session were put where they belong. Never raises for those."""
        with self._lock:
            try:
                if self._context is not None:
                    self._loop.run(self._left(self._context))
            finally:
                self._loop.close()

    async def _done(self, work: Callable[[SettingsPage], Coroutine[Any, Any, T]], refusal: str) -> T:
        try:
            answer = await work(await self._settings_page())
        except PlaywrightError as problem:
            raise await self._pictured(
                UnexpectedAnswer.because(
                    f"JustCall's page could not be used: {first_line(problem)}",
                    next_action="Look at the screenshot, and compare the page with the page map: "
                    "`sso-sync browser map SPEC --check`.",
                ),
                refusal,
            ) from None
        except SsoSyncError as problem:
            raise await self._pictured(problem, refusal) from None
        self._welcome = True
        return answer

    async def _settings_page(self) -> SettingsPage:
        if self._page is None:
            access = self.access
            self._session = access.session()
            state = kept_state(self._session.storage_state, access.page_map.app.cookie_domains, access.app_url)
            self._context = await self._stack.enter_async_context(
                opened(access.executable, app_url=access.app_url, storage_state=state)
            )
            self._context.set_default_timeout(access.page_map.timeout_seconds * 1000)
            await self._gate.stand_before(self._context)
            if self._recording:
                await self.evidence.start_trace(self._context)
            self._tab = await self._context.new_page()
            self._tab.on("dialog", _answer_dialog)
            await self._put_aside(self._tab)
            visit = Visit(self._tab, access.page_map, access.app_url, sign_in=access.sign_in)
            self._page = SettingsPage(self._tab, access.page_map, visit, self._gate, clock=self._clock)
        return self._page

    async def _put_aside(self, page: Page) -> None:
        """What may lie over the page, such as a cookie banner, is dismissed whenever it is in the way."""
        targets = self.access.page_map.dismiss
        buttons = [locate(page, target.roles, name) for target in targets for name in target.names]
        if not buttons:
            return
        anything = buttons[0]
        for button in buttons[1:]:
            anything = anything.or_(button)

        async def dismiss(_overlay: Locator) -> None:
            for button in buttons:
                if await button.count() == 1:
                    await button.click()
                    return

        await page.add_locator_handler(anything.first, dismiss)

    async def _pictured(self, problem: SsoSyncError, name: str) -> SsoSyncError:
        """The same error, which now tells where the page can be seen as it was."""
        told = self._gate.told() if isinstance(problem, PageMismatch) else None
        taken = await self.evidence.picture(self._tab, name) if self._tab is not None else None
        extra = " ".join(part for part in (told, f"Screenshot: {taken}" if taken else None) if part)
        if extra:
            first, *rest = problem.diagnostics
            problem.diagnostics = (replace(first, detail=f"{first.detail} {extra}" if first.detail else extra), *rest)
        return problem

    async def _left(self, context: BrowserContext) -> None:
        session, keep = self._session, self.access.keep_session
        try:
            state: dict[str, Any] = dict(await context.storage_state())
            secrets = secrets_of(session) if session is not None else frozenset()
            secrets |= {str(cookie.get("value", "")) for cookie in state["cookies"]}
            await self.evidence.keep_trace(context, secrets)
            if session is not None and keep is not None and self._welcome:
                keep(session, state)
        except PlaywrightError:
            pass  # a browser that has died has nothing left to keep
        finally:
            await self._stack.aclose()


async def _answer_dialog(dialog: Dialog) -> None:
    """Leaving a page with unsaved changes is what is wanted; whatever else a page asks this way is declined."""
    if dialog.type == "beforeunload":
        await dialog.accept()
    else:
        await dialog.dismiss()

"""One browser for all tests of a process: starting Chromium and Playwright costs more than most of what is done in it.

Wherever the product starts a browser, a test marked `browser` gets a fresh context in one that runs already: the same
Chromium with the same arguments, and nothing left of the test before. Where Chromium's headless shell is installed it
is that one, because it does not draw a window around every page. Marked `own_browser` as well, a test starts its own as
users do. A window, another executable, another kind of start and another event loop are never shared.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.async_api import Browser

from sso_sync.justcall.browser import launch
from sso_sync.justcall.browser.install import find_browser
from sso_sync.justcall.browser.launch import started
from sso_sync.justcall.browser.loop import BrowserLoop
from sso_sync.urls import is_loopback

__all__ = ["SharedBrowser", "played"]

T = TypeVar("T")


def played(work: Coroutine[Any, Any, T]) -> T:
    """Does `work` where browsers live, and answers what it answers."""
    loop = BrowserLoop()
    try:
        return loop.run(work)
    finally:
        loop.close()


class SharedBrowser:
    """Starts a browser when the first test asks for it. Everything about it happens on one loop, which it keeps."""

    def __init__(self) -> None:
        self.loop = BrowserLoop()
        self._thread = self.loop._started()
        self._stack = AsyncExitStack()
        self._browser: Browser | None = None
        self._one_at_a_time = asyncio.Lock()

    def lend(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """From now on the product's browsers are contexts of this one."""
        monkeypatch.setattr(BrowserLoop, "_started", lambda _loop: self._thread)
        monkeypatch.setattr(launch, "started", self._started)

    def close(self) -> None:
        self.loop.run(self._stack.aclose())
        self.loop.close()

    @asynccontextmanager
    async def _started(
        self, executable: Path, *, app_url: str, headless: bool = True, environ: Mapping[str, str] | None = None
    ) -> AsyncIterator[Browser]:
        variables = os.environ if environ is None else environ
        if (
            asyncio.get_running_loop() is self._thread
            and headless
            and is_loopback(app_url)
            and executable == find_browser(os.environ)
            and launch._sandboxed(variables) == launch._sandboxed({})
        ):
            yield await self._lent(executable)
        else:
            async with started(executable, app_url=app_url, headless=headless, environ=environ) as browser:
                yield browser

    async def _lent(self, executable: Path) -> Browser:
        async with self._one_at_a_time:
            if self._browser is None or not self._browser.is_connected():
                shell = shutil.which("chromium-headless-shell")
                browser = started(Path(shell or executable), app_url="http://127.0.0.1", environ={})
                self._browser = await self._stack.enter_async_context(browser)
            return self._browser

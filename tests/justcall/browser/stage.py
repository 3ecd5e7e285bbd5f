"""One real browser for all tests of a process; each scene has a tab of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from playwright.async_api import BrowserContext, Page

from sso_sync.justcall.browser.loop import BrowserLoop

__all__ = ["Named", "Stage"]

T = TypeVar("T")
_PATIENCE = 60  # seconds for one scene


@dataclass(frozen=True)
class Named:
    """What an element may be called, without a page map."""

    roles: tuple[str, ...]
    names: tuple[str, ...]


class Stage:
    """Plays scenes on pages: `play(html, scene)` gives `scene` a tab that shows `html`, and answers what it answers."""

    def __init__(self, loop: BrowserLoop, context: BrowserContext) -> None:
        self._loop = loop
        self._context = context

    def play(self, html: str, scene: Callable[[Page], Awaitable[T]]) -> T:
        async def played() -> T:
            page = await self._context.new_page()
            try:
                await page.set_content(html)
                return await asyncio.wait_for(scene(page), _PATIENCE)
            finally:
                await page.close()

        return self._loop.run(played())

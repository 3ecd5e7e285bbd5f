"""What a page says to a click: yes, no, a question, or nothing.

The waiting starts before the click, so that a message which is gone after a moment is not missed. What was said before
the click does not count: a page may well carry a banner of its own all the time.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Locator, Page, Response

from sso_sync.justcall.browser.locate import POLL, Named, locate
from sso_sync.justcall.browser.told import clipped
from sso_sync.justcall.page_map.names import mentioned

__all__ = ["Answer", "Said", "Words", "answer_to", "classified"]

_QUIET_AFTER_REQUEST = 5.0  # seconds that a page is given to speak once its own request was answered
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_ROLES_AND_TEXTS = "elements => elements.map(element => [element.getAttribute('role'), element.innerText])"


class Said(StrEnum):
    YES = "yes"
    NO = "no"
    ASKS = "asks"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Answer:
    """What was said, in the page's words; `status` is the worst HTTP status of what the page sent meanwhile."""

    said: Said
    text: str = ""
    status: int | None = None


@dataclass(frozen=True)
class Words:
    """How to take what a page says: roles of messages, words of success and failure, names of a confirming button."""

    roles: Sequence[str]
    success: Sequence[str]
    failure: Sequence[str]
    confirm: Named | None = None


def classified(role: str, text: str, words: Words) -> Said:
    """What one message means. Failure is looked for first: "could not be saved" has "saved" in it.

    Words are whole ones, in any case.
    """
    if mentioned(text, words.failure):
        return Said.NO
    if mentioned(text, words.success):
        return Said.YES
    return Said.NO if role == "alert" else Said.NOTHING


async def answer_to(page: Page, act: Callable[[], Awaitable[None]], words: Words, *, timeout: float) -> Answer:
    """Does `act` (a click) and waits up to `timeout` seconds for what the page says to it."""
    watch = _Watch(page, words, await _messages(page, words.roles), await _dialogs(page).count())
    page.on("response", watch.saw)
    waiting = asyncio.ensure_future(watch.wait())
    try:
        await act()
        said = await asyncio.wait_for(waiting, timeout)
    except TimeoutError:
        said = Answer(Said.NOTHING, watch.heard)
    finally:
        waiting.cancel()
        with suppress(asyncio.CancelledError, PlaywrightError):
            await waiting
        page.remove_listener("response", watch.saw)
    return Answer(said.said, said.text, watch.status)


class _Watch:
    """The messages that appear on one page from now on."""

    def __init__(self, page: Page, words: Words, before: Counter[tuple[str, str]], dialogs: int) -> None:
        self._page = page
        self._words = words
        self._before = before
        self._dialogs = dialogs
        self._answered: float | None = None
        self._confirmed = False
        self._standing: object = None
        self.status: int | None = None
        self.heard = ""

    def saw(self, response: Response) -> None:
        """Notes what the page's own writes were answered."""
        if response.request.method not in _READS and response.request.resource_type in ("document", "fetch", "xhr"):
            self.status = max(self.status or 0, response.status)
            self._answered = asyncio.get_running_loop().time()

    async def wait(self) -> Answer:
        while True:
            # While one page gives way to the next there is nothing to ask.
            with suppress(PlaywrightError):
                said = await self._look()
                if said is not None:
                    return said
            await asyncio.sleep(POLL)

    async def _look(self) -> Answer | None:
        standing = await _standing(self._page, self._words.roles)
        if standing != self._standing:
            answer = await self._listen()
            if answer is not None:
                return answer
            self._standing = standing
        quiet = self._answered is not None and (
            asyncio.get_running_loop().time() - self._answered > _QUIET_AFTER_REQUEST
        )
        return Answer(Said.NOTHING, self.heard) if quiet else None

    async def _listen(self) -> Answer | None:
        """What the messages and dialogs that were not there before the click say."""
        for role, text in (await _messages(self._page, self._words.roles) - self._before).elements():
            said = classified(role, text, self._words)
            if said is not Said.NOTHING:
                return Answer(said, clipped(text))
            self.heard = clipped(text)
        dialogs = _dialogs(self._page)
        if await dialogs.count() > self._dialogs:
            return await self._asked(dialogs.last)
        return None

    async def _asked(self, dialog: Locator) -> Answer | None:
        """A dialog that came up: confirmed if the page map knows its button, otherwise nobody answers it."""
        confirm = self._words.confirm
        for name in confirm.names if confirm is not None and not self._confirmed else ():
            button = locate(dialog, confirm.roles if confirm else (), name)
            if await button.count() == 1:
                self._confirmed = True
                await button.click()
                return None
        return None if self._confirmed else Answer(Said.ASKS, clipped(await dialog.inner_text()))


async def _messages(page: Page, roles: Sequence[str]) -> Counter[tuple[str, str]]:
    seen: Counter[tuple[str, str]] = Counter()
    for role in roles:
        kind: Any = role
        for text in await page.get_by_role(kind).all_inner_texts():
            if text.strip():
                seen[role, " ".join(text.split())] += 1
    return seen


async def _standing(page: Page, roles: Sequence[str]) -> object:
    """Every message and dialog on the page, in one look: as long as it stays equal nothing new was said."""
    kinds: Sequence[Any] = roles
    return await reduce(Locator.or_, map(page.get_by_role, kinds), _dialogs(page)).evaluate_all(_ROLES_AND_TEXTS)


def _dialogs(page: Page) -> Locator:
    return page.get_by_role("dialog").or_(page.get_by_role("alertdialog"))

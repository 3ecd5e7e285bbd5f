"""What is kept of a visit, for whoever has to believe it later: screenshots and a trace, masked, 0600.

Screenshots are masked before they are taken. A trace is recorded by the browser as it is and masked before it is kept.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from pathlib import Path

from playwright.async_api import BrowserContext, Locator, Page
from playwright.async_api import Error as PlaywrightError

from sso_sync.files import write_private
from sso_sync.justcall.browser.told import EMAIL
from sso_sync.justcall.browser.trace import masked_trace

__all__ = ["Evidence"]

_LOG = logging.getLogger(__name__)
_COLOUR = "#5b6270"
# Values are no text of the page: an input has to be asked for its own.
_INPUTS_WITH_EMAIL = "inputs => inputs.map((input, at) => /@/.test(input.value) ? at : -1).filter(at => at >= 0)"


class Evidence:
    """The pictures and the trace of one run, in a folder that is made when the first of them is kept."""

    def __init__(self, folder: Callable[[], Path]) -> None:
        """`folder` makes the folder, 0700, when it is needed."""
        self._folder = folder
        self._place: Path | None = None
        self._taken = 0
        self._tracing = False

    @property
    def place(self) -> Path | None:
        """Where the evidence is; None as long as there is none."""
        return self._place

    async def picture(self, page: Page, name: str) -> Path | None:
        """Keeps `<number>-<name>.png` of the whole page, e-mail addresses covered; None where none can be taken."""
        try:
            image = await page.screenshot(
                full_page=True, animations="disabled", caret="hide", mask=await _covered(page), mask_color=_COLOUR
            )
        except PlaywrightError:
            _LOG.debug("no screenshot %s could be taken", name)
            return None
        self._taken += 1
        return self._keep(f"{self._taken:02}-{name}.png", image)

    async def start_trace(self, context: BrowserContext) -> None:
        """From now on the browser records what it does."""
        await context.tracing.start(snapshots=True, screenshots=False, sources=False)
        self._tracing = True

    async def keep_trace(self, context: BrowserContext, secrets: Iterable[str]) -> Path | None:
        """Ends the recording and keeps it as `trace.zip`, without e-mail addresses and without any of `secrets`."""
        if not self._tracing:
            return None
        self._tracing = False
        # The browser writes it, in whichever folder it was started.
        raw = self._made().absolute() / ".trace.raw"
        try:
            await context.tracing.stop(path=raw)
            return self._keep("trace.zip", masked_trace(raw.read_bytes(), secrets))
        finally:
            raw.unlink(missing_ok=True)

    def _keep(self, name: str, content: bytes) -> Path:
        path = self._made() / name
        write_private(path, content)
        return path

    def _made(self) -> Path:
        if self._place is None:
            self._place = self._folder()
        return self._place


async def _covered(page: Page) -> list[Locator]:
    """Everything on the page that shows an e-mail address."""
    inputs = page.locator("input, textarea, select")
    indices = await inputs.evaluate_all(_INPUTS_WITH_EMAIL)
    return [page.get_by_text(EMAIL), *(inputs.nth(int(index)) for index in indices)]

"""Read-only, enforced where requests leave the browser: nothing that could write gets out, except while saving.

A plan must not write, whatever a page's own script does when a switch is looked at. So every request that is no read is
stopped, unless the page map says that the page needs it to show itself, or the driver itself is saving or testing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Route

__all__ = ["Gate"]

_READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Gate:
    """Stands between a browser context and the network; `blocked` remembers what it stopped at `app_url`'s host."""

    def __init__(self, app_url: str, allowed_posts: Sequence[str]) -> None:
        self._host = urlsplit(app_url).netloc
        self._allowed = tuple(allowed_posts)
        self._open = False
        self.blocked: list[str] = []

    async def stand_before(self, context: BrowserContext) -> None:
        """From now on every request of the context passes here."""
        await context.route("**/*", self._decide)

    @contextmanager
    def opened(self) -> Iterator[None]:
        """While this lasts the page may write: somebody approved it, and the driver clicks on purpose."""
        self._open = True
        try:
            yield
        finally:
            self._open = False

    def passes(self, method: str, url: str) -> bool:
        """Whether a request may go out now."""
        if method in _READS or self._open:
            return True
        parts = urlsplit(url)
        return (
            method == "POST"
            and parts.netloc == self._host
            and any(fnmatchcase(parts.path, pattern) for pattern in self._allowed)
        )

    async def _decide(self, route: Route) -> None:
        request = route.request
        if self.passes(request.method, request.url):
            await route.continue_()
            return
        parts = urlsplit(request.url)
        if parts.netloc == self._host:
            self.blocked.append(f"{request.method} {parts.path}")
        await route.abort("blockedbyclient")

    def told(self) -> str | None:
        """What was stopped, in a sentence; None for nothing."""
        if not self.blocked:
            return None
        requests = ", ".join(dict.fromkeys(self.blocked[:5]))
        return (
            f"While it was read the page wanted to send {requests}, which was stopped. If the page needs that to show "
            "itself, allow its path under `reading.allow_posts` in the page map."
        )

"""Walking OneLogin's lists to their end (fact sheet §3).

v2: `limit` goes with the first request only; afterwards the cursor alone carries it, because `cursor` together with
`limit` or `page` is refused with 400. A list that cannot be read to its end is an error, never a shorter list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import requests

from sso_sync.http import Transport

__all__ = ["MOST_PAGES", "Page", "one_page", "pages", "v1_pages"]

MOST_PAGES = 10_000
"""Far beyond any account; a server that goes on inventing pages ends here."""

Filters = Mapping[str, str | int]


@dataclass(frozen=True)
class Page:
    """One page of a v2 list, and what its headers say about the whole; None where they say nothing."""

    response: requests.Response
    rows: list[dict[str, Any]]

    @property
    def cursor(self) -> str | None:
        return (self.response.headers.get("After-Cursor") or "").strip() or None

    @property
    def number(self) -> int | None:
        return self._count("Current-Page")

    @property
    def total_pages(self) -> int | None:
        return self._count("Total-Pages")

    @property
    def total_rows(self) -> int | None:
        return self._count("Total-Count")

    def _count(self, header: str) -> int | None:
        text = (self.response.headers.get(header) or "").strip()
        return int(text[:9]) if text.isascii() and text.isdigit() else None

    @property
    def is_last(self) -> bool:
        """Whether there is certainly nothing behind this page."""
        return not self.rows or (
            self.number is not None and self.total_pages is not None and self.number >= self.total_pages
        )

    @property
    def promises_more(self) -> bool:
        """Whether the page numbers, rather than a cursor, say that there is another page."""
        return self.number is not None and self.total_pages is not None and self.number < self.total_pages


def one_page(transport: Transport, path: str, filters: Filters, *, limit: int | None, page: int | None = None) -> Page:
    """One page by its number (from 1); `limit` None leaves the size to OneLogin."""
    params = dict(filters)
    if limit is not None:
        params["limit"] = limit
    if page is not None:
        params["page"] = page
    return _page(transport, path, params)


def pages(transport: Transport, path: str, filters: Filters, *, limit: int | None) -> Iterator[Page]:
    """All pages of a list. Raises AnswerError for anything but bare arrays of objects, and for a list without end."""
    page = one_page(transport, path, filters, limit=limit)
    read, seen, turns = len(page.rows), set[str](), 1
    yield page
    while not page.is_last:
        if turns >= MOST_PAGES:
            raise transport.unusable(page.response, f"the list does not end after {MOST_PAGES} pages")
        turns += 1
        if page.cursor is not None:
            if page.cursor in seen:
                if page.total_rows is not None and read >= page.total_rows:
                    return
                raise transport.unusable(page.response, "the list does not end: a page refers back to itself")
            seen.add(page.cursor)
            page = _page(transport, path, {**filters, "cursor": page.cursor})
        elif page.promises_more and page.number is not None:
            page = one_page(transport, path, filters, limit=limit, page=page.number + 1)
        else:
            return
        read += len(page.rows)
        yield page


def _page(transport: Transport, path: str, params: Filters) -> Page:
    response = transport.send("GET", path, params=params)
    return Page(response, _objects(transport, response, transport.json(response)))


def _objects(transport: Transport, response: requests.Response, rows: Any) -> list[dict[str, Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise transport.unusable(response, "the answer is not the list of objects that was expected")
    return rows


def v1_pages(transport: Transport, path: str, *, limit: int) -> Iterator[Page]:
    """All pages of a v1 list, which wraps its rows in an envelope and names the next cursor there, not in a header."""
    params: dict[str, str | int] = {"limit": limit}
    seen = set[str]()
    while True:
        response = transport.send("GET", path, params=params)
        envelope = transport.json(response)
        if not isinstance(envelope, dict):
            raise transport.unusable(response, "the answer is not the v1 envelope that was expected")
        rows = envelope.get("data")
        # An empty v1 list may come as [[]] (quirk 35).
        yield Page(response, _objects(transport, response, [] if rows in (None, [[]]) else rows))
        pagination = envelope.get("pagination")
        after = pagination.get("after_cursor") if isinstance(pagination, dict) else None
        if not after or not rows:
            return
        if str(after) in seen or len(seen) >= MOST_PAGES:
            raise transport.unusable(response, "the list does not end: a page refers back to itself")
        seen.add(str(after))
        params = {"after_cursor": str(after)}

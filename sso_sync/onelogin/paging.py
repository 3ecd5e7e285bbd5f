"""Walking OneLogin's lists to their end (fact sheet §3).

v2: `limit` goes with the first request only; afterwards the cursor alone carries it, because `cursor` together with
`limit` or `page` is refused with 400. A list that cannot be read to its end is an error, never a shorter list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import requests

from sso_sync.http import AnswerError, Transport

__all__ = ["MOST_PAGES", "Filters", "Page", "Raw", "one_page", "v1_pages", "walk"]

MOST_PAGES = 10_000
"""Far beyond any account; a server that goes on inventing pages ends here."""

Filters = Mapping[str, str | int]
Row = TypeVar("Row")
Raw = dict[str, Any]


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a v2 list, and what its headers say about the whole; None where they say nothing.

    `unusable` makes the error for an answer that cannot be gone on from.
    """

    rows: tuple[Row, ...]
    cursor: str | None
    number: int | None
    total_pages: int | None
    total_rows: int | None
    unusable: Callable[[str], AnswerError]

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


def one_page(
    transport: Transport,
    path: str,
    params: Filters,
    decoded: Callable[[requests.Response, list[Raw]], tuple[Row, ...]],
) -> Page[Row]:
    """The page that `params` ask for. Raises AnswerError for anything but a bare array of objects."""
    response = transport.send("GET", path, params=params)
    rows = decoded(response, _objects(transport, response, transport.json(response)))
    head = requests.Response()  # what an error names of the answer, without its body
    head.status_code, head.headers, head.request = response.status_code, response.headers, response.request
    return Page(
        rows,
        (response.headers.get("After-Cursor") or "").strip() or None,
        _count(response, "Current-Page"),
        _count(response, "Total-Pages"),
        _count(response, "Total-Count"),
        lambda message: transport.unusable(head, message),
    )


def _count(response: requests.Response, header: str) -> int | None:
    text = (response.headers.get(header) or "").strip()
    return int(text[:9]) if text.isascii() and text.isdigit() else None


def walk(fetch: Callable[[Filters], Page[Row]], filters: Filters, *, limit: int | None) -> Iterator[Page[Row]]:
    """All pages of a list, one after the other; `fetch` answers the page of a query, `limit` None leaves the size to
    OneLogin. Raises what `fetch` raises, and AnswerError for a list without end.
    """
    sized = filters if limit is None else {**filters, "limit": limit}
    page = fetch(sized)
    read, seen, turns = len(page.rows), set[str](), 1
    yield page
    while not page.is_last:
        if turns >= MOST_PAGES:
            raise page.unusable(f"the list does not end after {MOST_PAGES} pages")
        turns += 1
        if page.cursor is not None:
            if page.cursor in seen:
                if page.total_rows is not None and read >= page.total_rows:
                    return
                raise page.unusable("the list does not end: a page refers back to itself")
            seen.add(page.cursor)
            page = fetch({**filters, "cursor": page.cursor})
        elif page.promises_more and page.number is not None:
            page = fetch({**sized, "page": page.number + 1})
        else:
            return
        read += len(page.rows)
        yield page


def _objects(transport: Transport, response: requests.Response, rows: Any) -> list[Raw]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise transport.unusable(response, "the answer is not the list of objects that was expected")
    return rows


def v1_pages(transport: Transport, path: str, *, limit: int) -> Iterator[tuple[requests.Response, list[Raw]]]:
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
        yield response, _objects(transport, response, [] if rows in (None, [[]]) else rows)
        pagination = envelope.get("pagination")
        after = pagination.get("after_cursor") if isinstance(pagination, dict) else None
        if not after or not rows:
            return
        if str(after) in seen or len(seen) >= MOST_PAGES:
            raise transport.unusable(response, "the list does not end: a page refers back to itself")
        seen.add(str(after))
        params = {"after_cursor": str(after)}

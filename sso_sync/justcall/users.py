"""JustCall's people, read-only, from its public API (fact sheet §2), to be matched with those who have access.

It is not certain how the list is wrapped: the documents show `data` with `next_page_link`, the vendor's own helper
pages on `meta.total_pages`, and a bare list is possible. All are understood; the next page's address is always built
here and never taken from an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

from sso_sync.errors import SpecError
from sso_sync.http import STANDARD_RETRY, UNOBSERVED, Observer, Retry, ServiceClock, Transport
from sso_sync.justcall.wire import new_transport

__all__ = ["JustCallUser", "list_users"]

_PATH = "/v2.1/users"
_PER_PAGE = 100  # the documented most
_MOST_PAGES = 1000  # far beyond any account; a server that invents new people for ever ends here


@dataclass(frozen=True, slots=True)
class JustCallUser:
    """A person in JustCall. The API has no active or suspended flag and no separate first and last name."""

    id: int
    email: str | None
    name: str | None
    role: str | None


@dataclass(frozen=True, slots=True)
class _Page:
    users: tuple[JustCallUser, ...]
    promised: bool  # the answer itself says that there is more
    more: bool  # there may be more


def list_users(
    url: str,
    api_key: str,
    api_secret: str,
    *,
    retry: Retry = STANDARD_RETRY,
    service_clock: ServiceClock | None = None,
    observer: Observer = UNOBSERVED,
) -> tuple[JustCallUser, ...]:
    """Everybody in the account, each once, in the order of the answers. `url` is the API's base address.

    `service_clock` is told what the answers say of JustCall's time, `observer` of each request.

    Raises the http problems, AnswerError also when the pages repeat themselves; SpecError for an address that must not
    be used; CredentialsRefused for credentials that cannot be sent.
    """
    try:
        transport = new_transport(
            url,
            api_key,
            api_secret,
            service="JustCall",
            retry=retry,
            service_clock=service_clock,
            observer=observer,
        )
    except ValueError as error:
        raise SpecError.because(
            f"The address of JustCall's API cannot be used: {error}.",
            address="justcall.users_url",
            next_action="Correct justcall.users_url in the spec.",
        ) from None
    try:
        return _all_pages(transport)
    finally:
        transport.close()


def _all_pages(transport: Transport) -> tuple[JustCallUser, ...]:
    found: dict[int, JustCallUser] = {}
    for number in range(_MOST_PAGES):
        params: dict[str, str | int] = {"page": number, "per_page": _PER_PAGE, "order": "asc"}
        response = transport.send("GET", _PATH, params=params)
        page = _page(transport, response, number)
        known = len(found)
        for user in page.users:
            found.setdefault(user.id, user)
        repeated = bool(page.users) and len(found) == known
        if repeated and page.promised:
            raise transport.unusable(response, f"page {number} holds nobody new, yet the answer says there are more")
        if repeated or not page.more:
            return tuple(found.values())
    raise transport.unusable(response, f"the list of users does not end after {_MOST_PAGES} pages")


def _page(transport: Transport, response: requests.Response, number: int) -> _Page:
    body = transport.json(response)
    envelope: Mapping[str, Any] = body if isinstance(body, Mapping) else {}
    rows = body if isinstance(body, list) else envelope.get("data")
    if isinstance(rows, Mapping):  # the documented example of the list shows a single user
        rows = [rows]
    if not isinstance(rows, list):
        message = envelope.get("message")
        said = f": {message}" if isinstance(message, str) else ""
        raise transport.unusable(response, f"the answer holds no list of users{said}")
    users = [_user(row) for row in rows]
    if None in users:
        raise transport.unusable(response, "the list of users holds an entry without an id")
    total = _total_pages(envelope)
    promised = bool(envelope.get("next_page_link")) or (total is not None and number + 1 < total)
    full = len(rows) >= _page_size(envelope) > 0
    more = promised or (full and total is None)
    return _Page(tuple(user for user in users if user is not None), promised and bool(rows), more and bool(rows))


def _page_size(envelope: Mapping[str, Any]) -> int:
    """How many rows a full page has: the server may allow fewer than were asked for."""
    answered = _whole_number(envelope.get("per_page"))
    return min(_PER_PAGE, answered) if answered else _PER_PAGE


def _total_pages(envelope: Mapping[str, Any]) -> int | None:
    meta = envelope.get("meta")
    return _whole_number(meta.get("total_pages")) if isinstance(meta, Mapping) else None


def _user(row: Any) -> JustCallUser | None:
    """A row as a person; None when it has no usable id."""
    identity = _whole_number(row.get("id")) if isinstance(row, Mapping) else None
    if identity is None:
        return None
    return JustCallUser(identity, _text(row.get("email")), _text(row.get("name")), _text(row.get("role")))


def _text(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _whole_number(value: Any) -> int | None:
    """An integer that is not negative, written as a number or as digits."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None

"""Lists of the v2 API: bare arrays, seven headers, cursors, `fields` and `sort` (§3)."""

from __future__ import annotations

import base64
import binascii
import fnmatch
import math
from collections.abc import Sequence
from urllib.parse import parse_qs, urlencode

from pydantic import JsonValue

from sso_sync.sandbox.onelogin.account import Account
from sso_sync.sandbox.onelogin.errors import bad_request
from sso_sync.sandbox.wire import Answer, Call, number_in

__all__ = ["Row", "matches", "matches_name", "page"]

Row = dict[str, JsonValue]


def page(
    account: Account, call: Call, rows: Sequence[Row], *, most: int, usual: int | None = None, columns: bool = True
) -> Answer:
    """One page of `rows`: at most `most` (the documented maximum), `usual` when the call names no limit.

    `columns` False: this list gives `fields` a meaning of its own.
    """
    limit, number = _window(account, call, most, usual or most)
    total = math.ceil(len(rows) / limit)
    if account.variants.ids_as_text:
        rows = [{**row, "id": str(row["id"])} for row in rows]
    shown = _sorted(call, rows)[(number - 1) * limit : number * limit]
    if columns:
        shown = _columns(call, shown)
    headers = {
        "current-page": str(number),
        "page-items": str(len(shown)),
        "total-count": str(len(rows)),
        "total-pages": str(total),
    }
    links = []
    for name, target, relation in (("before-cursor", number - 1, "prev"), ("after-cursor", number + 1, "next")):
        if 1 <= target <= total:
            headers[name] = _cursor(limit, target)
            query = urlencode({"cursor": headers[name]})
            links.append(f'<https://{account.subdomain}.onelogin.com{call.path}?{query}>; rel="{relation}"')
        elif account.variants.last_page_cursor == "empty":
            headers[name] = ""
    headers["link"] = ", ".join(links)
    return Answer(200, list(shown), headers)


def matches(wanted: str | None, value: JsonValue, *, case_sensitive: bool = True) -> bool:
    """A string filter: exact, with `*` as wildcard; no filter matches everything."""
    if wanted is None:
        return True
    if value is None:
        return False
    text = str(value)
    if not case_sensitive:
        wanted, text = wanted.lower(), text.lower()
    # Only * is a wildcard here: the other two of fnmatch are made literal.
    return fnmatch.fnmatchcase(text, wanted.replace("[", "[[]").replace("?", "[?]"))


def matches_name(account: Account, wanted: str | None, value: str) -> bool:
    """The `name` filter of apps, connectors and roles."""
    if wanted is not None and account.variants.name_filter == "contains" and "*" not in wanted:
        return wanted.lower() in value.lower()
    return matches(wanted, value)


def _window(account: Account, call: Call, most: int, usual: int) -> tuple[int, int]:
    """Limit and page number that the call asks for."""
    query = call.query
    if "cursor" in query:
        if "limit" in query or "page" in query:
            raise bad_request("cursor cannot be combined with limit or page")
        return _decoded(query["cursor"])
    limit = _positive(query.get("limit"), "limit", usual)
    if limit > most:
        if account.variants.over_limit == "refuse":
            raise bad_request(f"limit must be less than or equal to {most}")
        limit = most
    return limit, _positive(query.get("page"), "page", 1)


def _positive(text: str | None, name: str, default: int) -> int:
    if text is None:
        return default
    number = number_in(text)
    if not number:
        raise bad_request(f"{name} must be a positive integer")
    return number


def _cursor(limit: int, number: int) -> str:
    return base64.b64encode(urlencode({"limit": limit, "page": number}).encode()).decode()


def _decoded(cursor: str) -> tuple[int, int]:
    try:
        fields = parse_qs(base64.b64decode(cursor, validate=True).decode(), strict_parsing=True)
        limit, number = number_in(fields["limit"][0]), number_in(fields["page"][0])
    except (binascii.Error, ValueError, KeyError):
        raise bad_request("cursor is invalid") from None
    if not limit or not number:
        raise bad_request("cursor is invalid")
    return limit, number


def _sorted(call: Call, rows: Sequence[Row]) -> Sequence[Row]:
    """`sort=+field` or `-field`; an unencoded plus arrives as a blank. Nulls come last."""
    order = call.query.get("sort")
    if not order:
        return rows
    name = order.lstrip("+- ")

    def rank(row: Row) -> tuple[bool, float, str]:
        value = row.get(name)
        number = float(value) if isinstance(value, int | float) else 0.0
        return (value is None) != order.startswith("-"), number, str(value)

    return sorted(rows, key=rank, reverse=order.startswith("-"))


def _columns(call: Call, rows: Sequence[Row]) -> Sequence[Row]:
    wanted = call.query.get("fields")
    if not wanted:
        return rows
    names = {name.strip() for name in wanted.split(",")}
    return [{name: value for name, value in row.items() if name in names} for row in rows]

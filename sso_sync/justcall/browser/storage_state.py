"""Playwright's storage state: the cookies and the local storage that make up a signed-in browser.

    {"cookies": [{name, value, domain, path, expires, httpOnly, secure, sameSite}],
     "origins": [{origin, localStorage: [{name, value}]}]}

`expires` is in seconds since the epoch; -1 for a cookie that lasts as long as the browser.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

__all__ = [
    "Malformed",
    "StorageState",
    "earliest_expiry",
    "has_run_out",
    "is_empty",
    "kept_state",
    "origin_of",
    "values",
    "well_formed",
]

_LATEST = 253_402_300_799  # the last second of the year 9999; Playwright takes no later one


class Malformed(ValueError):
    """What was read is no storage state. Without words: they could only quote what is secret."""


StorageState = dict[str, Any]
"""As above; whatever `well_formed` or `kept_state` answers."""

_COOKIE = {
    "name": str,
    "value": str,
    "domain": str,
    "path": str,
    "expires": (int, float),
    "httpOnly": bool,
    "secure": bool,
    "sameSite": str,
    "partitionKey": str,
}
_SAME_SITE = ("Strict", "Lax", "None")
_REQUIRED = ("name", "value", "domain", "path")
_PORTS = {"http": 80, "https": 443}


def well_formed(found: object) -> StorageState:
    """A copy of a storage state with the keys above and no others. Raises Malformed for what is none."""
    if not isinstance(found, Mapping):
        raise Malformed
    cookies, origins = found.get("cookies", []), found.get("origins", [])
    if not isinstance(cookies, list) or not isinstance(origins, list):
        raise Malformed
    return {"cookies": [_cookie(one) for one in cookies], "origins": [_origin(one) for one in origins]}


def kept_state(storage_state: Mapping[str, Any], cookie_domains: Sequence[str], app_url: str) -> StorageState:
    """What of a browser's state belongs to JustCall; what other hosts left there, such as the identity provider, is
    dropped.

    `cookie_domains` are domains whose subdomains count, too: `justcall.io` covers `app.justcall.io`, but neither
    `notjustcall.io` nor `justcall.io.example`. The host of `app_url` always counts. An address such as 127.0.0.1, and a
    name without a dot, has no subdomains; what it stored must come from the very origin of `app_url`, while a cookie
    knows no port.
    """
    own = _hostname(app_url)
    domains = [domain.lower().strip(".") for domain in (*cookie_domains, own)]
    state = well_formed(storage_state)
    return {
        "cookies": [one for one in state["cookies"] if _belongs(one["domain"], domains)],
        "origins": [one for one in state["origins"] if _origin_belongs(one["origin"], domains, app_url)],
    }


def is_empty(storage_state: StorageState) -> bool:
    """Whether there is nothing in it that could tell a service who somebody is."""
    return not any(True for _ in values(storage_state))


def has_run_out(storage_state: StorageState, now: datetime) -> bool:
    """Whether every cookie has run out by `now`. Without cookies nothing can run out."""
    cookies = storage_state["cookies"]
    return bool(cookies) and all(0 <= one.get("expires", -1) <= now.timestamp() for one in cookies)


def earliest_expiry(storage_state: StorageState) -> datetime | None:
    """When the first of the cookies runs out, or ran out; None when they all last as long as the browser."""
    moments = [one["expires"] for one in storage_state["cookies"] if one.get("expires", -1) >= 0]
    return datetime.fromtimestamp(min(moments), UTC) if moments else None


def values(storage_state: StorageState) -> Iterator[str]:
    """Every value of a cookie or of the local storage, the empty ones left out."""
    yield from (one["value"] for one in storage_state["cookies"] if one["value"])
    yield from (item["value"] for one in storage_state["origins"] for item in one["localStorage"] if item["value"])


def origin_of(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port of an address. Two pages share local storage if these are the same."""
    parts = urlsplit(url)
    return parts.scheme, _hostname(url), parts.port or _PORTS.get(parts.scheme)


def _cookie(found: object) -> dict[str, Any]:
    if not isinstance(found, Mapping) or any(name not in found for name in _REQUIRED):
        raise Malformed
    cookie = {name: found[name] for name in _COOKIE if name in found}
    if any(not isinstance(value, _COOKIE[name]) for name, value in cookie.items()):  # type: ignore[arg-type]
        raise Malformed
    expires = cookie.get("expires", -1)
    if not (expires == -1 or 0 <= expires <= _LATEST) or cookie.get("sameSite", "Lax") not in _SAME_SITE:
        raise Malformed
    return cookie


def _origin(found: object) -> dict[str, Any]:
    if not isinstance(found, Mapping) or not isinstance(found.get("origin"), str):
        raise Malformed
    items = found.get("localStorage", [])
    if not isinstance(items, list):
        raise Malformed
    return {"origin": found["origin"], "localStorage": [_item(one) for one in items]}


def _item(found: object) -> dict[str, str]:
    if not isinstance(found, Mapping):
        raise Malformed
    name, value = found.get("name"), found.get("value")
    if not isinstance(name, str) or not isinstance(value, str):
        raise Malformed
    return {"name": name, "value": value}


def _origin_belongs(origin: str, domains: Sequence[str], app_url: str) -> bool:
    try:
        host = _hostname(origin)
        return origin_of(origin) == origin_of(app_url) or (_has_subdomains(host) and _belongs(host, domains))
    except ValueError:
        return False


def _belongs(domain: str, domains: Sequence[str]) -> bool:
    """`domain` is one of `domains` or lies below one, compared label by label."""
    domain = domain.lower().removeprefix(".")
    return any(
        domain == one or (_has_subdomains(one) and _has_subdomains(domain) and domain.endswith(f".{one}"))
        for one in domains
        if one
    )


def _has_subdomains(host: str) -> bool:
    if "." not in host:
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return True
    return False


def _hostname(url: str) -> str:
    return urlsplit(url).hostname or ""

"""How JustCall's public API, and a gateway in its manner, is spoken to: credentials, errors and rate limits (§2).

The rate limits have two families of headers, one for the hour and one for the minute (`X-Rate-Limit-*`,
`X-Rate-Limit-Burst-*`); another page of the vendor's documents `X-RateLimit-*`. A header that is absent says nothing
about what is left.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

import requests
from requests.auth import AuthBase

from sso_sync.errors import CredentialsRefused
from sso_sync.http import UNOBSERVED, Observer, Retry, ServiceClock, Transport, new_session, one_line, retry_after

__all__ = ["KeyAuth", "decode_error", "new_transport", "wait_hint"]

_FAMILIES = ("X-Rate-Limit-Burst-", "X-Rate-Limit-", "X-RateLimit-")
_NUMBER = re.compile(r"\d{1,12}(\.\d{1,6})?")
_EPOCH_FROM = 1_000_000_000  # a smaller Reset can only be a number of seconds to wait
_MINUTE = 60.0  # the shortest of JustCall's periods, for a 429 that does not say how long
_WORDS = ("message", "error_description", "error", "detail", "errors")


class KeyAuth(AuthBase):
    """`Authorization: <api_key>:<api_secret>`, raw as JustCall wants it: neither Basic nor base64 (fact sheet §2).

    An auth object rather than a header, because requests replaces a header by what `~/.netrc` says about the host.
    Raises CredentialsRefused, without repeating them, for credentials that cannot be sent.
    """

    def __init__(self, api_key: str, api_secret: str) -> None:
        api_key, api_secret = api_key.strip(), api_secret.strip()
        for name, value in (("API key", api_key), ("API secret", api_secret)):
            trouble = _trouble(value)
            if trouble or (name == "API key" and ":" in value):
                raise CredentialsRefused.because(
                    f"The JustCall {name} cannot be used: it {trouble or 'contains a colon'}.",
                    next_action="Copy it again from JustCall (profile icon → APIs and Webhooks).",
                )
        self._header = f"{api_key}:{api_secret}"

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        r.headers["Authorization"] = self._header
        return r

    def __repr__(self) -> str:
        return "KeyAuth(…)"


def _trouble(value: str) -> str | None:
    if not value:
        return "is empty"
    if not value.isascii() or not value.isprintable() or " " in value:
        return "contains spaces, line breaks or characters outside ASCII"
    return None


def new_transport(
    url: str,
    api_key: str,
    api_secret: str,
    *,
    service: str,
    retry: Retry,
    service_clock: ServiceClock | None = None,
    observer: Observer = UNOBSERVED,
) -> Transport:
    """A read-only transport to `url`. Raises CredentialsRefused for unusable credentials, ValueError for the URL."""
    return Transport(
        url,
        service=service,
        session=new_session(url),
        auth=KeyAuth(api_key, api_secret),
        decode_error=decode_error,
        wait_hint=wait_hint(retry.clock),
        advice=_advice,
        retry=retry,
        read_only=True,
        service_clock=service_clock,
        observer=observer,
    )


def _advice(_method: str, status: int) -> str | None:
    if status == 401:
        return (
            "JustCall answers the same to missing and to wrong credentials: check JUSTCALL_API_KEY and "
            "JUSTCALL_API_SECRET (or justcall.credentials), and that neither was replaced or revoked."
        )
    if status == 403:
        return "The JustCall credentials are known but not allowed to do this: check the account's plan and the key."
    return None


def decode_error(response: requests.Response) -> str:
    """What a failing answer says, on one line: `{"status": "failed", "message": …}`, other JSON, HTML, or nothing."""
    text = response.content[:100_000].decode("utf-8", "replace")
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return one_line(_title(text) or text) or one_line(str(response.reason or "")) or "no explanation was given"
    return one_line(_words(body)) or "no explanation was given"


def _title(text: str) -> str | None:
    found = re.search(r"<title[^>]*>([^<]*)</title>", text, re.IGNORECASE)
    return found.group(1) if found else None


def _words(body: Any, depth: int = 0) -> str:
    """The message in a decoded error body of any shape."""
    if isinstance(body, Mapping) and depth < 3:
        for key in _WORDS:
            if body.get(key):
                return _words(body[key], depth + 1)
    if isinstance(body, list) and depth < 3:
        return "; ".join(_words(each, depth + 1) for each in body[:10])
    return body if isinstance(body, str) else json.dumps(body)


def wait_hint(clock: Callable[[], float] = time.time) -> Callable[[requests.Response], float | None]:
    """A function that says how many seconds a response asks to wait, None when it asks for nothing.

    `Retry-After` comes first; then the latest reset of the periods that are used up (`…-Remaining: 0`); a 429 that
    names no such period waits for the burst reset if there is one, else for a minute. `clock` answers seconds since the
    epoch.
    """

    def hint(response: requests.Response) -> float | None:
        now = clock()
        asked = retry_after(response.headers, now)
        if asked is not None:
            return asked
        resets = {family: _reset(response.headers, family, now) for family in _FAMILIES}
        spent = [resets[family] for family in _FAMILIES if _number(response.headers, f"{family}Remaining") == 0]
        waits = [wait for wait in spent if wait is not None]
        if waits:
            return max(waits)
        if response.status_code != 429:
            return None
        known = next((wait for wait in resets.values() if wait is not None), None)
        return _MINUTE if known is None else known

    return hint


def _reset(headers: Mapping[str, str], family: str, now: float) -> float | None:
    """Seconds until the family's period starts anew; at least one, since the header has whole seconds."""
    reset = _number(headers, f"{family}Reset")
    if reset is None:
        return None
    return max(1.0, reset - now if reset >= _EPOCH_FROM else reset)


def _number(headers: Mapping[str, str], name: str) -> float | None:
    text = (headers.get(name) or "").strip()
    return float(text) if _NUMBER.fullmatch(text) else None

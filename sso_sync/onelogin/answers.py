"""OneLogin's ways of saying no, as one line of text (fact sheet §5.6), and how long it asks to wait (§2).

A   {"message", "statusCode", "name"}          v2 in general; its variant says "code" and "type" instead
B   {"status": {"code", "type", "message"}}    v1 and the token endpoints
C   {"code", "message", "errors": [{"field", "message": [...]}]}    rules and mappings
D   {"status": 400, "error", "description"}    the roles service
E   HTML or nothing at all                     the edge
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import requests

from sso_sync.http import retry_after

__all__ = ["calls_left", "decode_error", "must_wait", "wait_hint"]

_EPOCH = 1_000_000_000  # a larger "number of seconds" is a moment, not a duration


def decode_error(response: requests.Response) -> str:
    """The service's own words, whatever shape they came in; never raises."""
    try:
        decoded = json.loads(response.content)
    except (ValueError, RecursionError):
        decoded = None
    words = _said(decoded) if isinstance(decoded, Mapping) else ""
    return html.unescape(words) or _without_json(response)


def _said(body: Mapping[str, Any]) -> str:
    status = body.get("status")
    if isinstance(status, Mapping):
        return _said(status)
    said = next((body[key] for key in ("message", "description", "error_description") if body.get(key)), "")
    name = next((body[key] for key in ("name", "error", "type") if isinstance(body.get(key), str)), "")
    fields = body.get("errors")
    details = [_field(item) for item in fields] if isinstance(fields, list) else []
    return ": ".join(part for part in (_text(said) or name, "; ".join(filter(None, details))) if part)


def _field(item: object) -> str:
    if not isinstance(item, Mapping):
        return _text(item)
    return " ".join(part for part in (_text(item.get("field")), _text(item.get("message"))) if part)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(filter(None, (_text(item) for item in value[:20] if not isinstance(item, list | dict))))
    return "" if value is None or isinstance(value, Mapping) else str(value)


def _without_json(response: requests.Response) -> str:
    try:
        phrase = HTTPStatus(response.status_code).phrase
    except ValueError:
        phrase = "unknown status"
    text = response.content[:4000].decode("utf-8", "replace").strip()
    return f"{phrase}; the answer is not in OneLogin's error format: {text}" if text else f"{phrase}, without a body"


def wait_hint(response: requests.Response, clock: Callable[[], float]) -> float | None:
    """The seconds OneLogin asks to wait: `Retry-After`, else on 429 the end of the rate-limit window; None if neither.

    `clock` answers seconds since the epoch.
    """
    asked = retry_after(response.headers, clock())
    if asked is not None or response.status_code != HTTPStatus.TOO_MANY_REQUESTS:
        return asked
    return _window(response, clock)


def must_wait(response: requests.Response, clock: Callable[[], float]) -> float | None:
    """The seconds for which the account must be left alone, whoever asks: a 429's hint, or the rest of the rate-limit
    window once its calls are used up; None if neither.
    """
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        return wait_hint(response, clock)
    return _window(response, clock) if calls_left(response) == 0 else None


def calls_left(response: requests.Response) -> int | None:
    """How many calls all clients of the account have left in this hour; None where the answer does not say (§2)."""
    text = (response.headers.get("X-RateLimit-Remaining") or "").strip()
    return int(text[:9]) if text.isascii() and text.isdigit() else None


def _window(response: requests.Response, clock: Callable[[], float]) -> float | None:
    """Seconds until the rate-limit window ends."""
    reset = (response.headers.get("X-RateLimit-Reset") or "").strip()
    if not (reset.isascii() and reset.isdigit()):
        return None
    seconds = float(reset[:15])
    return max(0.0, seconds - clock()) if seconds > _EPOCH else seconds

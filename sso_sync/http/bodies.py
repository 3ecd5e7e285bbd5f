"""What goes over the wire and comes back: JSON that is JSON, and no answer without a limit."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import requests

from sso_sync.values import Json

__all__ = ["LARGEST", "bounded", "decoded", "encoded", "whole"]

LARGEST = 64 * 1024 * 1024
"""Bytes of an answer that are read at most."""
_CHUNK = 64 * 1024


def encoded(body: Json) -> bytes:
    """A body as JSON in UTF-8. Raises ValueError for a number that is none, TypeError for what JSON does not know."""
    return json.dumps(body, ensure_ascii=False, allow_nan=False, default=_as_dict).encode()


def _as_dict(value: object) -> dict[str, object]:
    """Read-only mappings are JSON objects too."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no place in a JSON body")


def _not_finite(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def decoded(content: bytes) -> Any:
    """What a JSON body says. Raises ValueError or RecursionError for one that is none (HTML, not UTF-8, not finite)."""
    text = content.decode("utf-8-sig")
    found = json.loads(text, parse_constant=_not_finite)
    if "\\ud" in text.lower():  # half a surrogate pair is valid JSON, but no text: nobody could print it
        json.dumps(found, ensure_ascii=False).encode()
    return found


def bounded(response: requests.Response) -> bytes | None:
    """The body, or None when it is larger than the limit."""
    body = bytearray()
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if len(body) > LARGEST:
            return None
    return bytes(body)


def whole(response: requests.Response, body: bytes) -> requests.Response:
    """The response with its body read: requests itself can only read without a limit."""
    whole = requests.Response()
    whole.status_code, whole.reason, whole.url = response.status_code, response.reason, response.url
    whole.headers, whole.encoding, whole.request = response.headers, response.encoding, response.request
    whole.elapsed, whole.raw, whole.history = response.elapsed, io.BytesIO(body), response.history
    return whole

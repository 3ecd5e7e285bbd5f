"""A call and its answer, as the sandbox's handlers see them: no sockets, no ASGI."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import parse_qs

from pydantic import JsonValue
from starlette.datastructures import Headers, QueryParams

from sso_sync.sandbox.multipart import TYPE as MULTIPART
from sso_sync.sandbox.multipart import form_fields

__all__ = ["HTML", "NO_BODY", "Answer", "BadJson", "Call", "Refusal", "ServiceName", "html", "number_in"]

ServiceName = Literal["onelogin", "justcall"]
HTML = "text/html"
NO_BODY = b""
_MOST_DIGITS = 18


class BadJson(ValueError):
    """The body is not JSON."""


@dataclass(frozen=True)
class Call:
    """One request. `params` are the variable parts of the path; names in `query` keep their last value."""

    service: ServiceName
    method: str
    path: str
    query: QueryParams = field(default_factory=QueryParams)
    headers: Headers = field(default_factory=Headers)
    body: bytes = NO_BODY
    params: Mapping[str, str] = field(default_factory=dict)

    def at(self, params: Mapping[str, str]) -> Call:
        """The same call with the variable parts of its path."""
        return replace(self, params=params)

    def json(self) -> JsonValue:
        """The decoded body; BadJson when there is none or it is something else."""
        try:
            decoded: JsonValue = json.loads(self.body, parse_constant=_refuse)
            if b"\\u" in self.body:
                json.dumps(decoded, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            # Half of a surrogate pair decodes, but no service could store it; NaN is not JSON.
            raise BadJson(str(error)) from error
        return decoded

    def form(self) -> dict[str, str]:
        """The body as an HTML form, urlencoded or multipart (files as text); the first value of each name."""
        kind = self.headers.get("content-type", "")
        if kind.startswith(MULTIPART):
            return form_fields(kind, self.body)
        fields = parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        return {name: values[0] for name, values in fields.items()}


@dataclass(frozen=True)
class Answer:
    """One response. `body` is JSON unless it is bytes; `NO_BODY` has neither content nor content type.

    `delay` is how many seconds pass before it is sent, after everything is done and saved.
    """

    status: int
    body: JsonValue | bytes = NO_BODY
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0

    def with_headers(self, headers: Mapping[str, str]) -> Answer:
        """The same answer with more headers; its own win."""
        return replace(self, headers={**headers, **self.headers})

    def content(self) -> bytes:
        """The body as it goes over the wire."""
        if isinstance(self.body, bytes):
            return self.body
        return json.dumps(self.body, separators=(",", ":"), ensure_ascii=False).encode()


class Refusal(Exception):
    """Ends the handling of a call with this answer; nothing that the call did before is kept."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{answer.status}: {answer.content()[:200]!r}")
        self.answer = answer


def number_in(text: str | None) -> int | None:
    """The number that a part of a path or query holds, None if it is none of a reasonable size."""
    return int(text) if text is not None and text.isdecimal() and len(text) <= _MOST_DIGITS else None


def _refuse(constant: str) -> JsonValue:
    raise ValueError(f"{constant} is not JSON")


def html(status: int, text: str, headers: Mapping[str, str] | None = None) -> Answer:
    """A page such as an edge or a web server sends in place of an API's answer."""
    page = f"<html><head><title>{text}</title></head><body><h1>{text}</h1></body></html>\n"
    return Answer(status, page.encode(), {"content-type": HTML, **(headers or {})})

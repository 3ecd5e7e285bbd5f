"""What was asked of the sandbox, with everything secret masked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from pydantic import JsonValue, TypeAdapter

from sso_sync.sandbox.multipart import TYPE as MULTIPART
from sso_sync.sandbox.wire import BadJson, Call, ServiceName

__all__ = ["Archive", "LoggedRequest", "RequestLog", "as_json", "masked_body", "masked_query"]

_SECRET = re.compile(
    r"secret|password|passwd|authorization|otp|csrf|^saml(?:request|response)$"
    r"|(?:access|refresh|state|api)_?(?:token|key)|^token$",
    re.IGNORECASE,
)
# A SAML message inside an address that a page hands on, such as where to go back to after signing in.
_NESTED = re.compile(r"(saml(?:request|response)=)[^&#\s]*", re.IGNORECASE)
_MASK = "***"
# POSTs that change nothing that anybody could see: a token, an assertion.
_READING_POSTS = frozenset(
    {"/auth/oauth2/v2/token"}
    | {f"/api/{version}/saml_assertion{end}" for version in (1, 2) for end in ("", "/verify_factor")}
)
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class LoggedRequest:
    """One request: `status` is None when no answer was sent; `fault` names the fault that struck, if one did.

    `run` counts the openings of a state file, from 1 (0 without one). `body` is None for a request without a body.
    """

    run: int
    service: ServiceName
    method: str
    path: str
    query: dict[str, str]
    body: JsonValue
    status: int | None
    fault: str | None = None
    at: str = field(default="", compare=False)

    @property
    def is_write(self) -> bool:
        """Anything but a read; fetching a token or an assertion is no write."""
        return self.method not in _READS and self.path not in _READING_POSTS


class Archive(Protocol):
    """Where lines of the log outlive the process."""

    def keep(self, line: str) -> None: ...

    def lines(self) -> list[str]: ...

    def forget(self) -> None: ...


class RequestLog:
    """The requests since the sandbox started, oldest first. `history` reaches back to earlier runs of a state file."""

    def __init__(self) -> None:
        self._requests: list[LoggedRequest] = []
        self._archive: Archive | None = None

    def keep_in(self, archive: Archive | None) -> None:
        """From now on requests are kept there too; None: in memory only."""
        self._archive = archive

    def __iter__(self) -> Iterator[LoggedRequest]:
        return iter(tuple(self._requests))

    def __len__(self) -> int:
        return len(self._requests)

    def __getitem__(self, index: int) -> LoggedRequest:
        return self._requests[index]

    def add(self, request: LoggedRequest) -> None:
        """Notes a request, durably where the sandbox has a state file."""
        self._requests.append(request)
        if self._archive is not None:
            self._archive.keep(_adapter().dump_json(request).decode())

    def select(
        self, service: ServiceName | None = None, method: str | None = None, path: str | None = None
    ) -> list[LoggedRequest]:
        """The requests to `service` with `method` whose path contains a match of the regex `path`."""
        return [
            request
            for request in self
            if service in (None, request.service)
            and method in (None, request.method)
            and (path is None or re.search(path, request.path))
        ]

    def count(self, service: ServiceName | None = None, method: str | None = None, path: str | None = None) -> int:
        """How many requests `select` finds."""
        return len(self.select(service, method, path))

    def writes(self, service: ServiceName | None = None) -> list[LoggedRequest]:
        """Every request that is not a read, the token call left out; refused and failed ones included."""
        return [request for request in self.select(service) if request.is_write]

    def clear(self, *, history: bool = False) -> None:
        """Forgets the requests since the start; with `history`, those kept in the state file too."""
        self._requests.clear()
        if history and self._archive is not None:
            self._archive.forget()

    def history(self) -> list[LoggedRequest]:
        """Every request the state file remembers, of this and earlier runs; without a file, those since the start."""
        if self._archive is None:
            return list(self)
        return [_adapter().validate_json(line) for line in self._archive.lines()]


def masked_body(call: Call) -> JsonValue:
    """The body of a call fit to be kept: JSON and forms with secrets masked, of anything else the size."""
    if not call.body:
        return None
    if call.headers.get("content-type", "").startswith(("application/x-www-form-urlencoded", MULTIPART)):
        return _masked({**call.form()})
    try:
        return _masked(call.json())
    except BadJson:
        return f"({len(call.body)} bytes that are not JSON)"


def masked_query(call: Call) -> dict[str, str]:
    """The query of a call fit to be kept."""
    return {name: _MASK if _SECRET.search(name) else _text(value) for name, value in call.query.items()}


def _masked(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {name: _MASK if _SECRET.search(name) and _hides(part) else _masked(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_masked(part) for part in value]
    return _text(value) if isinstance(value, str) else value


def _hides(value: JsonValue) -> bool:
    """Whether a value under a secret's name could be one: a one-time password may well come as a number."""
    return isinstance(value, str | list | float) or (isinstance(value, int) and not isinstance(value, bool))


def _text(value: str) -> str:
    return _NESTED.sub(rf"\1{_MASK}", value)


def as_json(request: LoggedRequest) -> dict[str, JsonValue]:
    """A request as the control interface shows it."""
    dumped: dict[str, JsonValue] = _adapter().dump_python(request, mode="json")
    return dumped


@cache
def _adapter() -> TypeAdapter[LoggedRequest]:
    return TypeAdapter(LoggedRequest)

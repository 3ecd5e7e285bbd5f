"""OneLogin over a patched wire: routes with handlers, and v2 lists that mind the rules of the fact sheet §3."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import responses
from requests import PreparedRequest

from sso_sync.http import Retry
from sso_sync.onelogin.client import Client
from sso_sync.onelogin.connect import connect
from sso_sync.progress import Silent

ACCOUNT = "https://acme.onelogin.com"
CLIENT_ID = "1d" * 32
CLIENT_SECRET = "5ec2e7" * 10
TOKEN = "70ce" * 16
NOON = 1_800_000_000.0
NOBODY = Silent()

Reply = tuple[int, dict[str, str], str]


@dataclass
class Naps:
    seconds: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@dataclass(frozen=True)
class Sent:
    """A request as it arrived."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    headers: Mapping[str, str]

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"


def _sent(request: PreparedRequest) -> Sent:
    parts = urlsplit(request.url or "")
    body = json.loads(request.body) if request.body else None
    return Sent(request.method or "", parts.path, dict(parse_qsl(parts.query)), body, dict(request.headers))


def answer(body: object = None, status: int = 200, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, named, "" if body is None else json.dumps(body)


def error(status: int, message: str = "no") -> Reply:
    return answer({"message": message, "statusCode": status, "name": "SomeError"}, status)


Handler = Callable[[Sent], Reply]


class Wire:
    """Routes of one account. A list of replies is used up one by one, its last one stays; `sent` is the log."""

    def __init__(self, mock: responses.RequestsMock, *, token: bool = True) -> None:
        self._mock = mock
        self.sent: list[Sent] = []
        if token:
            self.on("POST", "/auth/oauth2/v2/token", answer(token_body()))

    def on(self, method: str, path: str, *script: Reply | Handler) -> None:
        left = list(script)

        def reply(request: PreparedRequest) -> Reply:
            sent = _sent(request)
            self.sent.append(sent)
            step = left.pop(0) if len(left) > 1 else left[0]
            return step(sent) if callable(step) else step

        self._mock.add_callback(method, ACCOUNT + path, reply)

    def lines(self) -> list[str]:
        """Every request but those for tokens, in order of arrival."""
        return [sent.line for sent in self.sent if not sent.path.startswith("/auth")]

    def count(self, line: str) -> int:
        return [sent.line for sent in self.sent].count(line)

    def bodies(self, line: str) -> list[Any]:
        return [sent.body for sent in self.sent if sent.line == line]


@contextmanager
def wired(*, token: bool = True) -> Iterator[Wire]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield Wire(mock, token=token)


@contextmanager
def client(
    *,
    read_only: bool = True,
    cache_dir: Path | None = None,
    naps: Naps | None = None,
    clock: Callable[[], float] = lambda: NOON,
) -> Iterator[Client]:
    retry = Retry(sleep=naps or Naps(), clock=clock)
    made = connect(ACCOUNT, CLIENT_ID, CLIENT_SECRET, cache_dir=cache_dir, read_only=read_only, retry=retry)
    try:
        yield made
    finally:
        made.close()


def token_body(value: str = TOKEN, **changes: object) -> dict[str, object]:
    return {
        "access_token": value,
        "created_at": "2027-01-15T08:00:00.000Z",  # NOON
        "expires_in": 36000,
        "token_type": "bearer",
        "account_id": 1,
        **changes,
    }


Keep = Callable[[dict[str, Any], Sent], bool]


def v2(rows: list[dict[str, Any]], *, size: int = 1000, keep: Keep | None = None) -> Handler:
    """A v2 list: bare array, headers, cursors that hold the query; `cursor` with `limit` or `page` is refused."""

    def reply(sent: Sent) -> Reply:
        query = dict(sent.query)
        if "cursor" in query:
            if {"limit", "page"} & query.keys():
                return error(400, "cursor cannot be combined with limit or page")
            query |= dict(parse_qsl(base64.b64decode(query["cursor"]).decode()))
        limit, page = min(int(query.get("limit", size)), size), int(query.get("page", 1))
        kept = [row for row in rows if keep is None or keep(row, sent)]
        pages = max(1, -(-len(kept) // limit))
        after = base64.b64encode(f"limit={limit}&page={page + 1}".encode()).decode() if page < pages else ""
        headers = {
            "current-page": str(page),
            "page-items": str(limit),
            "total-count": str(len(kept)),
            "total-pages": str(pages),
            "after-cursor": after,
        }
        return 200, headers, json.dumps(kept[(page - 1) * limit : page * limit])

    return reply


def app_row(app_id: int, name: str = "JustCall", **more: object) -> dict[str, Any]:
    return {"id": app_id, "connector_id": 110016, "name": name, "auth_method": 2, "visible": False, **more}


def app_body(app_id: int, name: str = "JustCall", **more: object) -> dict[str, Any]:
    """An app in full, as fact sheet §5.2 shows it."""
    return {
        **app_row(app_id, name),
        "description": None,
        "notes": None,
        "role_ids": [],
        "configuration": {"audience": "", "consumer_url": "", "certificate_id": 7},
        "parameters": {"saml_username": {"id": 1, "label": "NameID value", "user_attribute_mappings": "email"}},
        "sso": {
            "acs_url": f"{ACCOUNT}/trust/saml2/http-post/sso/{app_id}",
            "issuer": f"https://app.onelogin.com/saml/metadata/{app_id}",
            "certificate": {"id": 7, "name": "Standard", "value": "PEM"},
        },
        **more,
    }


def user(user_id: int, email: str | None = None, **more: object) -> dict[str, Any]:
    return {"id": user_id, "email": email or f"user{user_id}@acme.test", "username": None, "status": 1, **more}

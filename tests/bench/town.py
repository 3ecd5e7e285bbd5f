"""A light server for whole fleets: many OneLogin accounts and JustCall gateways in one process of its own.

What it answers is the sandbox's own: one connection is applied there, and its app, roles, members and settings are
taken from the sandbox's answers and multiplied. It reads requests and sends answers that are ready by then, so that the
client is what is measured. It cannot be written to.

    with Town(Size(accounts=100, connections=10), folder) as town:
        ...  # town.environ, the specs in `folder`, town.asked(), town.latency(0.15)
"""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
import yaml

from sso_sync import engine
from sso_sync.apply.result import ApplyResult
from sso_sync.sandbox.server import Sandbox
from sso_sync.spec.load import load
from tests.forking import context

__all__ = ["APPS", "MEMBERS", "PEOPLE", "ROLES", "Size", "Template", "Town", "template"]

MEMBERS, PEOPLE, ROLES, APPS = 100, 50, 650, 1000  # rows in a page, by the documented maximum
_NAME, _WHO = "template", "heidi.hall@acme.example"
ROLE = "JustCall Users"
Row = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """How large the fleet is. `connections` and `people` are those of each account, `roles` of each connection,
    `members` of each role; the first people are the members, everybody else is unmanaged. `named`: the specs name that
    many people directly, too. `in_sync` False: the roles are empty, so that everybody is to be resolved.

    `broken` says by account what is wrong there: error, unauthorized, malformed, throttled, slow, refused.
    """

    accounts: int = 1
    connections: int = 1
    roles: int = 0
    members: int = 0
    people: int = 0
    in_sync: bool = True
    broken: Mapping[int, str] = field(default_factory=dict)

    def names(self, account: int) -> list[str]:
        return [f"a{account:03}-c{number:03}" for number in range(self.connections)]

    def emails(self, role: int) -> list[str]:
        """Those of a connection's role; each role has its own part of the people, starting over at the end. Whoever is
        to be resolved is one of many: they are spread over the whole directory.
        """
        if not self.in_sync:
            apart = self.people // self.members
            return [_email(number * apart + apart // 2) for number in range(self.members)]
        first = role * self.members
        return [_email((first + number) % max(self.people, self.members)) for number in range(self.members)]


def _email(number: int) -> str:
    return f"person.{number:05}@acme.example"


@dataclass(frozen=True)
class Template:
    """The sandbox's answers about one connection in sync."""

    listed: Row
    app: Row
    role: Row
    member: Row
    user: Row
    settings: Row


def _spec(name: str, onelogin: Row, justcall: str, roles: list[Any]) -> Row:
    return {
        "version": 1,
        "name": name,
        "onelogin": {**onelogin, "app": {"name": f"JustCall {name}"}, "access": {"roles": roles}},
        "justcall": {"driver": "http", "url": justcall, "sso": {"enabled": True, "default_role": "Team Member"}},
    }


def template(folder: Path) -> Template:
    """Applies a connection to a sandbox and reads what there is then."""
    with Sandbox() as sandbox:
        environ = {
            "ONELOGIN_CLIENT_ID": sandbox.client_id,
            "ONELOGIN_CLIENT_SECRET": sandbox.client_secret,
            "JUSTCALL_API_KEY": sandbox.api_key,
            "JUSTCALL_API_SECRET": sandbox.api_secret,
        }
        path = folder / "template.yaml"
        spec = _spec(_NAME, {"url": sandbox.onelogin_url}, sandbox.justcall_url, [{"name": ROLE, "members": [_WHO]}])
        path.write_text(yaml.safe_dump(spec), encoding="utf-8")
        passed = frozenset({"max_removals"})
        applied = engine.apply(load(path, environ), environ=environ, approve=lambda _: True, overrides=passed)
        path.unlink()
        assert isinstance(applied, ApplyResult), applied
        assert applied.verified, applied
        with requests.Session() as session:
            token = session.post(
                f"{sandbox.onelogin_url}/auth/oauth2/v2/token",
                json={"grant_type": "client_credentials"},
                auth=(sandbox.client_id, sandbox.client_secret),
            ).json()["access_token"]
            session.headers["Authorization"] = f"Bearer {token}"

            def read(path: str) -> Any:
                return session.get(f"{sandbox.onelogin_url}/api/2{path}").json()

            listed = next(row for row in read("/apps?auth_method=2") if row["name"] == f"JustCall {_NAME}")
            role = next(row for row in read("/roles") if row["name"] == ROLE)
            return Template(
                listed,
                read(f"/apps/{listed['id']}"),
                role,
                read(f"/roles/{role['id']}/users")[0],
                read(f"/users?fields=id,email,username,firstname,lastname,status,group_id&email={_WHO}")[0],
                requests.get(
                    f"{sandbox.justcall_url}/sso/saml",
                    headers={"Authorization": f"{sandbox.api_key}:{sandbox.api_secret}"},
                ).json(),
            )


class _Account:
    """One account's answers, as bytes, by path; lists by page."""

    def __init__(self, size: Size, number: int, made: Template) -> None:
        self.apps: list[Row] = []
        self.full: dict[int, bytes] = {}
        self.roles: list[Row] = []
        self.members: dict[int, list[str]] = {}
        self.settings: dict[str, bytes] = {}
        self._made = made
        self._people = size.people
        self._pages: dict[tuple[Any, ...], tuple[bytes, int, int]] = {}
        for place, name in enumerate(size.names(number)):
            self._connection(size, place, name)

    def _connection(self, size: Size, place: int, name: str) -> None:
        made, app_id = self._made, 1000 + place
        first = 100_000 + place * max(size.roles, 1)
        roles = range(first, first + max(size.roles, 1))
        former, fresh = str(made.app["sso"]["issuer"]).rpartition("/")[2], str(uuid.uuid5(uuid.NAMESPACE_DNS, name))
        app = {**made.app, "id": app_id, "name": f"JustCall {name}", "role_ids": list(roles)}
        app["notes"] = app["notes"].replace(_NAME, name)
        self.apps.append({**made.listed, "id": app_id, "name": app["name"]})
        self.full[app_id] = json.dumps(app).replace(former, fresh).encode()
        self.settings[name] = json.dumps(made.settings).replace(former, fresh).encode()
        for number, role_id in enumerate(roles):
            self.roles.append({**made.role, "id": role_id, "name": role_name(name, number)})
            self.members[role_id] = size.emails(number) if size.in_sync and size.roles else []

    def list(self, what: str, query: Mapping[str, str], role_id: int = 0) -> tuple[bytes, int, int]:
        """The body of a page, how many rows there are in all, and how many in a page."""
        if "email" in query:
            wanted = [number for number in range(self._people) if _email(number) == query["email"].lower()][:1]
            return json.dumps([self._user(number) for number in wanted]).encode(), len(wanted), PEOPLE
        page = int(query.get("page", 1))
        key = (what, role_id, page)
        if key not in self._pages:
            self._pages[key] = self._page(what, role_id, page)
        return self._pages[key]

    def _page(self, what: str, role_id: int, page: int) -> tuple[bytes, int, int]:
        if what == "users":
            numbers = range((page - 1) * PEOPLE, min(page * PEOPLE, self._people))
            return json.dumps([self._user(number) for number in numbers]).encode(), self._people, PEOPLE
        if what == "members":
            emails = self.members.get(role_id, [])
            some = emails[(page - 1) * MEMBERS : page * MEMBERS]
            rows = [{**self._made.member, "id": _id(email), "email": email, "username": email} for email in some]
            return json.dumps(rows).encode(), len(emails), MEMBERS
        rows, most = (self.apps, APPS) if what == "apps" else (self.roles, ROLES)
        return json.dumps(rows[(page - 1) * most : page * most]).encode(), len(rows), most

    def _user(self, number: int) -> Row:
        email = _email(number)
        return {**self._made.user, "id": _id(email), "email": email, "username": email}


def role_name(connection: str, number: int) -> str:
    return f"{connection} role {number}"


def _id(email: str) -> int:
    return 1_000_000 + int(email[7:12])


class _Serving(asyncio.Protocol):
    """One client's connection: requests come one after the other, none is pipelined."""

    def __init__(self, state: _State, number: int) -> None:
        self._state = state
        self._number = number
        self._left = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        data = self._left + data
        head, found, rest = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        if not found or len(rest) < int(headers.get("content-length", 0)):
            self._left = data
            return
        self._left = b""
        answer, seconds = self._state.answer(self._number, lines[0], headers)
        if seconds:
            asyncio.get_running_loop().call_later(seconds, self._write, answer)
        else:
            self._write(answer)

    def _write(self, answer: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer)


class _State:
    """All accounts, and what was asked."""

    def __init__(self, size: Size, made: Template) -> None:
        self._size = size
        self._accounts = [_Account(size, number, made) for number in range(size.accounts)]
        self._gateways = {name: body for account in self._accounts for name, body in account.settings.items()}
        self.latency = 0.0
        self.asked: Counter[str] = Counter()

    def answer(self, number: int, line: str, headers: Mapping[str, str]) -> tuple[bytes, float]:
        """The answer to a request at the address of account `number`, and after how many seconds it is sent."""
        method, target, _ = line.split(" ")
        parts = urlsplit(target)
        if parts.path.startswith("/jc/"):
            self.asked["justcall"] += 1
            body = self._gateways.get(parts.path.split("/")[2])
            return (_response(200, body) if body and method == "GET" else _response(404, b"{}")), self.latency
        path = parts.path
        if path == "/auth/oauth2/v2/token":
            self.asked["token"] += 1
            return self._token(number), self.latency
        self.asked[path.split("/")[3]] += 1
        trouble = self._size.broken.get(number)
        if trouble == "error":
            return _response(500, b'{"message": "broken", "statusCode": 500}'), self.latency
        if trouble == "throttled":
            return _response(429, b"{}", **{"retry-after": "3600"}), self.latency
        if headers.get("authorization") != f"Bearer token-{number}":
            return _response(401, b'{"message": "Unauthorized", "statusCode": 401}'), self.latency
        seconds = 2.0 if trouble == "slow" else self.latency
        if trouble == "malformed" and path == "/api/2/roles":
            return _response(200, b'[{"id": 1, "na'), seconds
        return self._read(self._accounts[number], path, dict(parse_qsl(parts.query))), seconds

    def _token(self, number: int) -> bytes:
        if self._size.broken.get(number) == "unauthorized":
            return _response(401, b'{"status": {"error": true, "code": 401, "message": "Authentication Failure"}}')
        token = {"access_token": f"token-{number}", "expires_in": 36000, "token_type": "bearer"}
        return _response(200, json.dumps(token).encode())

    def _read(self, account: _Account, path: str, query: dict[str, str]) -> bytes:
        match path.split("/")[3:]:
            case ["apps", number]:
                body = account.full.get(int(number))
                return _response(200, body) if body else _response(404, b"{}")
            case ["roles", number, "users"]:
                return self._list(account, "members", query, int(number))
            case ["apps" | "roles" | "users" as what]:
                return self._list(account, what, query)
        return _response(404, b"{}")

    def _list(self, account: _Account, what: str, query: dict[str, str], role_id: int = 0) -> bytes:
        if "cursor" in query:
            query |= dict(parse_qsl(base64.b64decode(query["cursor"]).decode()))
        body, rows, most = account.list(what, query, role_id)
        page, pages = int(query.get("page", 1)), -(-rows // most)
        after = base64.b64encode(f"limit={most}&page={page + 1}".encode()).decode() if page < pages else ""
        counts = {"current-page": page, "total-pages": pages, "total-count": rows}
        return _response(200, body, **{name: str(value) for name, value in counts.items()}, **{"after-cursor": after})


def _response(status: int, body: bytes, **headers: str) -> bytes:
    more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


def _serve(size: Size, made: Template, pipe: Pipe) -> None:
    """The process of the town: serves until the other end of the pipe says so, or is gone."""
    asyncio.run(_served(_State(size, made), pipe, [_bound() for _ in range(size.accounts)], size.broken))


def _bound() -> socket.socket:
    # asyncio sets TCP_NODELAY only where the protocol is named; without it answers wait for an ACK.
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    opened.bind(("127.0.0.1", 0))
    return opened


async def _served(state: _State, pipe: Pipe, places: list[socket.socket], broken: Mapping[int, str]) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()

    def told() -> None:
        try:
            word, value = pipe.recv()
        except EOFError:
            word, value = "end", None
        if word == "end":
            ended.set()
        elif word == "latency":
            state.latency = value
            pipe.send(None)
        else:
            pipe.send(dict(state.asked))
            state.asked.clear()

    loop.add_reader(pipe.fileno(), told)
    for number, place in enumerate(places):
        if broken.get(number) != "refused":  # there nobody listens
            await loop.create_server(partial(_Serving, state, number), sock=place, backlog=512)
    pipe.send([place.getsockname()[1] for place in places])
    await ended.wait()


class Town:
    """A running town; a context manager. It writes a spec for each connection into `folder`."""

    def __init__(self, size: Size, folder: Path, made: Template) -> None:
        self.size = size
        self.folder = folder
        self.environ: dict[str, str] = {"JUSTCALL_API_KEY": "key", "JUSTCALL_API_SECRET": "secret"}
        self._made = made

    def __enter__(self) -> Town:
        self._pipe, theirs = context().Pipe()
        self._process = context().Process(target=_serve, args=(self.size, self._made, theirs), daemon=True)
        self._process.start()
        theirs.close()
        self._write_specs(self._pipe.recv())
        return self

    def __exit__(self, *_: object) -> None:
        self._pipe.send(("end", None))
        self._process.join(10)
        self._pipe.close()

    def latency(self, seconds: float) -> None:
        """From now on every answer comes so late."""
        self._pipe.send(("latency", seconds))
        self._pipe.recv()

    def asked(self) -> Counter[str]:
        """How many requests there were since this was asked last, by what they asked for."""
        self._pipe.send(("asked", None))
        return Counter(self._pipe.recv())

    def _write_specs(self, ports: list[int]) -> None:
        listening = next(port for number, port in enumerate(ports) if self.size.broken.get(number) != "refused")
        for number, port in enumerate(ports):
            names = {"client_id": f"CLIENT_{number}", "client_secret": f"SECRET_{number}"}
            self.environ |= {names["client_id"]: f"client-{number}", names["client_secret"]: f"secret-{number}"}
            for name in self.size.names(number):
                gateway = f"http://127.0.0.1:{listening}/jc/{name}"
                spec = _spec(name, {"url": f"http://127.0.0.1:{port}"}, gateway, self._roles(name))
                text = yaml.dump(spec, Dumper=yaml.CSafeDumper, sort_keys=False, width=1000)
                credentials = "".join(f"    {key}: !env {variable}\n" for key, variable in names.items())
                text = text.replace("onelogin:\n", f"onelogin:\n  credentials:\n{credentials}", 1)
                (self.folder / f"{name}.yaml").write_text(text, encoding="utf-8")

    def _roles(self, name: str) -> list[Any]:
        if not self.size.roles:
            return [role_name(name, 0)]
        return [
            {"name": role_name(name, number), "members": self.size.emails(number)} for number in range(self.size.roles)
        ]

"""A server in front of a sandbox that passes everything on, but answers some calls as nobody should."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import requests

from sso_sync.sandbox.server import Sandbox

__all__ = ["Asked", "Liar", "Truth", "bare"]

_HOP_BY_HOP = frozenset({"connection", "content-length", "transfer-encoding", "keep-alive", "server", "date"})


@dataclass(frozen=True)
class Asked:
    """A call that is about to be lied to."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Truth:
    """What the sandbox answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None

    def whole(self, body: bytes | None = None, **headers: str) -> bytes:
        """The same answer with another body and more headers, as bytes on the wire."""
        kept = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return bare(self.status, self.body if body is None else body, **kept)


def bare(status: int | str, body: bytes = b"", **headers: str) -> bytes:
    """An answer on the wire; the connection ends behind it."""
    lines = [f"HTTP/1.1 {status} Whatever", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if not {name.lower() for name in headers} & {"content-length", "transfer-encoding"}:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


Lie = Callable[[Asked, Truth], bytes]


@dataclass
class Liar:
    """A context manager. `lie` answers the calls whose "METHOD /path" matches `about`; `lies` counts them."""

    sandbox: Sandbox
    about: str = r"(?!)"
    lie: Lie = field(default=lambda _asked, truth: truth.whole())
    lies: int = 0
    url: str = ""

    def __enter__(self) -> Self:
        handler = type("_Handler", (_Handler,), {"liar": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        self._session = requests.Session()
        self._session.trust_env = False
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._session.close()

    def answer(self, asked: Asked) -> bytes:
        """What goes back on the wire."""
        truth = self._truth(asked)
        if not re.search(self.about, f"{asked.method} {asked.path}"):
            return truth.whole()
        self.lies += 1
        return self.lie(asked, truth)

    def _truth(self, asked: Asked) -> Truth:
        base = self.sandbox.justcall_url if asked.path.startswith(("/sso/", "/v2.1/")) else self.sandbox.onelogin_url
        headers = {name: value for name, value in asked.headers.items() if name.lower() not in ("host", "connection")}
        # One request a connection: the session is shared by the threads of the server.
        headers["Connection"] = "close"
        response = requests.request(
            asked.method, base + asked.path, headers=headers, data=asked.body, timeout=10, allow_redirects=False
        )
        kept = {name: value for name, value in response.headers.items() if name.lower() not in _HOP_BY_HOP}
        return Truth(response.status_code, kept, response.content)


class _Handler(BaseHTTPRequestHandler):
    """Reads a request and writes whatever bytes the liar wants."""

    protocol_version = "HTTP/1.1"
    liar: Liar

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = Asked(self.command, self.path, dict(self.headers.items()), body)
        try:
            self.wfile.write(self.liar.answer(asked))
        except (BrokenPipeError, ConnectionResetError):
            return  # the client has seen enough
        finally:
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = _any  # noqa: N815 - the names are the standard library's

    def log_message(self, *_args: Any) -> None:
        """Says nothing."""

"""A loopback server that takes what Apprise sends to `json://…`, or behaves as services do on a bad day."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass
class Sink:
    """Answers with `status`; `silent`, not at all. What came in is in `got`, as Apprise's JSON."""

    status: int = 200
    silent: bool = False
    got: list[dict[str, Any]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._over = threading.Event()
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if sink.silent:
                    sink._over.wait()
                    return
                sink.got.append(body)
                self.send_response(sink.status)
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def url(self, more: str = "") -> str:
        """Apprise's address of it, with a secret; `more` is a query."""
        return f"json://bob:s3cret@{self.host}/t0ken{more}"

    def titles(self) -> list[str]:
        """What came since somebody asked last, without the name of the program."""
        found = [str(body["title"]).removeprefix("sso-sync: ") for body in self.got]
        self.got.clear()
        return found

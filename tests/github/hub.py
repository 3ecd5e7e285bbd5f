"""As much of GitHub's REST API as comments and issues need, on loopback; every request is on record."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

__all__ = ["BOT", "Hub", "hub"]

BOT = "github-actions[bot]"
_HOME = "/repos/acme/sso"


@dataclass
class Hub:
    """The one repository. `refuses` is the status that every write gets, 0 for none."""

    url: str = ""
    comments: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    refuses: int = 0

    def add(self, kept: list[dict[str, Any]], author: str, **entry: Any) -> dict[str, Any]:
        number = len(self.comments) + len(self.issues) + 1
        kept.append({"id": number, "number": number, "user": {"login": author}, "state": "open", **entry})
        return kept[-1]

    def answer(self, method: str, target: str, body: Any) -> tuple[int, Any]:
        """The status and document for one request."""
        parts = urlsplit(target)
        if parts.path == "/user":
            return 403, {"message": "Resource not accessible by integration"}
        assert parts.path.startswith(_HOME)
        path, query = parts.path.removeprefix(_HOME), parse_qs(parts.query)
        if method == "GET":
            return 200, self._listed(path, query)
        if self.refuses:
            return self.refuses, {"message": "no"}
        self.writes.append(f"{method} {path}")
        if path == "/issues":
            return 201, self.add(self.issues, BOT, **body)
        if method == "POST":
            assert path.endswith("/comments")
            return 201, self.add(self.comments, BOT, issue=int(path.split("/")[2]), **body)
        kept = self.comments if path.startswith("/issues/comments/") else self.issues
        (found,) = [one for one in kept if one["id"] == int(path.rsplit("/", 1)[1])]
        found.update(body)
        return 200, found

    def _listed(self, path: str, query: dict[str, list[str]]) -> list[dict[str, Any]]:
        if path == "/issues":
            (creator,), (state,) = query["creator"], query["state"]
            found = [one for one in self.issues if one["user"]["login"] == creator and one["state"] == state]
        else:
            found = [one for one in self.comments if one["issue"] == int(path.split("/")[2])]
        size, page = int(query["per_page"][0]), int(query["page"][0])
        return found[size * (page - 1) : size * page]


@contextmanager
def hub() -> Iterator[Hub]:
    """The API, served until the end of the block."""
    made = Hub()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            made.tokens.add(self.headers["Authorization"])
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            status, document = made.answer(self.command, self.path, body)
            text = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PATCH = _serve  # noqa: N815 - names that http.server looks for

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""A tiny JustCall and a tiny identity provider on loopback: a browser must reach the one and never the other."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from tests.saml.requests import redirect, xml

__all__ = ["EMAIL", "Site", "running"]

EMAIL = "olivia.owner@acme.example"
_PAGE = "<!doctype html><html lang=en><title>JustCall</title><body>{}</body></html>"


@dataclass
class Site:
    """`pages` maps a path to the body of its page; what is posted to `/login/sso` is answered as `answer` says."""

    url: str = ""
    idp: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    answer: str = "redirect"
    message: str = "This account has no SSO."
    status: int = 200
    document: bytes = field(default_factory=xml)
    asked: list[str] = field(default_factory=list)
    idp_asked: list[str] = field(default_factory=list)

    @property
    def leave(self) -> str:
        """The address of the identity provider with the request of `document`."""
        return redirect(self.document, base=f"{self.idp}/sso", RelayState="home")


@contextmanager
def running() -> Iterator[Site]:
    """Both servers; the page of `/login` is up to the test."""
    site = Site()

    class JustCall(_Quiet):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            path = urlsplit(self.path).path
            if path == "/hop":
                self.go(site.leave)
            elif path == "/leave":
                self.go("/hop")
            elif path in site.pages:
                self.page(site.pages[path], site.status)
            else:
                self.page("nothing here", 404)

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
            site.asked.append(f"{self.path} {form.get('email', [''])[0]}")
            _answer(site, self)

    class Idp(_Quiet):
        def do_GET(self) -> None:
            site.idp_asked.append(self.path)
            self.page("the identity provider")

        def do_POST(self) -> None:
            self.do_GET()

    with _served(JustCall) as site.url, _served(Idp) as site.idp:
        yield site


def _answer(site: Site, handler: _Quiet) -> None:
    match site.answer:
        case "redirect":
            handler.go(site.leave)
        case "hops":
            handler.go("/leave")
        case "post":
            value = base64.b64encode(site.document).decode()
            handler.page(
                f'<form method=post action="{site.idp}/sso"><input type=hidden name=SAMLRequest value="{value}">'
                "<input type=hidden name=RelayState value=home></form><script>document.forms[0].submit()</script>"
            )
        case "error":
            handler.page(f"{site.pages['/login/sso']}<p role=alert>{site.message}</p>")
        case _:
            handler.page(site.answer)


class _Quiet(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """A test says what went wrong itself."""

    def go(self, url: str) -> None:
        self.send_response(302)
        self.send_header("Location", url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def page(self, body: str, status: int = 200) -> None:
        content = _PAGE.format(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def _served(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()

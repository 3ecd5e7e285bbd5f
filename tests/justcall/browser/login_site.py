"""A tiny JustCall and a tiny identity provider on loopback, to sign in to as a person does.

The e-mail goes to JustCall, which sends the browser to the identity provider; the password goes there, and the way back
leads over JustCall's callback to its home. The two have different hosts, as in life, so their cookies are told apart.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

__all__ = ["EMAIL", "PASSWORD", "LoginSite", "served"]

EMAIL = "olivia.owner@acme.example"
PASSWORD = "canary-password-4711"
SESSION = "canary-justcall-session"
IDP_SESSION = "canary-idp-session"
TOKEN = "canary-local-storage"

# Tells what the field holds, as whoever types sees it; the first time when somebody could type: the window has the
# keyboard, and the field has it in the page.
_FORM = """<!doctype html><title>{title}</title><h1>{title}</h1>
<form method="post"><label>{label} <input name="typed" type="{kind}" autofocus></label><button>Continue</button></form>
<script>
  const field = document.querySelector("input");
  let told = Promise.resolve();
  const tell = () => {{ told = told.then(() => fetch("/typing/{kind}", {{method: "POST", body: field.value}})); }};
  const look = () => {{
    if (!document.hasFocus()) return setTimeout(look, 50);
    field.focus();
    tell();
  }};
  field.oninput = tell;
  window.onload = look;
</script>"""
_HOME = f"""<!doctype html><title>Home</title><h1>Home</h1>
<script>localStorage.setItem("token", "{TOKEN}"); localStorage.setItem("theme", "dark")</script>"""


@dataclass
class LoginSite:
    """Both services. `asked` is every path of JustCall's that was asked for, `typed` what was sent in forms, `holds`
    what each field on the screen holds right now; `lets_in` is whether JustCall takes the cookie for a session.
    """

    app_url: str = ""
    idp_url: str = ""
    lets_in: bool = True
    asked: list[str] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    holds: dict[str, str] = field(default_factory=dict)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def wait_until(self, true: Callable[[], bool], timeout: float) -> bool:
        """Whether something has come true within `timeout` seconds; looked at whenever something was sent."""
        with self.changed:
            return self.changed.wait_for(true, timeout)

    def note(self, text: str, *, field: str | None = None) -> None:
        """Remembers what was sent in a form, or what a `field` holds."""
        with self.changed:
            if field is None:
                self.typed.append(text)
            else:
                self.holds[field] = text
            self.changed.notify_all()


@contextmanager
def served() -> Iterator[LoginSite]:
    """Serves both until the block ends."""
    site = LoginSite()
    with _serving(_app(site)) as app, _serving(_idp(site)) as idp:
        site.app_url, site.idp_url = f"http://127.0.0.1:{app}", f"http://localhost:{idp}"
        yield site


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    site: LoginSite

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class has it so
        """Keeps quiet."""

    def body(self) -> str:
        return self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()

    def answer(self, status: int, body: str = "", **headers: str) -> None:
        content = body.encode()
        self.send_response(status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_POST(self) -> None:
        start, _, kind = self.path.rpartition("/")
        body = self.body()
        if start == "/typing":
            self.site.note(body, field=kind)
            self.answer(204)
        else:
            typed = parse_qs(body).get("typed", [""])[0]
            self.site.note(typed)
            self.sent(typed)

    def sent(self, typed: str) -> None:
        """Answers a form."""
        raise NotImplementedError

    def ask(self, title: str, label: str, kind: str) -> None:
        self.answer(200, _FORM.format(title=title, label=label, kind=kind))


def _app(site: LoginSite) -> type[BaseHTTPRequestHandler]:
    class App(_Handler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            site.asked.append(path)
            inside = site.lets_in and f"justcall_session={SESSION}" in self.headers.get("Cookie", "")
            pages: dict[str, Callable[[], None]] = {
                "/login": lambda: self.ask("JustCall", "Email", "email"),
                "/forgot": lambda: self.answer(200, "<!doctype html><h1>Forgot your password?</h1>"),
                "/passport/login/callback": lambda: self.answer(
                    303, Location="/apex/home", Set_Cookie=f"justcall_session={SESSION}; HttpOnly; Path=/; Max-Age=3600"
                ),
                "/favicon.ico": lambda: self.answer(404),
            }
            inner = {"/apex/home": _HOME, "/apex/settings": "<!doctype html><h1>Settings</h1>"}
            if path in inner:
                self.answer(200, inner[path]) if inside else self.answer(302, Location="/login?expired")
            else:
                pages.get(path, lambda: self.answer(404, "<h1>Not found</h1>"))()

        def sent(self, typed: str) -> None:
            self.answer(303, Location=f"{site.idp_url}/login")

    App.site = site
    return App


def _idp(site: LoginSite) -> type[BaseHTTPRequestHandler]:
    class IdentityProvider(_Handler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path == "/login":
                self.ask("OneLogin", "Password", "password")
            else:
                self.answer(404)

        def sent(self, typed: str) -> None:
            if typed != PASSWORD:
                self.answer(303, Location="/login")
                return
            cookie = f"idp_session={IDP_SESSION}; HttpOnly; Path=/"
            self.answer(303, Location=f"{site.app_url}/passport/login/callback", Set_Cookie=cookie)

    IdentityProvider.site = site
    return IdentityProvider

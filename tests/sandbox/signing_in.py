"""Signing in like a person, without a browser: through the real pages of both services, form by form.

    done = sign_in(sandbox, "alice.adams@acme.example")
    assert done.ok, done.text

Cookies are kept, redirects followed, forms sent as they stand. Nothing is asked of the sandbox's handles, so what works
here works for a browser too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

import lxml.html
import requests

from sso_sync.sandbox import Sandbox

__all__ = ["SignedIn", "sign_in"]

_PASSWORD = "sandbox"
_HOME = "/apex/home"


@dataclass(frozen=True)
class SignedIn:
    """How a login went. `text` is what the last page says, white space made single; `saml_response` the base64 value of
    the form that carried the response on, None when the way ended before it.
    """

    ok: bool
    text: str
    saml_response: str | None = field(default=None, repr=False)


def sign_in(
    sandbox: Sandbox, email: str, *, start: Literal["justcall", "onelogin"] = "justcall", app: str = "JustCall"
) -> SignedIn:
    """Signs `email` in: from JustCall by "Sign in with SSO", or from OneLogin by the tile that is called `app`."""
    with requests.Session() as session:
        session.trust_env = False
        person = _Person(session, email)
        if start == "justcall":
            page = person.send(f"{sandbox.justcall_url}/login/sso", {"email": email})
        else:
            page = person.open(f"{sandbox.onelogin_url}/portal")
        page = person.identified(page)
        if start == "onelogin":
            tile = page.tile(app)
            if tile is None:
                return SignedIn(ok=False, text=page.text)
            page = person.open(tile)
        return person.carried_on(page, sandbox)


class _Page:
    """What stands at the end of a row of redirects."""

    def __init__(self, answer: requests.Response) -> None:
        self.url = answer.url
        self.status = answer.status_code
        html = answer.headers.get("content-type", "").startswith("text/html") and answer.content
        self.document: Any = lxml.html.document_fromstring(answer.content) if html else None
        self.text = " ".join((self._main() if html else answer.text).split())

    def form(self, path: str) -> Any:
        """The first form at this XPath, None without one."""
        found = [] if self.document is None else self.document.xpath(path)
        return found[0] if found else None

    def tile(self, name: str) -> str | None:
        """Where the portal's tile of this name leads."""
        links = [] if self.document is None else self.document.xpath("//a[contains(@class, 'tile')]")
        for link in links:
            if link.xpath("string(.//*[@class='name'])").strip() == name:
                return urljoin(self.url, str(link.get("href")))
        return None

    def _main(self) -> str:
        main = self.document.xpath("//main") or [self.document]
        return str(main[0].text_content())


class _Person:
    """Somebody with a browser that keeps cookies."""

    def __init__(self, session: requests.Session, email: str) -> None:
        self._session = session
        self._email = email

    def open(self, url: str) -> _Page:
        return _Page(self._session.get(url, timeout=20))

    def send(self, url: str, data: dict[str, str]) -> _Page:
        return _Page(self._session.post(url, data=data, timeout=20))

    def identified(self, page: _Page) -> _Page:
        """The page after OneLogin's sign-in form; the same page when that is not what it shows."""
        form = page.form("//form[@action='/login'][.//input[@name='username']]")
        if form is None:
            return page
        fields = {**dict(form.form_values()), "username": self._email, "password": _PASSWORD}
        return self.send(urljoin(page.url, "/login"), fields)

    def carried_on(self, page: _Page, sandbox: Sandbox) -> SignedIn:
        """Sends the form that carries the response, as its script or its button would."""
        form = page.form("//form[@id='continue']")
        if form is None:
            return SignedIn(ok=False, text=page.text)
        fields = dict(form.form_values())
        last = self.send(str(form.get("action")), fields)
        place = urlsplit(last.url)
        home = f"{place.scheme}://{place.netloc}" == sandbox.justcall_url and place.path == _HOME
        return SignedIn(ok=home and last.status == 200, text=last.text, saml_response=fields["SAMLResponse"])

"""A browser without script: keeps cookies, follows where it is sent, fills in forms by their labels."""

from __future__ import annotations

import re
from types import TracebackType
from typing import Any, Self

import requests
from lxml import html

from sso_sync.sandbox import Sandbox
from sso_sync.sandbox.pages.sessions import EVERYBODYS_PASSWORD

SSO = "/apex/settings/security/sso"
API = "/apex/api/settings/sso"
ACS = "/passport/login/callback"
OWNER = "olivia.owner@acme.example"
STANDARD = "Standard Strength Certificate (2048-bit)"


class Page:
    """An answer, read as HTML."""

    def __init__(self, answer: requests.Response) -> None:
        self.status = answer.status_code
        self.path = answer.request.path_url
        self.headers = answer.headers
        self.text = answer.text
        # A browser drops a line end right after <textarea>; this parser does not.
        self.tree: Any = html.fromstring(re.sub(r"(<textarea[^>]*>)\n", r"\1", answer.text))

    def words(self, path: str) -> list[str]:
        """What stands in every element of the XPath, white space made single."""
        return [" ".join(found.text_content().split()) for found in self.tree.xpath(path)]

    def says(self, role: str) -> list[str]:
        """The messages with this role."""
        return self.words(f"//*[@role='{role}']")

    @property
    def heading(self) -> str:
        (heading,) = self.words("//h1")
        return heading

    def control(self, label: str) -> Any:
        """The one control with this label."""
        names = [found.get("for") for found in self.tree.xpath("//label") if found.text_content().strip() == label]
        (name,) = names
        (control,) = self.tree.xpath(f"//*[@id='{name}']")
        return control

    def value(self, label: str) -> str:
        """What the control with this label holds: its text, or the chosen option's value."""
        control = self.control(label)
        return str(control.value or "")

    @property
    def csrf(self) -> str:
        return str(self.tree.xpath("//input[@name='csrf']/@value")[0])


class Browser:
    """A browser at the sandbox's JustCall. `signed_in_as` begins with a session."""

    def __init__(self, sandbox: Sandbox, signed_in_as: str | None = None) -> None:
        self.base = sandbox.justcall_url
        self.session = requests.Session()
        self.session.trust_env = False
        if signed_in_as is not None:
            state: Any = sandbox.browser_session(signed_in_as)
            (cookie,) = state["cookies"]
            self.session.cookies.set(cookie["name"], cookie["value"], domain=cookie["domain"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.close()

    def call(self, method: str, path: str, **arguments: Any) -> requests.Response:
        """One request, not followed."""
        return self.session.request(method, self.base + path, timeout=20, allow_redirects=False, **arguments)

    def open(self, path: str) -> Page:
        """The page that a person sees at `path` in the end."""
        return Page(self.session.get(self.base + path, timeout=20))

    def send(self, path: str, data: dict[str, str]) -> Page:
        """Posts a form; the page that a person sees in the end."""
        return Page(self.session.post(self.base + path, data=data, timeout=20))

    def sign_in(self, email: str = OWNER, password: str = EVERYBODYS_PASSWORD, wanted: str = "") -> Page:
        return self.send("/login", {"email": email, "password": password, "next": wanted})

    def save(self, page: Page | None = None, files: dict[str, str] | None = None, **changes: str | None) -> Page:
        """Saves the settings form as `page` (or the page as it is now) shows it, with changes; None unticks."""
        shown = page or self.open(SSO)
        form = next(form for form in shown.tree.forms if form.get("action") == SSO)
        values = {name: value for name, value in form.form_values() if name != "certificate_file"}
        values.update({name: value for name, value in changes.items() if value is not None})
        for name in (name for name, value in changes.items() if value is None):
            values.pop(name, None)
        parts: dict[str, tuple[str | None, str]] = {name: (None, value) for name, value in values.items()}
        parts["certificate_file"] = ("x.pem", (files or {}).get("certificate_file", ""))
        return Page(self.session.post(self.base + SSO, files=parts, timeout=20))

    def api(self, method: str, path: str = API, body: Any = None, csrf: str | None = None) -> requests.Response:
        """A call as the single page's script makes it; the token is fetched unless given."""
        token = self.token() if csrf is None else csrf
        return self.call(method, path, json=body, headers={"X-CSRF-Token": token})

    def token(self) -> str:
        """The session's token, as the single page carries it."""
        return str(self.open("/apex/settings").tree.xpath("//*[@id='view']/@data-csrf")[0])

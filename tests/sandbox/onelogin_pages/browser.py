"""A browser without scripts: it keeps cookies, fills the forms it finds, and goes where it is sent when told to."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import lxml.html
import requests

PASSWORD = "sandbox"
OLIVIA = "olivia.owner@acme.example"
ALICE = "alice.adams@acme.example"


@dataclass
class Shown:
    """An answer and, when it is a page, its document."""

    answer: requests.Response
    document: Any = field(repr=False)

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def location(self) -> str:
        return self.answer.headers.get("location", "")

    @property
    def heading(self) -> str:
        return self.text("//h1")

    def text(self, path: str) -> str:
        """The text of the first element at this XPath, "" for none."""
        found = self.document.xpath(path)
        return " ".join(found[0].text_content().split()) if found else ""

    def texts(self, path: str) -> list[str]:
        return [" ".join(one.text_content().split()) for one in self.document.xpath(path)]

    def control(self, label: str) -> Any:
        """The one control that this label belongs to."""
        (found,) = [one for one in self.document.xpath("//label") if one.text_content().strip() == label]
        (control,) = self.document.xpath("//*[@id=$id]", id=found.get("for"))
        return control

    def form(self, action: str) -> Any:
        """The one form that is sent to this path."""
        (found,) = [one for one in self.document.forms if urlsplit(one.get("action")).path == action]
        return found


class Browser:
    """One person's browser at one service."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.close()

    def call(self, method: str, path: str, **arguments: Any) -> Shown:
        answer = self.session.request(method, urljoin(self.url, path), timeout=20, allow_redirects=False, **arguments)
        page = answer.headers.get("content-type", "").startswith("text/html") and answer.content
        return Shown(answer, lxml.html.document_fromstring(answer.content) if page else None)

    def open(self, path: str) -> Shown:
        """The page at `path`; redirects are shown, not followed."""
        return self.call("GET", path)

    def send(self, shown: Shown, action: str, **changes: str | list[str] | None) -> Shown:
        """Sends the form as it stands with some fields changed; None takes a field out, as unticking does."""
        form = shown.form(action)
        for area in form.xpath(".//textarea"):
            area.text = (area.text or "").removeprefix("\n")  # as a browser reads it; lxml keeps it
        pairs = [(name, value) for name, value in form.form_values() if name not in changes]
        for name, value in changes.items():
            pairs += [(name, one) for one in ([] if value is None else [value] if isinstance(value, str) else value)]
        return self.call("POST", action, data=pairs)

    def sign_in(self, name: str = OLIVIA, password: str = PASSWORD) -> Shown:
        return self.send(self.open("/login"), "/login", username=name, password=password)

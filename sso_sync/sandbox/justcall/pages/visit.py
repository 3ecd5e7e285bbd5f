"""What a page's handler gets: the site, the call, and who is at the browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pydantic import JsonValue

from sso_sync.sandbox.justcall.account import JustCallAccount
from sso_sync.sandbox.justcall.pages.labels import labels_of
from sso_sync.sandbox.justcall.records import JustCallUser
from sso_sync.sandbox.onelogin.account import Account
from sso_sync.sandbox.pages.sessions import Session
from sso_sync.sandbox.pages.stand_ins import StandIns
from sso_sync.sandbox.pages.templates import page
from sso_sync.sandbox.variants import Variants
from sso_sync.sandbox.wire import Answer, Call

__all__ = ["Flash", "Handler", "Site", "Visit", "Visitor", "local_path"]

Form = Mapping[str, JsonValue]


@dataclass(frozen=True)
class Flash:
    """A message for the next page: whether it is good news, its text, and the input to show again."""

    good: bool
    text: str
    draft: Form | None = None


@dataclass(frozen=True)
class Site:
    """What all pages share. `flashes` are messages that wait, by the token of their session; in memory only."""

    account: JustCallAccount
    onelogin: Account
    stand_ins: StandIns
    flashes: dict[str, Flash] = field(default_factory=dict)


@dataclass(frozen=True)
class Visitor:
    """A signed-in person."""

    user: JustCallUser
    session: Session


@dataclass(frozen=True)
class Visit:
    """One call for a page. `visitor` is None while nobody is signed in."""

    site: Site
    call: Call
    visitor: Visitor | None

    @property
    def account(self) -> JustCallAccount:
        return self.site.account

    @property
    def variants(self) -> Variants:
        return self.site.account.variants

    @property
    def person(self) -> Visitor:
        """Who is signed in; only for pages that are shown to nobody else."""
        if self.visitor is None:
            raise RuntimeError("this page was opened without a signed-in person")
        return self.visitor

    def page(self, template: str, *, status: int = 200, **values: object) -> Answer:
        """The template with what the frame of every page needs."""
        frame = {
            "here": self.call.path,
            "user": None if self.visitor is None else self.visitor.user,
            "csrf": "" if self.visitor is None else self.visitor.session.csrf,
            "labels": labels_of(self.variants),
            "spa": self.variants.page == "spa",
        }
        return page(f"justcall/{template}.html", status=status, **{**frame, **values})

    def flash(self, flash: Flash) -> None:
        """Leaves a message for this person's next page."""
        self.site.flashes[self.person.session.token] = flash

    def waiting(self) -> Flash | None:
        """The message left for this person, once."""
        return self.site.flashes.pop(self.person.session.token, None)


Handler = Callable[[Visit], Answer]
"""Answers one route."""


def local_path(wanted: str) -> str:
    """A path of this site to send a browser on to; home for every other address, so that no link leads astray."""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/apex/home"
    ours = wanted.startswith("/apex/") and wanted.isprintable() and "\\" not in wanted
    return wanted if ours and not parts.scheme and not parts.netloc else "/apex/home"

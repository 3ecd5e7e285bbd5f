"""What a page's handler gets: the account, the call, and who is at the browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.requests import cookie_parser

from sso_sync.sandbox.onelogin.account import Account
from sso_sync.sandbox.onelogin.pages.people import is_administrator, shown_name
from sso_sync.sandbox.onelogin.records import User
from sso_sync.sandbox.pages.sessions import Session, Sessions
from sso_sync.sandbox.pages.stand_ins import StandIns
from sso_sync.sandbox.pages.templates import page, redirect
from sso_sync.sandbox.wire import Answer, Call, Refusal

__all__ = ["Desk", "Handler", "Visit", "Visitor", "cookie"]

_FLASH = "onelogin_flash"
_ONLY_HERE = "Path=/; HttpOnly; SameSite=Lax"
_MESSAGES = {
    "saved": "Saved.",
    "parameter_saved": "The parameter was saved.",
    "parameter_deleted": "The parameter was deleted.",
}


@dataclass(frozen=True)
class Desk:
    """What all pages of the service share."""

    account: Account
    sessions: Sessions
    stand_ins: StandIns


@dataclass(frozen=True)
class Visitor:
    """A signed-in person."""

    user: User
    session: Session


@dataclass(frozen=True)
class Visit:
    """One call for a page. `visitor` is None while nobody is signed in."""

    desk: Desk
    call: Call
    visitor: Visitor | None

    @property
    def account(self) -> Account:
        return self.desk.account

    @property
    def user(self) -> User:
        """Who is signed in; only for pages that are shown to nobody else."""
        if self.visitor is None:
            raise RuntimeError("this page was opened without a signed-in person")
        return self.visitor.user

    def chosen(self, name: str) -> list[str]:
        """Every value that the sent form has under `name`, as of checkboxes."""
        return parse_qs(self.call.body.decode("utf-8", "replace")).get(name, [])

    def page(self, template: str, *, status: int = 200, **values: object) -> Answer:
        """The template with what the frame of every page needs; a message that waits is shown once."""
        waiting = _MESSAGES.get(cookie(self.call, _FLASH))
        frame = {
            "here": self.call.path,
            "person": None if self.visitor is None else shown_name(self.visitor.user),
            "administrator": self.visitor is not None and is_administrator(self.visitor.user),
            "csrf": "" if self.visitor is None else self.visitor.session.csrf,
            "flash": waiting,
            "problem": None,
        }
        answer = page(f"onelogin/{template}.html", status=status, **{**frame, **values})
        return answer if waiting is None else answer.with_headers({"set-cookie": f"{_FLASH}=; Max-Age=0; {_ONLY_HERE}"})

    def refusal(self, status: int, title: str, text: str) -> Refusal:
        """A page that says what is wrong, to be raised; what the call changed is not kept."""
        return Refusal(self.page("error", status=status, title=title, text=text))

    def done(self, path: str, message: str) -> Answer:
        """On to `path`, which shows the message of this key once."""
        if message not in _MESSAGES:
            raise KeyError(message)
        return redirect(path, cookie=f"{_FLASH}={message}; Max-Age=60; {_ONLY_HERE}")


Handler = Callable[[Visit], Answer]
"""Answers one route."""


def cookie(call: Call, name: str) -> str:
    """The value of a cookie that the call carries, "" without one."""
    return cookie_parser(call.headers.get("cookie", "")).get(name, "")

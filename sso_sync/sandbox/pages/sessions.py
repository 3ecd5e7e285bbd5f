"""Who is signed in to a service's pages: random tokens in a cookie, kept among the records to outlive a restart."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.cookies import CookieError, SimpleCookie

from sso_sync.sandbox.onelogin.account import Clock
from sso_sync.sandbox.tables import Database, Table
from sso_sync.sandbox.wire import Call, ServiceName

__all__ = ["EVERYBODYS_PASSWORD", "LIFETIME", "Session", "Sessions"]

EVERYBODYS_PASSWORD = "sandbox"  # noqa: S105  a secret that is printed is none
"""What every person of the sandbox signs in with, on either side."""

LIFETIME = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser. `csrf` is what its forms have to send along."""

    token: str = field(repr=False)
    csrf: str = field(repr=False)
    email: str
    until: datetime


class Sessions:
    """The sessions of one service; every method that changes something needs a transaction."""

    def __init__(self, database: Database, service: ServiceName, clock: Clock) -> None:
        self._table: Table[Session] = database.table(f"{service}_sessions", Session)
        self._clock = clock
        self.cookie = f"{service}_session"

    def begin(self, email: str) -> Session:
        """A new session; the cookie for it is `set_cookie(session)`."""
        number = max((key for key, _ in self._numbered()), default=0) + 1
        made = Session(secrets.token_urlsafe(24), secrets.token_urlsafe(16), email, self._clock() + LIFETIME)
        return self._table.put(number, made)

    def of(self, call: Call) -> Session | None:
        """The session whose cookie the call carries, None for none and for one that is over."""
        sent = self._sent(call)
        return next((one for _, one in self._numbered() if one.token == sent and one.until > self._clock()), None)

    def end(self, call: Call) -> None:
        """Signs the call's browser out."""
        sent = self._sent(call)
        for number, one in self._numbered():
            if one.token == sent:
                self._table.remove(number)

    def set_cookie(self, session: Session) -> str:
        """The Set-Cookie header that makes a browser carry `session`."""
        seconds = int(LIFETIME.total_seconds())
        return f"{self.cookie}={session.token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax"

    def _numbered(self) -> list[tuple[int, Session]]:
        return list(self._table.copy().items())

    def _sent(self, call: Call) -> str | None:
        try:
            cookies = SimpleCookie(call.headers.get("cookie", ""))
        except CookieError:
            return None
        return cookies[self.cookie].value if self.cookie in cookies else None

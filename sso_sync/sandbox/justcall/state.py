"""The direct handle on the sandbox's JustCall: what its owner does on the settings page."""

from __future__ import annotations

from typing import Any

from pydantic import JsonValue

from sso_sync.sandbox.justcall.account import JustCallAccount
from sso_sync.sandbox.justcall.connection_check import first_problem
from sso_sync.sandbox.justcall.gateway import shown_settings
from sso_sync.sandbox.justcall.records import JustCallUser, SsoSettings
from sso_sync.sandbox.onelogin.account import Account
from sso_sync.sandbox.tables import replaced

__all__ = ["JustCallState"]

_FIRST_ID = 310001


class JustCallState:
    """The JustCall account of a running sandbox. Every method is one transaction."""

    def __init__(self, account: JustCallAccount, onelogin: Account) -> None:
        self._account = account
        self._onelogin = onelogin

    @property
    def settings(self) -> SsoSettings:
        """The SSO settings as they are now."""
        with self._account.database.lock:
            return self._account.settings

    def edit(self, **fields: Any) -> SsoSettings:
        """Changes settings without any check, JustCall's own (`acs_url`, `entity_id`, `roles`, …) included."""
        with self._account.database.transaction():
            return self._account.save_settings(replaced(self._account.settings, fields))

    def problem(self) -> str | None:
        """What Test Connection would complain about now; None when a login would work."""
        with self._account.database.lock:
            return first_problem(self._account, self._onelogin)

    def encryption_certificate(self) -> str:
        """The certificate to encrypt assertions for, as PEM; LookupError while the variant says there is no key."""
        with self._account.database.transaction():
            key = self._account.encryption_key()
        if key is None:
            raise LookupError("the sandbox's JustCall has no key for encrypted assertions")
        return key.certificate

    def users(self) -> list[JustCallUser]:
        with self._account.database.lock:
            return list(self._account.users)

    def add_user(self, email: str, name: str | None = None, role: str = "Team Member", **fields: Any) -> JustCallUser:
        """A new account; the name is taken from the e-mail unless given."""
        with self._account.database.transaction():
            number = max((user.id for user in self._account.users), default=_FIRST_ID - 1) + 1
            shown = name or email.split("@", maxsplit=1)[0].replace(".", " ").title()
            made = JustCallUser(number, shown, email, role, created_at=self._account.now(), **fields)
            return self._account.users.put(number, made)

    def delete_user(self, email: str) -> None:
        """Deletes the account of this e-mail, in any case; LookupError without one."""
        with self._account.database.transaction():
            self._account.users.remove(self._user(email).id)

    def browser_session(self, email: str = "olivia.owner@acme.example") -> dict[str, JsonValue]:
        """Signs this person in, without a login: a Playwright storage state that holds the session's cookie.

        LookupError when nobody has this e-mail.
        """
        with self._account.database.transaction():
            session = self._account.sessions.begin(self._user(email).email)
        cookie: dict[str, JsonValue] = {
            "name": self._account.sessions.cookie,
            "value": session.token,
            "domain": "127.0.0.1",
            "path": "/",
            "expires": session.until.timestamp(),
            "httpOnly": True,
            "secure": False,
            "sameSite": "Lax",
        }
        return {"cookies": [cookie], "origins": []}

    def snapshot(self) -> dict[str, JsonValue]:
        """The settings and the people, as JSON: equal snapshots mean that nothing changed."""
        with self._account.database.lock:
            settings = self._account.settings
            people: dict[str, JsonValue] = {user.email: user.role for user in self._account.users}
            return {"settings": {**shown_settings(settings), "roles": [*settings.roles]}, "people": people}

    def _user(self, email: str) -> JustCallUser:
        user = self._account.user(email)
        if user is None:
            raise LookupError(f"the sandbox's JustCall has no user {email!r}")
        return user

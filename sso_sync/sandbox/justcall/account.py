"""The JustCall account: its tables, its clock, and who may call."""

from __future__ import annotations

from datetime import UTC, datetime

from sso_sync.sandbox.justcall.records import ApiKey, JustCallUser, SentRequest, SsoSettings
from sso_sync.sandbox.onelogin.account import Clock
from sso_sync.sandbox.pages.sessions import Sessions
from sso_sync.sandbox.tables import Database
from sso_sync.sandbox.variants import Variants
from sso_sync.sandbox.wire import Answer, Call, Refusal

__all__ = ["JustCallAccount", "failed"]

_ONLY = 1
"""Id of the one record in the tables that hold one."""


class JustCallAccount:
    """One JustCall account."""

    def __init__(self, database: Database, variants: Variants, clock: Clock) -> None:
        self.database = database
        self.variants = variants
        self.clock = clock
        self.settings_table = database.table("justcall_settings", SsoSettings)
        self.keys = database.table("justcall_keys", ApiKey)
        self.users = database.table("justcall_users", JustCallUser)
        self.sent_requests = database.table("justcall_sent_requests", SentRequest)
        self.sessions = Sessions(database, "justcall", clock)

    @property
    def settings(self) -> SsoSettings:
        """The SSO settings as they are now."""
        return self.settings_table[_ONLY]

    def save_settings(self, settings: SsoSettings) -> SsoSettings:
        """Puts changed settings in place; only inside a transaction."""
        return self.settings_table.put(_ONLY, settings)

    def user(self, email: str) -> JustCallUser | None:
        """Whose e-mail this is, in any case; None for nobody's."""
        return next((user for user in self.users if user.email.lower() == email.lower()), None)

    def now(self) -> datetime:
        """The moment in UTC."""
        return self.clock().astimezone(UTC)

    def authorise(self, call: Call) -> None:
        """Lets the call pass with `Authorization: key:secret`, raw. Missing and wrong look the same (fact sheet §2)."""
        sent = call.headers.get("authorization")
        if sent not in {f"{key.key}:{key.secret}" for key in self.keys}:
            raise failed(401, "Unauthorized")


def failed(status: int, message: str) -> Refusal:
    """JustCall's error shape."""
    return Refusal(Answer(status, {"status": "failed", "message": message}))

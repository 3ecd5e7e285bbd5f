"""The JustCall account: its tables, its clock, and who may call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sso_sync.sandbox.justcall.login.trust import Terms
from sso_sync.sandbox.justcall.records import (
    ApiKey,
    EncryptionKey,
    JustCallUser,
    SeenAssertion,
    SentRequest,
    SsoSettings,
)
from sso_sync.sandbox.onelogin.account import Clock
from sso_sync.sandbox.onelogin.certificates import self_signed
from sso_sync.sandbox.pages.sessions import Sessions
from sso_sync.sandbox.tables import Database
from sso_sync.sandbox.variants import Variants
from sso_sync.sandbox.wire import Answer, Call, Refusal

__all__ = ["JustCallAccount", "failed"]

_ONLY = 1
"""Id of the one record in the tables that hold one."""

_A_DAY = timedelta(days=1)


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
        self.seen_assertions = database.table("justcall_seen_assertions", SeenAssertion)
        self.encryption_keys = database.table("justcall_encryption_keys", EncryptionKey)
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
        """The moment in UTC by JustCall's own clock, which may differ from OneLogin's."""
        return self.clock().astimezone(UTC) + timedelta(seconds=self.variants.justcall_clock)

    def terms(self) -> Terms:
        """What a response is held against now."""
        key = self.encryption_key()
        return Terms(self.settings, self.variants, self.now(), None if key is None else key.private_key)

    def encryption_key(self) -> EncryptionKey | None:
        """JustCall's own key for encrypted assertions, made when it is first asked for; None where it has none."""
        if not self.variants.decryption_key:
            return None
        kept = self.encryption_keys.get(_ONLY)
        if kept is not None:
            return kept
        start = self.now() - _A_DAY
        pair = self_signed("JustCall encryption", serial=1, valid_from=start, valid_for=1000 * _A_DAY)
        with self.database.transaction():
            return self.encryption_keys.put(_ONLY, EncryptionKey(pair.certificate, pair.private_key))

    def authorise(self, call: Call) -> None:
        """Lets the call pass with `Authorization: key:secret`, raw. Missing and wrong look the same (fact sheet §2)."""
        sent = call.headers.get("authorization")
        if sent not in {f"{key.key}:{key.secret}" for key in self.keys}:
            raise failed(401, "Unauthorized")


def failed(status: int, message: str) -> Refusal:
    """JustCall's error shape."""
    return Refusal(Answer(status, {"status": "failed", "message": message}))

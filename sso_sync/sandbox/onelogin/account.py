"""The OneLogin account: its tables, its clock, and what every part of the service needs to know."""

from __future__ import annotations

import hashlib
import random
import secrets
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from pydantic import JsonValue

from sso_sync.sandbox.lag import Lag
from sso_sync.sandbox.onelogin.records import (
    App,
    AssertionState,
    Brand,
    Certificate,
    Connector,
    Counters,
    Credential,
    Group,
    MfaDevice,
    Policy,
    Role,
    Rule,
    Token,
    User,
)
from sso_sync.sandbox.tables import Database
from sso_sync.sandbox.variants import Variants

__all__ = ["Account", "Clock", "as_id", "steady_secret"]

Clock = Callable[[], datetime]

_FIRST_IDS = {
    "app": 1543259,
    "parameter": 512001,
    "role": 459456,
    "user": 90210001,
    "group": 477661,
    "rule": 689151,
    "certificate": 418778,
    "policy": 210001,
    "brand": 4401,
    "device": 7010101,
}


class Account:
    """One OneLogin account. `subdomain` is what its addresses show, whatever loopback port it listens on."""

    subdomain = "acme"
    id = 123456

    def __init__(self, database: Database, variants: Variants, clock: Clock) -> None:
        self.database = database
        self.variants = variants
        self.clock = clock
        self.lag = Lag()
        self.dice = random.Random(0)  # noqa: S311  shuffles lists whose order nobody promised
        self.counters = database.table("counters", Counters)
        self.certificates = database.table("certificates", Certificate)
        self.connectors = database.table("connectors", Connector)
        self.policies = database.table("policies", Policy)
        self.brands = database.table("brands", Brand)
        self.credentials = database.table("credentials", Credential)
        self.tokens = database.table("tokens", Token)
        self.users = database.table("users", User)
        self.groups = database.table("groups", Group)
        self.roles = database.table("roles", Role)
        self.apps = database.table("apps", App)
        self.rules = database.table("rules", Rule)
        self.devices = database.table("mfa_devices", MfaDevice)
        self.assertion_states = database.table("assertion_states", AssertionState)

    def now(self) -> datetime:
        """The moment in UTC."""
        return self.clock().astimezone(UTC)

    def next_id(self, kind: str) -> int:
        """A fresh id; the series of each kind starts at a number of realistic size."""
        counters = self.counters.get(1) or Counters({})
        number = counters.last.get(kind, _FIRST_IDS.get(kind, 1) - 1) + 1
        self.counters.put(1, Counters({**counters.last, kind: number}))
        return number

    def stamp(self, moment: datetime | None) -> str | None:
        """A timestamp in the format that is switched on."""
        if moment is None:
            return None
        precision = "milliseconds" if self.variants.timestamps == "milliseconds" else "seconds"
        return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")

    def fresh_uuid(self, kind: str, number: int) -> str:
        """A UUID that is the same in every sandbox for the same record."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://{self.subdomain}.onelogin.com/{kind}/{number}"))

    def fresh_token(self) -> str:
        """64 hexadecimal digits nobody has seen before."""
        return secrets.token_hex(32)

    def default_certificate(self) -> Certificate:
        """The certificate that new apps get."""
        return next(certificate for certificate in self.certificates if certificate.default)

    def shuffled(self, ids: Iterable[int]) -> list[int]:
        """The ids, in a fresh order where the variant says that order means nothing."""
        listed = list(ids)
        if self.variants.role_ids_order == "shuffled":
            self.dice.shuffle(listed)
        return listed


def as_id(value: JsonValue) -> int | None:
    """The value if it can be an id: a number that is no boolean."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def steady_secret(label: str) -> str:
    """64 hexadecimal digits that are the same in every sandbox: credentials for a loopback service without secrets."""
    return hashlib.sha256(f"sso-sync sandbox: {label}".encode()).hexdigest()

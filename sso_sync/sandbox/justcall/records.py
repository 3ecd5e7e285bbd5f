"""What the sandbox's JustCall account holds. Records are frozen; see `sandbox/tables.py`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

__all__ = ["ApiKey", "EncryptionKey", "JustCallUser", "SeenAssertion", "SentRequest", "SsoSettings"]


@dataclass(frozen=True, slots=True)
class SsoSettings:
    """Settings → Security → Single Sign-On. `acs_url`, `entity_id` and `verified_domains` are JustCall's own; `roles`
    are the account's roles, `owner_role` the one of them that nobody may get by default.
    """

    acs_url: str
    entity_id: str
    verified_domains: tuple[str, ...]
    roles: tuple[str, ...]
    owner_role: str
    enabled: bool = False
    protocol: str | None = None
    sso_url: str | None = None
    issuer: str | None = None
    certificate: str | None = None
    default_role: str | None = None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key pair of the public API."""

    key: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class JustCallUser:
    """A row of the users API: no first and last name, no active or SSO flag (fact sheet §2)."""

    id: int
    name: str
    email: str
    role: str
    created_at: datetime
    extension: int | None = None
    last_login_timestamp: datetime | None = None
    timezone: str = "America/New_York"
    working_hours_type: str = "custom"
    available: bool = True
    unavailability_reason: str | None = None
    on_call: bool = False
    groups: tuple[str, ...] = ()
    owned_numbers: tuple[str, ...] = ()
    shared_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SentRequest:
    """An AuthnRequest that a browser was sent off with: an answer to it is taken once, and only until `until`."""

    request_id: str
    until: datetime


@dataclass(frozen=True, slots=True)
class SeenAssertion:
    """An assertion that signed somebody in, not to be taken again before it would have ended by itself."""

    assertion_id: str
    until: datetime


@dataclass(frozen=True, slots=True)
class EncryptionKey:
    """The key that opens encrypted assertions, and the certificate to encrypt for; both texts are PEM."""

    certificate: str
    private_key: str = field(repr=False)

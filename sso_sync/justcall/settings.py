"""JustCall's SSO settings, and how each value is known.

JustCall documents no API for them (fact sheet §1), so the way a value was learnt is part of the value: seen by the
tool, vouched for by a person, or not known at all. Unknown is not absent and never "in sync".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sso_sync.values import Json

__all__ = ["WRITABLE", "Attested", "Knowledge", "Observed", "SettingField", "Settings", "TestResult", "Unknown"]


class SettingField(StrEnum):
    """The fields of Settings → Security → Single Sign-On (guide steps 1 and 6; DESIGN §5 for the gateway's keys)."""

    ENABLED = "enabled"
    PROTOCOL = "protocol"
    ACS_URL = "acs_url"
    ENTITY_ID = "entity_id"
    SSO_URL = "sso_url"
    ISSUER = "issuer"
    CERTIFICATE = "certificate"
    DEFAULT_ROLE = "default_role"
    VERIFIED_DOMAINS = "verified_domains"


# ACS URL, Entity ID and the verified domains are JustCall's own: the page shows them read-only.
WRITABLE = frozenset(
    {
        SettingField.ENABLED,
        SettingField.PROTOCOL,
        SettingField.SSO_URL,
        SettingField.ISSUER,
        SettingField.CERTIFICATE,
        SettingField.DEFAULT_ROLE,
    }
)


@dataclass(frozen=True, slots=True)
class Observed:
    """Read from JustCall by the tool itself. A `value` of None means: the field is empty.

    `by` says how, if it was not the driver: "probe" for a look at the public login page (see `probed`). The value of a
    certificate is its canonical PEM; `blemishes` says how it is really written there (see `saml.certificate`).
    """

    value: Json
    at: datetime
    by: str | None = None
    blemishes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attested:
    """A person looked and put their name to it, until `until`."""

    value: Json
    by: str
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can say what the field holds. `expired` marks an attestation that was once good."""

    reason: str
    expired: bool = False


Knowledge = Observed | Attested | Unknown


@dataclass(frozen=True)
class Settings:
    """All fields, each with how it is known. A field that is missing from the mapping is unknown."""

    fields: Mapping[SettingField, Knowledge]

    def knowledge(self, field: SettingField) -> Knowledge:
        return self.fields.get(field, Unknown(f"{field.value} was not part of JustCall's answer"))

    def value(self, field: SettingField) -> Json:
        """The value if somebody knows it, else None; ask `knowledge` where the difference matters."""
        known = self.knowledge(field)
        return None if isinstance(known, Unknown) else known.value


@dataclass(frozen=True, slots=True)
class TestResult:
    """What JustCall's Test Connection said. `needs_enabled`: nothing was tested, because SSO is off."""

    ok: bool
    message: str
    needs_enabled: bool = False

    __test__ = False  # the name is the field's own; pytest must not collect it

"""The fields of JustCall's SSO page as data: what kind of thing each is, and in which step of the guide it is entered.

What a field is called stands in the page map alone, because no official source confirms the labels (fact sheet §0).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from sso_sync.justcall.page_map.load import load_page_map
from sso_sync.justcall.settings import WRITABLE, SettingField

__all__ = [
    "FIELDS",
    "SAML_2",
    "FieldDescription",
    "Kind",
    "describe",
    "protocol_name",
]

SAML_2 = "SAML 2.0"


class Kind(StrEnum):
    """What a person has to do with a field."""

    TEXT = "text"
    URL = "url"
    CERTIFICATE = "certificate"
    SWITCH = "switch"
    CHOICE = "choice"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class FieldDescription:
    """One field. `step` is the guide's step; `writable` False means that JustCall shows it and nobody can change it."""

    field: SettingField
    kind: Kind
    step: int
    hint: str

    @property
    def label(self) -> str:
        """What the built-in page map calls it."""
        return load_page_map(None).fields.of(self.field).label

    @property
    def where(self) -> str:
        """What the built-in page map calls the page."""
        return load_page_map(None).settings.label

    @property
    def writable(self) -> bool:
        return self.field in WRITABLE


_ALL = (
    FieldDescription(
        SettingField.ENABLED, Kind.SWITCH, 1, "May force everybody but the owner to sign in through OneLogin."
    ),
    FieldDescription(SettingField.PROTOCOL, Kind.CHOICE, 1, f"{SAML_2}, chosen when SSO is enabled."),
    FieldDescription(SettingField.ACS_URL, Kind.URL, 1, "JustCall's own; copied into OneLogin."),
    FieldDescription(SettingField.ENTITY_ID, Kind.TEXT, 1, "JustCall's own; any text, not necessarily a URL."),
    FieldDescription(SettingField.SSO_URL, Kind.URL, 6, "SAML 2.0 Endpoint (HTTP) from OneLogin."),
    FieldDescription(SettingField.ISSUER, Kind.TEXT, 6, "Issuer URL from OneLogin."),
    FieldDescription(SettingField.CERTIFICATE, Kind.CERTIFICATE, 6, "The X.509 certificate, pasted or uploaded."),
    FieldDescription(SettingField.DEFAULT_ROLE, Kind.CHOICE, 6, "Role of new SSO users; never the owner."),
    FieldDescription(SettingField.VERIFIED_DOMAINS, Kind.LIST, 0, "Verified before SSO is set up."),
)

FIELDS: Mapping[SettingField, FieldDescription] = MappingProxyType({each.field: each for each in _ALL})


def describe(field: SettingField) -> FieldDescription:
    """The description of one field; every field has one."""
    return FIELDS[field]


def protocol_name(text: str) -> str:
    """`saml`, `saml2`, `SAML_2.0` and the like as "SAML 2.0"; any other protocol as it is, trimmed."""
    bare = "".join(char for char in text.lower() if char.isalnum())
    return SAML_2 if bare in {"saml", "saml2", "saml20"} else text.strip()

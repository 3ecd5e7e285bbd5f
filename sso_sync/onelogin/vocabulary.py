"""OneLogin's words on the wire and ours in the spec, as data: the app's configuration keys and a parameter's fields.

Every fact is from the fact sheet onelogin-api §5.4 (configuration of connector 110016) and §5.5 (parameters). All
configuration values are strings on the wire; reads may give "0", 0, true or null for one thing, so decoding is lenient.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from sso_sync.values import Json

__all__ = [
    "ALTERNATIVE_WORDS",
    "CONFIGURATION",
    "CONNECTOR_ID",
    "CONNECTOR_NAME",
    "MACRO",
    "NAMEID",
    "PARAMETER_FIELDS",
    "ConfigurationKey",
    "Kind",
    "decode",
    "encode",
    "is_custom_parameter",
    "truth",
    "wire_text",
]

CONNECTOR_NAME = "SAML Custom Connector (Advanced)"
CONNECTOR_ID = 110016
NAMEID = "saml_username"
MACRO = "_macro_"
_DIGITS = 9  # more is no number of minutes, and Python refuses to read thousands of them


class Kind(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    FLAG = "flag"
    MINUTES = "minutes"


@dataclass(frozen=True, slots=True)
class ConfigurationKey:
    """One key of the app's configuration. `words` maps our word to OneLogin's; `blank` is what null means."""

    wire: str
    kind: Kind = Kind.TEXT
    words: Mapping[str, str] = field(default_factory=dict)
    blank: str | None = None


_NAMEID_FORMATS = {"email": "0", "transient": "1", "persistent": "2", "unspecified": "3"}
_ALGORITHMS = {"SHA-1": "SHA-1", "SHA-256": "SHA-256", "SHA-384": "SHA-384", "SHA-512": "SHA-512"}

CONFIGURATION: Mapping[str, ConfigurationKey] = MappingProxyType(
    {
        "audience": ConfigurationKey("audience"),
        "acs_url": ConfigurationKey("consumer_url"),
        "acs_url_validator": ConfigurationKey("validator"),
        "recipient": ConfigurationKey("recipient"),
        "relay_state": ConfigurationKey("relaystate"),
        "nameid_format": ConfigurationKey("saml_nameid_format_id", Kind.CHOICE, _NAMEID_FORMATS, "email"),
        "signature_algorithm": ConfigurationKey("signature_algorithm", Kind.CHOICE, _ALGORITHMS),
        "signature_element": ConfigurationKey(
            "saml_sign_element", Kind.CHOICE, {"response": "0", "assertion": "1", "both": "2"}, "response"
        ),
        "encrypt_assertion": ConfigurationKey("encrypt_assertion", Kind.FLAG),
        "not_before_minutes": ConfigurationKey("saml_notbefore", Kind.MINUTES),
        "not_on_or_after_minutes": ConfigurationKey("saml_notonorafter", Kind.MINUTES),
        "session_minutes": ConfigurationKey("saml_sessionnotonorafter", Kind.MINUTES),
        "initiator": ConfigurationKey(
            "saml_initiater_id", Kind.CHOICE, {"onelogin": "0", "service_provider": "1"}, "onelogin"
        ),
        "login_url": ConfigurationKey("login"),
        "logout_url": ConfigurationKey("logout_url"),
    }
)

# The docs and the vendor's provider print the typo; which one the server takes is unsure (§5.4). Read either, try both.
ALTERNATIVE_WORDS: Mapping[str, str] = MappingProxyType({"SHA-384": "SHA-348"})

PARAMETER_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "value": "user_attribute_mappings",
        "macro": "user_attribute_macros",
        "include_in_assertion": "include_in_saml_assertion",
        "skip_if_blank": "skip_if_blank",
        "label": "label",
        "transformation": "attributes_transformations",
        "default_values": "default_values",
    }
)


def wire_text(value: Json) -> str | None:
    """A configuration value as the string that OneLogin means by it; None for every spelling of blank.

    Whether a blank text reads back as null, "" or not at all is unsure (§14d), so the three are one here.
    """
    if isinstance(value, bool):
        return "1" if value else "0"
    text = "" if value is None else str(value)
    return text or None


def decode(key: str, value: Json) -> Json:
    """OneLogin's value of a friendly configuration key in the spec's words; what has no word stays as it came."""
    known = CONFIGURATION[key]
    text = wire_text(value)
    if known.kind is Kind.CHOICE:
        text = {wrong: right for right, wrong in ALTERNATIVE_WORDS.items()}.get(text or "", text)
        return known.blank if text is None else {wire: word for word, wire in known.words.items()}.get(text, text)
    if known.kind is Kind.FLAG:
        return {None: False, "0": False, "1": True, "false": False, "true": True}.get(text, text)
    if known.kind is Kind.MINUTES:
        return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) <= _DIGITS else text
    return text


def encode(key: str, value: Json) -> Json:
    """The spec's value of a friendly configuration key as OneLogin takes it: always a string, "" for cleared."""
    text = wire_text(value) or ""
    return CONFIGURATION[key].words.get(text, text)


def truth(value: Json) -> bool:
    """A parameter's flag: absent and null mean no, and one client saw strings (§5.5)."""
    return value is True or value in (1, "1", "true", "True")


def is_custom_parameter(parameter: Mapping[str, Json]) -> bool:
    """Whether somebody added the parameter; connector-owned ones carry no include flag and cannot be deleted (§5.5)."""
    return parameter.get("include_in_saml_assertion") is not None

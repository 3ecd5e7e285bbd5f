"""The console's words for the keys of an app's configuration and for their values (§5.4)."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["ON_SSO_TAB", "Field", "field_of"]

ON_SSO_TAB = frozenset({"certificate_id", "signature_algorithm"})
"""Keys that the console shows on the tab SSO."""

_SWITCH = {"0": "No", "1": "Yes"}
_MINUTES = "minutes"


@dataclass(frozen=True)
class Field:
    """One field. `options` are the values and words of a list to choose from; without them it takes any text."""

    key: str
    label: str
    options: dict[str, str] = field(default_factory=dict)
    hint: str = ""


_FIELDS = (
    Field("audience", "Audience (EntityID)", hint="Left blank, the assertion carries the words {audience}."),
    Field("recipient", "Recipient", hint="Left blank, the assertion carries the words {recipient}."),
    Field(
        "validator",
        "ACS (Consumer) URL Validator",
        hint="A regular expression. A request for any other ACS URL is turned down.",
    ),
    Field("consumer_url", "ACS (Consumer) URL", hint="Where the SAML response is posted."),
    Field("consumer", "ACS (Consumer) URL", hint="Where the SAML response is posted."),
    Field("relaystate", "RelayState"),
    Field("login", "Login URL", hint="Needed when the service provider starts the login."),
    Field("logout_url", "Single Logout URL"),
    Field(
        "saml_nameid_format_id",
        "SAML nameID format",
        {"0": "Email", "1": "Transient", "2": "Persistent", "3": "Unspecified"},
    ),
    Field("saml_nameid_format_id_slo", "SAML nameID format for SLO response", {"0": "0", "1": "1"}),
    Field("saml_issuer_type", "SAML issuer type", {"0": "Specific", "1": "Generic"}),
    Field("saml_initiater_id", "SAML initiator", {"0": "OneLogin", "1": "Service Provider"}),
    Field("saml_sign_element", "SAML signature element", {"0": "Response", "1": "Assertion", "2": "Both"}),
    Field("encrypt_assertion", "Encrypt assertion", _SWITCH),
    Field(
        "saml_encryption_method_id",
        "SAML encryption method",
        {"0": "TRIPLEDES-CBC", "1": "AES-128-CBC", "2": "AES-192-CBC", "3": "AES-256-CBC"},
    ),
    Field("saml_notbefore", "SAML not valid before", hint=_MINUTES),
    Field("saml_notonorafter", "SAML not valid on or after", hint=_MINUTES),
    Field("saml_sessionnotonorafter", "SAML sessionNotOnOrAfter", hint=_MINUTES),
    Field("generate_attribute_value_tags", "Generate AttributeValue tag per value", _SWITCH),
    Field("sign_slo_request", "Sign SLO Request", _SWITCH),
    Field("sign_slo_response", "Sign SLO Response", _SWITCH),
)
_BY_KEY = {one.key: (place, one) for place, one in enumerate(_FIELDS)}


def field_of(key: str) -> tuple[int, Field]:
    """The field for a key and its place on the tab; keys of other connectors are called by their own name, and last."""
    return _BY_KEY.get(key, (len(_FIELDS), Field(key, key)))

"""An app's `configuration`: which keys there are, what may be written, and how it reads back (§5.4)."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from sso_sync.sandbox.onelogin.account import Account, as_id
from sso_sync.sandbox.onelogin.errors import bad_request, unprocessable
from sso_sync.sandbox.onelogin.records import App, Connector
from sso_sync.sandbox.wire import number_in

__all__ = [
    "OIDC_KEYS",
    "SAML_ADVANCED_KEYS",
    "SAML_TEST_KEYS",
    "changed_configuration",
    "fresh_configuration",
    "shown_configuration",
]

SAML_ADVANCED_KEYS: dict[str, JsonValue] = {
    "relaystate": None,
    "audience": None,
    "recipient": None,
    "validator": None,
    "consumer_url": None,
    "logout_url": None,
    "login": None,
    "saml_notbefore": "3",
    "saml_notonorafter": "3",
    "saml_sessionnotonorafter": "1440",
    "saml_initiater_id": "0",
    "saml_nameid_format_id": "0",
    "saml_nameid_format_id_slo": "0",
    "saml_issuer_type": "0",
    "saml_sign_element": "0",
    "encrypt_assertion": "0",
    "saml_encryption_method_id": "0",
    "sign_slo_request": "0",
    "sign_slo_response": "0",
    "generate_attribute_value_tags": "0",
    "signature_algorithm": "SHA-1",
    "certificate_id": None,
}
"""Keys of 110016 and what a fresh app has; `certificate_id` becomes the account's default at creation."""

SAML_TEST_KEYS: dict[str, JsonValue] = {
    "relaystate": None,
    "audience": None,
    "recipient": None,
    "validator": None,
    "consumer": None,
    "logout_url": None,
    "signature_algorithm": "SHA-1",
    "certificate_id": None,
}
"""Other connectors use other names: here the ACS URL is `consumer`."""

OIDC_KEYS: dict[str, JsonValue] = {
    "redirect_uri": None,
    "login_url": None,
    "oidc_application_type": 0,
    "token_endpoint_auth_method": 0,
    "access_token_expiration_minutes": 60,
    "refresh_token_expiration_minutes": 60,
}

_CERTIFICATE = "certificate_id"
_ALGORITHM = "signature_algorithm"
_ALGORITHMS = frozenset({"SHA-1", "SHA-256", "SHA-512"})
_SHA384 = {
    "both": frozenset({"SHA-384", "SHA-348"}),
    "SHA-384": frozenset({"SHA-384"}),
    "SHA-348": frozenset({"SHA-348"}),
}


def fresh_configuration(account: Account, connector: Connector) -> dict[str, JsonValue]:
    """Every key of the connector with its default."""
    fresh = dict(connector.keys)
    if _CERTIFICATE in fresh:
        fresh[_CERTIFICATE] = account.default_certificate().id
    return fresh


def changed_configuration(
    account: Account, connector: Connector, now: Mapping[str, JsonValue], sent: JsonValue
) -> dict[str, JsonValue]:
    """`now` with the sent keys changed, the others kept; a key the connector does not know is a 400, even as null."""
    if sent is None:
        return dict(now)
    if not isinstance(sent, dict):
        raise bad_request("configuration must be an object")
    for key in sent:
        if key not in connector.keys:
            raise bad_request(f"Unknown parameter on configuration section: {key}")
    changed = dict(now)
    for key, value in sent.items():
        if key == _CERTIFICATE:
            changed[key] = _certificate_id(account, now.get(key), value)
        elif connector.is_saml:
            changed[key] = _text(account, key, value)
        else:
            changed[key] = value
    return changed


def shown_configuration(account: Account, app: App) -> dict[str, JsonValue]:
    """The configuration as an app's own GET shows it."""
    connector = account.connectors[app.connector_id]
    shown = {key: _shown(account, connector, key, app.configuration.get(key)) for key in connector.keys}
    if account.variants.blank_configuration == "absent":
        return {key: value for key, value in shown.items() if value not in (None, "")}
    return shown


def _shown(account: Account, connector: Connector, key: str, value: JsonValue) -> JsonValue:
    if value in (None, ""):
        return {"null": None, "empty": ""}.get(account.variants.blank_configuration, value)
    default = connector.keys[key]
    enumerated = isinstance(default, str) and default.isdecimal()
    if not enumerated or account.variants.configuration_enums == "strings":
        return value
    number = number_in(str(value))
    return value if number is None else number


def _text(account: Account, key: str, value: JsonValue) -> JsonValue:
    if isinstance(value, dict | list):
        raise unprocessable(f"Validation failed: {key} is invalid")
    if account.variants.configuration_values == "coerced":
        value = _coerced(value)
    if key == _ALGORITHM and value not in _ALGORITHMS | _SHA384[account.variants.sha384_spelling]:
        raise unprocessable("Validation failed: Signature algorithm is invalid")
    return value


def _coerced(value: str | bool | float | None) -> str | None:
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value) if isinstance(value, int | float) else value


def _certificate_id(account: Account, now: JsonValue, sent: JsonValue) -> JsonValue:
    """The certificate an app is set to; null goes back to the account's default."""
    if sent is None or sent == "":
        return account.default_certificate().id
    number = number_in(sent) if isinstance(sent, str) else as_id(sent)
    if number is not None and number in account.certificates:
        return number
    if account.variants.unknown_certificate == "ignored":
        return now
    raise unprocessable(f"The associated Certificate with ID {sent} could not be found")

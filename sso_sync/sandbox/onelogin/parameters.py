"""An app's `parameters`: merge, types, labels that never change, and who may delete what (§5.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pydantic import JsonValue

from sso_sync.sandbox.onelogin.account import Account
from sso_sync.sandbox.onelogin.errors import bad_request, forbidden, not_found, unprocessable
from sso_sync.sandbox.onelogin.records import App, Connector, Parameter
from sso_sync.sandbox.tables import replaced

__all__ = ["changed_parameters", "fresh_parameters", "shown_parameters", "without_parameter"]

_TEXTS = ("user_attribute_mappings", "user_attribute_macros", "attributes_transformations")
_FLAGS = ("skip_if_blank", "provisioned_entitlements", "include_in_saml_assertion", "safe_entitlements_enabled")
_WORDS = {"true": True, "false": False, "1": True, "0": False}


def fresh_parameters(account: Account, connector: Connector) -> dict[str, Parameter]:
    """The parameters that every app of the connector has."""
    return {
        name: Parameter(account.next_id("parameter"), label, user_attribute_mappings="email", connector_owned=True)
        for name, label in connector.own_parameters.items()
    }


def changed_parameters(
    account: Account, connector: Connector, now: Mapping[str, Parameter], sent: JsonValue
) -> dict[str, Parameter]:
    """`now` with the sent parameters changed or added; one that is not sent stays."""
    if sent is None:
        return dict(now)
    if not isinstance(sent, dict):
        raise bad_request("parameters must be an object")
    changed = dict(now)
    for name, fields in sent.items():
        if not isinstance(fields, dict):
            raise bad_request(f"parameter {name} must be an object")
        before = now.get(name)
        if before is None:
            changed[name] = _changed(_new(account, connector, name, fields), fields)
        else:
            changed[name] = _changed(_base(account, before, fields), fields)
    return changed


def without_parameter(app: App, parameter_id: str) -> dict[str, Parameter]:
    """The app's parameters without this one; 404 for an unknown one, 403 for the connector's own."""
    found = next(((name, kept) for name, kept in app.parameters.items() if str(kept.id) == parameter_id), None)
    if found is None:
        raise not_found()
    name, parameter = found
    if parameter.connector_owned:
        raise forbidden(f"not allowed to destroy Parameter {parameter.id}:{name}")
    return {other: kept for other, kept in app.parameters.items() if other != name}


def shown_parameters(app: App) -> dict[str, JsonValue]:
    """The parameters as an app's own GET shows them; flags never set are left out."""
    return {name: _shown(parameter) for name, parameter in app.parameters.items()}


def _new(account: Account, connector: Connector, name: str, fields: Mapping[str, JsonValue]) -> Parameter:
    if not connector.allows_new_parameters:
        raise unprocessable(f"Validation failed: parameter {name} is not allowed by the connector")
    label = fields.get("label") or name
    if not isinstance(label, str):
        raise unprocessable(f"Validation failed: label of parameter {name} is invalid")
    return _reset(Parameter(account.next_id("parameter"), label))


def _base(account: Account, before: Parameter, fields: Mapping[str, JsonValue]) -> Parameter:
    """What the sent fields are laid over: the parameter as it is, or its bare self where a PUT replaces it."""
    label = fields.get("label", before.label)
    if label != before.label and account.variants.label_change == "refused":
        raise unprocessable("Validation failed: Label cannot be updated")
    return _reset(before) if account.variants.parameter_put == "replace" else before


def _reset(parameter: Parameter) -> Parameter:
    if parameter.connector_owned:
        return Parameter(parameter.id, parameter.label, connector_owned=True)
    return Parameter(parameter.id, parameter.label, include_in_saml_assertion=False, safe_entitlements_enabled=False)


def _changed(parameter: Parameter, fields: Mapping[str, JsonValue]) -> Parameter:
    for name in _TEXTS:
        if name in fields:
            parameter = replaced(parameter, {name: _text(name, fields[name])})
    for name in _FLAGS:
        if name in fields:
            parameter = replaced(parameter, {name: _flag(name, fields[name])})
    if "values" in fields:
        parameter = replace(parameter, values=fields["values"])
    if "default_values" in fields:
        parameter = replace(parameter, default_values=fields["default_values"])
    return parameter


def _text(name: str, value: JsonValue) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise unprocessable(f"Validation failed: {name} must be a string")


def _flag(name: str, value: JsonValue) -> bool:
    """A boolean; the word "false" was accepted in a real payload (§5.5), and null counts as false."""
    if value is None:
        return False
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in _WORDS:
        return _WORDS[value.lower()]
    raise unprocessable(f"Validation failed: {name} must be a boolean")


def _shown(parameter: Parameter) -> dict[str, JsonValue]:
    shown: dict[str, JsonValue] = {
        "id": parameter.id,
        "label": parameter.label,
        "user_attribute_mappings": parameter.user_attribute_mappings,
        "user_attribute_macros": parameter.user_attribute_macros,
        "attributes_transformations": parameter.attributes_transformations,
        "default_values": parameter.default_values,
        "values": parameter.values,
        "skip_if_blank": parameter.skip_if_blank,
        "provisioned_entitlements": parameter.provisioned_entitlements,
    }
    flags = {
        "include_in_saml_assertion": parameter.include_in_saml_assertion,
        "safe_entitlements_enabled": parameter.safe_entitlements_enabled,
    }
    return {**shown, **{name: flag for name, flag in flags.items() if flag is not None}}

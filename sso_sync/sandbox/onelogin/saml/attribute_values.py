"""What an app's parameters come to for one person: the values that an assertion carries (§5.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from sso_sync.sandbox.onelogin.pages.parameter_words import MACRO
from sso_sync.sandbox.onelogin.records import App, Parameter, User

__all__ = ["Attribute", "included_attributes", "nameid_value"]

_NAMEID = "saml_username"
_CUSTOM = "custom_attribute_"
_PLACE = re.compile(r"\{(\w+)\}")
_SOURCES = frozenset(
    {
        "company",
        "department",
        "distinguished_name",
        "email",
        "external_id",
        "firstname",
        "lastname",
        "member_of",
        "phone",
        "samaccountname",
        "title",
        "username",
        "userprincipalname",
    }
)


@dataclass(frozen=True)
class Attribute:
    """An attribute of an assertion."""

    name: str
    values: tuple[str, ...]


def nameid_value(app: App, user: User) -> str:
    """Who the assertion is about; "" when the NameID parameter has no source."""
    parameter = app.parameters.get(_NAMEID)
    return "" if parameter is None else _value(parameter, user)


def included_attributes(app: App, user: User) -> list[Attribute]:
    """The parameters with Include in SAML assertion; one that is to be skipped when blank is left out then."""
    return list(_included(app, user))


def _included(app: App, user: User) -> Iterator[Attribute]:
    one_tag_each = str(app.configuration.get("generate_attribute_value_tags")) == "1"
    for name, parameter in app.parameters.items():
        if not parameter.include_in_saml_assertion:
            continue
        value = _value(parameter, user)
        if value or not parameter.skip_if_blank:
            yield Attribute(name, tuple(value.split(";")) if one_tag_each else (value,))


def _value(parameter: Parameter, user: User) -> str:
    source = parameter.user_attribute_mappings or "none"
    if source == "none":
        return _text(parameter.default_values)
    if source == MACRO:
        return _PLACE.sub(lambda place: _of(user, place[1]), parameter.user_attribute_macros or "")
    return _of(user, source)


def _of(user: User, source: str) -> str:
    """The person's value; "" for a source that nobody knows."""
    if source.startswith(_CUSTOM):
        return _text(user.custom_attributes.get(source.removeprefix(_CUSTOM)))
    return _text(getattr(user, source)) if source in _SOURCES else ""


def _text(value: JsonValue) -> str:
    if isinstance(value, list):
        return ";".join(_text(part) for part in value)
    return "" if value is None or isinstance(value, dict) else str(value)

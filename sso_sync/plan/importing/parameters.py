"""The app's parameters as wishes, each in the shortest form that says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sso_sync.onelogin.models import App
from sso_sync.onelogin.vocabulary import MACRO, NAMEID, is_custom_parameter
from sso_sync.plan.importing.secrets import hidden
from sso_sync.plan.importing.trial import Wish
from sso_sync.plan.items.parameters import field_value
from sso_sync.spec.connection import SpecPath
from sso_sync.spec.model import GUIDE_PARAMETERS
from sso_sync.values import Json

__all__ = ["attributes", "connector_owned", "more_attributes"]

_PATH: SpecPath = ("onelogin", "app", "parameters")
_SPEC_NAMEID = "nameid"
_EXTRAS = ("transformation", "default_values")


def attributes(app: App, connection: str) -> list[Wish]:
    """The guide's attributes and the NameID, should they not be as the guide says; one that is missing has no form."""
    wishes = []
    for name in GUIDE_PARAMETERS:
        live = app.parameters.get(NAMEID if name == _SPEC_NAMEID else name)
        forms = () if live is None else (_form(name, live, connection),)
        about = f"there is no parameter {name!r}" if live is None else None
        wishes.append(Wish((*_PATH, name), forms, f"onelogin.app.parameters.{name}", about))
    return wishes


def more_attributes(app: App, connection: str) -> list[Wish]:
    """The parameters that somebody added."""
    return [
        Wish((*_PATH, name), (_form(name, live, connection),), about=f"parameter {name!r}")
        for name, live in _others(app)
        if is_custom_parameter(live)
    ]


def connector_owned(app: App) -> list[str]:
    """The names of parameters that came with the connector and are left alone."""
    return [name for name, live in _others(app) if not is_custom_parameter(live)]


def _others(app: App) -> Iterator[tuple[str, Mapping[str, Json]]]:
    return ((name, live) for name, live in app.parameters.items() if name not in (*GUIDE_PARAMETERS, NAMEID))


def _form(name: str, live: Mapping[str, Json], connection: str) -> Any:
    fields: dict[str, Any] = {"value": field_value(live, "value")}
    macro = field_value(live, "macro")
    if fields["value"] == MACRO and macro:
        fields = {"macro": macro}
    if name != _SPEC_NAMEID and not field_value(live, "include_in_assertion"):
        fields["include_in_assertion"] = False
    if field_value(live, "skip_if_blank"):
        fields["skip_if_blank"] = True
    label = field_value(live, "label")
    if name not in GUIDE_PARAMETERS and label and label != name:
        fields["label"] = label
    fields |= {key: value for key in _EXTRAS if (value := field_value(live, key))}
    if fields == {"value": fields.get("value")} and isinstance(fields["value"], str):
        return fields["value"]
    path = (*_PATH, name)
    kept = hidden({key: value for key, value in fields.items() if key != "default_values"}, path, connection)
    if "default_values" in fields:
        # A constant in the assertion: what it is called says whether it is a secret.
        constant = fields["default_values"]
        kept["default_values"] = hidden(constant, path, connection, named=isinstance(constant, str))
    return kept

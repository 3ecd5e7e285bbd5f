"""The app's Parameters tab: attributes of the assertion, field by field, and the NameID."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sso_sync.onelogin.vocabulary import MACRO, NAMEID, PARAMETER_FIELDS, is_custom_parameter, truth
from sso_sync.plan.cells import ABSENT, Known
from sso_sync.plan.diff import compare
from sso_sync.plan.items.common import APP_PATH, Area, Found
from sso_sync.plan.meaning import Meaning
from sso_sync.plan.targets import ParameterField, ParameterItself
from sso_sync.spec.connection import SpecPath
from sso_sync.spec.model import GUIDE_PARAMETERS, App, Parameter, Unmanaged, given
from sso_sync.values import Json

__all__ = ["field_value", "parameter_id", "parameters", "shown_fields"]

_SPEC_NAMEID = "nameid"
_RELABELLED = "a label cannot be changed: the parameter is deleted and created again"
_FLAGS = frozenset({"include_in_assertion", "skip_if_blank"})
_PATH: SpecPath = (*APP_PATH, "parameters")


def parameters(area: Area) -> Found:
    """Every managed parameter; in authoritative mode also the custom ones that the spec does not know."""
    app = area.connection.spec.onelogin.app
    found = Found()
    wishes = dict(_wishes(app))
    for name, wish in wishes.items():
        found += _removed(area, name) if wish is None else _wanted(area, name, wish)
    if app.parameters_mode == "authoritative" and area.idp.app:
        # A guide parameter taken out with `!unmanaged` was named by the spec too: it stays.
        spared = {_wire(name) for name in (*wishes, *app.parameters)}
        for name, live in area.idp.app.parameters.items():
            if name not in spared and is_custom_parameter(live):
                found += _removed(area, name, reason="not in the spec (parameters_mode: authoritative)")
    return found


def _wire(name: str) -> str:
    return NAMEID if name == _SPEC_NAMEID else name


def _wishes(app: App) -> Iterator[tuple[str, dict[str, Json] | None]]:
    """Name and wanted fields (friendly) of each managed parameter; None for one that must go."""
    for name in dict.fromkeys((*GUIDE_PARAMETERS, *app.parameters)):
        wish = app.parameters.get(name, GUIDE_PARAMETERS.get(name))
        if isinstance(wish, Unmanaged):
            continue
        if wish is None:
            yield name, ({"value": None} if name == _SPEC_NAMEID else None)
        else:
            yield name, _fields(name, wish)


def _fields(name: str, wish: Parameter | str) -> dict[str, Json]:
    """The managed fields of one parameter: what is written, plus inclusion in the assertion, the guide's own rule."""
    fields: dict[str, Json] = {}
    if isinstance(wish, str):
        fields["value"] = wish
    else:
        fields |= {key: getattr(wish, key) for key in PARAMETER_FIELDS if given(wish, key)}
        if "label" in fields:
            fields["label"] = wish.label or name  # what OneLogin calls a parameter without a label of its own
        if given(wish, "macro") and wish.macro is not None:
            fields["value"] = MACRO
        elif name in GUIDE_PARAMETERS:
            fields.setdefault("value", GUIDE_PARAMETERS[name])
    if name != _SPEC_NAMEID:
        fields.setdefault("include_in_assertion", True)
    return fields


def _removed(area: Area, name: str, *, reason: str | None = None) -> Found:
    live = area.idp.app.parameters.get(_wire(name)) if area.idp.app else None
    if live is None:
        return Found()
    address, path = f"onelogin.app.parameters.{name}", (*_PATH, name)
    if not _deletable(live):
        refused = area.connection.diagnostic(
            "error",
            path,
            f"The parameter {name!r} belongs to the connector and cannot be deleted",
            address=address,
            next_action="Use `!unmanaged` to leave it alone, or set its value to `none`.",
        )
        return Found(findings=(refused,))
    target = ParameterItself(_wire(name), parameter_id(live))
    return Found((area.item(address, target, ABSENT, Known(shown_fields(live)), path, reason=reason),))


def _deletable(live: Mapping[str, Json]) -> bool:
    return is_custom_parameter(live) and parameter_id(live) is not None


def _wanted(area: Area, name: str, fields: Mapping[str, Json]) -> Found:
    live = area.idp.app.parameters.get(_wire(name)) if area.idp.app else None
    if live is None:
        return _new(area, name, fields)
    return sum((_field(area, name, live, field, value) for field, value in fields.items()), Found())


def _field(area: Area, name: str, live: Mapping[str, Json], field: str, value: Json) -> Found:
    """One field of a parameter that is there."""
    path: SpecPath = (*_PATH, name, field)
    item = area.item(
        f"onelogin.app.parameters.{name}.{field}",
        ParameterField(_wire(name), field, parameter_id(live)),
        Known(value),
        Known(field_value(live, field)),
        path,
        # A label is a name and may come back HTML-escaped; null, "" and absent are kept apart elsewhere (§5.5).
        meaning=Meaning.ESCAPED if field == "label" else Meaning.EXACT,
        reason=_RELABELLED if field == "label" else None,
        sensitive=area.holds_secret(path),
    )
    if field != "label" or _deletable(live) or compare(item) is None:
        return Found((item,))
    refused = area.connection.diagnostic(
        "error",
        path,
        f"The label of {name!r} cannot be changed, because the parameter belongs to the connector",
        address=item.address,
        next_action="Remove `label`.",
    )
    return Found(findings=(refused,))


def _new(area: Area, name: str, fields: Mapping[str, Json]) -> Found:
    desired = dict(fields)
    if name != _SPEC_NAMEID:
        desired.setdefault("label", name)
    address, target = f"onelogin.app.parameters.{name}", ParameterItself(_wire(name))
    path: SpecPath = (*_PATH, name)
    return Found((area.item(address, target, Known(desired), ABSENT, path, sensitive=area.holds_secret(path)),))


def parameter_id(live: Mapping[str, Json]) -> int | None:
    """OneLogin's id of a live parameter, if it says one."""
    identity = live.get("id")
    return int(identity) if isinstance(identity, int | str) and str(identity).isdigit() else None


def field_value(live: Mapping[str, Json], field: str) -> Json:
    """A field of a live parameter, by its friendly name."""
    value = live.get(PARAMETER_FIELDS[field])
    return truth(value) if field in _FLAGS else value


def shown_fields(live: Mapping[str, Json]) -> dict[str, Json]:
    """The fields that a reader wants to see of a parameter that goes."""
    shown = {field: field_value(live, field) for field in PARAMETER_FIELDS}
    return {field: value for field, value in shown.items() if value not in (None, "", False)}

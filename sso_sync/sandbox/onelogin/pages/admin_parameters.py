"""The tab Parameters: the table, a page for each parameter, and one for a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pydantic import JsonValue

from sso_sync.sandbox.onelogin.pages.admin_frame import app_of, changed, problem_of, put, tab
from sso_sync.sandbox.onelogin.pages.parameter_words import MACRO, source_options, source_word
from sso_sync.sandbox.onelogin.pages.visit import Visit
from sso_sync.sandbox.onelogin.parameters import without_parameter
from sso_sync.sandbox.onelogin.records import App, Parameter
from sso_sync.sandbox.wire import Answer, Refusal

__all__ = ["add", "delete", "save", "show", "show_new", "show_one"]

_UNSENT = frozenset({"id", "label", "connector_owned"})


def show(visit: Visit) -> Answer:
    """`GET /admin/apps/{app_id}/parameters`"""
    app = app_of(visit)
    rows = [
        {
            "id": parameter.id,
            "name": parameter.label if parameter.connector_owned else name,
            "value": source_word(parameter),
            "included": parameter.connector_owned or bool(parameter.include_in_saml_assertion),
            "own": parameter.connector_owned,
        }
        for name, parameter in app.parameters.items()
    ]
    return tab(visit, app, "parameters", rows=rows)


def show_new(visit: Visit) -> Answer:
    """`GET /admin/apps/{app_id}/parameters/new`: what the `+` opens."""
    return _form(visit, app_of(visit), "", None, {"user_attribute_mappings": "email"})


def add(visit: Visit) -> Answer:
    """`POST /admin/apps/{app_id}/parameters/new`"""
    app, fields = app_of(visit), _sent(visit)
    name = visit.call.form().get("name", "").strip()
    problem = "Field name can't be blank" if not name else None
    if name in app.parameters:
        problem = f"There is a parameter {name} already"
    if problem is not None:
        raise Refusal(_form(visit, app, name, None, fields, problem=problem))
    return _put(visit, app, name, None, {"label": name, **fields})


def show_one(visit: Visit) -> Answer:
    """`GET /admin/apps/{app_id}/parameters/{parameter_id}`"""
    app = app_of(visit)
    name, parameter = _found(visit, app)
    return _form(visit, app, name, parameter, _fields(parameter))


def save(visit: Visit) -> Answer:
    """`POST /admin/apps/{app_id}/parameters/{parameter_id}`: what the form does not show stays as it is."""
    app = app_of(visit)
    name, parameter = _found(visit, app)
    sent = _sent(visit)
    if parameter.connector_owned:
        del sent["include_in_saml_assertion"]
    if not sent["user_attribute_macros"] and not parameter.user_attribute_macros:
        del sent["user_attribute_macros"]
    if sent["user_attribute_mappings"] == "none" and not parameter.user_attribute_mappings:
        del sent["user_attribute_mappings"]
    return _put(visit, app, name, parameter, {**_fields(parameter), **sent})


def delete(visit: Visit) -> Answer:
    """`POST /admin/apps/{app_id}/parameters/{parameter_id}/delete`"""
    app = app_of(visit)
    name, parameter = _found(visit, app)
    try:
        kept = without_parameter(app, str(parameter.id))
    except Refusal as refusal:
        raise Refusal(_form(visit, app, name, parameter, _fields(parameter), problem=problem_of(refusal))) from None
    put(visit, replace(app, parameters=kept, updated_at=visit.account.now()))
    return visit.done(f"/admin/apps/{app.id}/parameters", "parameter_deleted")


def _put(visit: Visit, app: App, name: str, parameter: Parameter | None, fields: dict[str, JsonValue]) -> Answer:
    try:
        put(visit, changed(visit, app, {"parameters": {name: fields}}))
    except Refusal as refusal:
        raise Refusal(_form(visit, app, name, parameter, fields, problem=problem_of(refusal))) from None
    return visit.done(f"/admin/apps/{app.id}/parameters", "parameter_saved")


def _found(visit: Visit, app: App) -> tuple[str, Parameter]:
    wanted = visit.call.params["parameter_id"]
    for name, parameter in app.parameters.items():
        if str(parameter.id) == wanted:
            return name, parameter
    raise visit.refusal(404, "Parameter not found", "This application has no such parameter.")


def _sent(visit: Visit) -> dict[str, JsonValue]:
    form = visit.call.form()
    source = form.get("source", "")
    return {
        "user_attribute_mappings": source,
        "user_attribute_macros": form.get("macro", ""),
        "include_in_saml_assertion": "include" in form,
        "skip_if_blank": "skip" in form,
    }


def _fields(parameter: Parameter) -> dict[str, JsonValue]:
    """Everything of the parameter that a PUT can change and that was ever set, under the API's names."""
    every = {name: getattr(parameter, name) for name in Parameter.__dataclass_fields__ if name not in _UNSENT}
    return {name: value for name, value in every.items() if value is not None}


def _form(
    visit: Visit,
    app: App,
    name: str,
    parameter: Parameter | None,
    fields: Mapping[str, JsonValue],
    *,
    problem: str | None = None,
) -> Answer:
    return tab(
        visit,
        app,
        "parameter",
        problem=problem,
        field_name=name,
        parameter=parameter,
        sources=source_options(parameter, visit.account.users),
        source=fields.get("user_attribute_mappings") or "none",
        macro_source=MACRO,
        macro=fields.get("user_attribute_macros") or "",
        include=bool(fields.get("include_in_saml_assertion")),
        skip=bool(fields.get("skip_if_blank")),
    )

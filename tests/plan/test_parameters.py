"""The Parameters tab: forms, fields, labels, and what belongs to the connector."""

from __future__ import annotations

from typing import Any

import pytest

from sso_sync.plan.model import Action, Plan
from sso_sync.plan.operations import DeleteParameter, PutParameters
from sso_sync.spec.model import UNMANAGED
from sso_sync.values import Json
from tests.plan.build import addresses, change, connection, step
from tests.plan.full import the_app
from tests.plan.world import World, in_sync

_AT = "onelogin.app.parameters"


def _plan(parameters: dict[str, Any], world: World | None = None, mode: str = "additive") -> Plan:
    return (world or in_sync()).plan(connection(app={"parameters": parameters, "parameters_mode": mode}))


def _held(name: str, **fields: Json) -> World:
    """The world with some fields of a parameter changed."""
    world = in_sync()
    the_app(world)["parameters"].setdefault(name, {"id": 8070, "label": name, "include_in_saml_assertion": True})
    the_app(world)["parameters"][name] |= fields
    return world


def _put(plan: Plan) -> dict[str, dict[str, Json]]:
    operation = step(plan, "parameters").operation
    assert isinstance(operation, PutParameters)
    return {name: dict(fields) for name, fields in operation.changes.items()}


def test_the_guides_three_and_the_nameid_are_managed_without_a_word() -> None:
    world = World(app=in_sync().app)
    the_app(world)["parameters"] = {"saml_username": {"id": 8000, "user_attribute_mappings": None}}
    put = _put(world.plan(connection()))
    assert put == {
        "saml_username": {"user_attribute_mappings": "email"},
        **{
            name: {"user_attribute_mappings": source, "include_in_saml_assertion": True, "label": name}
            for name, source in {"email": "email", "firstName": "firstname", "lastName": "lastname"}.items()
        },
    }


@pytest.mark.parametrize("name", ["nameid", "email", "firstName", "lastName"])
def test_each_of_them_can_be_taken_out(name: str) -> None:
    held = "saml_username" if name == "nameid" else name
    world = _held(held, user_attribute_mappings="title")
    assert addresses(_plan({}, world)) == [f"{_AT}.{name}.value"]
    assert _plan({name: UNMANAGED}, world).empty
    assert _plan({name: UNMANAGED}, world, "authoritative").empty


def test_the_long_form_of_a_guide_parameter_keeps_the_guides_value() -> None:
    world = _held("firstName", user_attribute_mappings="title", skip_if_blank=False)
    assert _put(_plan({"firstName": {"skip_if_blank": True}}, world)) == {
        "firstName": {"user_attribute_mappings": "firstname", "skip_if_blank": True}
    }


@pytest.mark.parametrize("field", ["transformation", "default_values"])
@pytest.mark.parametrize(
    ("wish", "live", "differs"),
    [
        (None, None, False),
        (None, "", True),
        ("", "", False),
        ("", None, True),
        ("x", "x", False),
        ("x", None, True),
        ("x", "", True),
    ],
)
def test_null_and_the_empty_text_are_kept_apart(field: str, wish: Json, live: Json, differs: bool) -> None:
    wire = {"transformation": "attributes_transformations"}.get(field, field)
    plan = _plan({"email": {field: wish}}, _held("email", **{wire: live}))
    assert addresses(plan) == ([f"{_AT}.email.{field}"] if differs else [])
    if differs:
        assert _put(plan) == {"email": {wire: wish}}


@pytest.mark.parametrize(("wish", "live"), [(["x"], "x"), ("x", ["x"]), ([], None), ([], ""), (["x", "y"], ["y", "x"])])
def test_the_shape_of_default_values_counts(wish: Json, live: Json) -> None:
    plan = _plan({"email": {"default_values": wish}}, _held("email", default_values=live))
    assert _put(plan) == {"email": {"default_values": wish}}


def test_a_field_that_onelogin_does_not_answer_holds_nothing() -> None:
    world = in_sync()
    for field in ("default_values", "attributes_transformations", "skip_if_blank"):
        del the_app(world)["parameters"]["email"][field]
    wish = {"default_values": None, "transformation": None, "skip_if_blank": False}
    assert _plan({"email": wish}, world).empty


@pytest.mark.parametrize("flag", [True, "true", "True", 1, "1"])
def test_a_flag_may_come_in_several_spellings(flag: Json) -> None:
    assert _plan({"email": {"skip_if_blank": True}}, _held("email", skip_if_blank=flag)).empty
    plan = _plan({"email": {"skip_if_blank": False}}, _held("email", skip_if_blank=flag))
    assert _put(plan) == {"email": {"skip_if_blank": False}}


def test_a_macro_needs_its_mapping() -> None:
    wish = {"macro": "{firstname}.{lastname}"}
    assert _put(_plan({"email": wish})) == {
        "email": {"user_attribute_macros": "{firstname}.{lastname}", "user_attribute_mappings": "_macro_"}
    }
    held = _held("email", user_attribute_macros="{firstname}.{lastname}", user_attribute_mappings="_macro_")
    assert _plan({"email": wish}, held).empty
    assert _put(_plan({"email": "email"}, held)) == {"email": {"user_attribute_mappings": "email"}}


def test_null_deletes_a_parameter_and_one_that_is_gone_is_no_change() -> None:
    plan = _plan({"firstName": None, "never": None})
    assert addresses(plan) == [f"{_AT}.firstName"]
    assert plan.changes[0].action is Action.DELETE
    assert plan.changes[0].before == {"value": "firstname", "include_in_assertion": True, "label": "firstName"}
    assert [one.operation for one in plan.steps] == [DeleteParameter("firstName", 8002)]


def test_nameid_null_clears_its_source() -> None:
    assert _put(_plan({"nameid": None})) == {"saml_username": {"user_attribute_mappings": None}}


def test_authoritative_deletes_what_the_spec_does_not_know_but_never_the_connectors_own() -> None:
    world = _held("extra", include_in_saml_assertion=False)
    the_app(world)["parameters"]["owned"] = {"id": 8071, "label": "of the connector"}
    assert _plan({}, world).empty
    plan = _plan({}, world, "authoritative")
    assert addresses(plan) == [f"{_AT}.extra"]
    assert [one.operation for one in plan.steps] == [DeleteParameter("extra", 8070)]


def test_a_parameter_of_the_connector_cannot_be_deleted() -> None:
    world = in_sync()
    the_app(world)["parameters"]["owned"] = {"id": 8071, "label": "of the connector"}
    plan = _plan({"owned": None}, world)
    (error,) = plan.errors
    assert error.address == f"{_AT}.owned"
    assert plan.changes == ()


@pytest.mark.parametrize("mode", ["null", "authoritative"])
def test_a_parameter_without_an_id_cannot_be_deleted_and_says_so(mode: str) -> None:
    world = _held("extra", id=None)
    plan = _plan({"extra": None}, world) if mode == "null" else _plan({}, world, mode)
    assert [error.address for error in plan.errors] == [f"{_AT}.extra"]


def test_an_id_may_come_as_text() -> None:
    plan = _plan({"extra": None}, _held("extra", id="8070"))
    assert [one.operation for one in plan.steps] == [DeleteParameter("extra", 8070)]


def test_another_label_deletes_the_parameter_and_makes_it_again_with_all_it_held() -> None:
    world = _held("email", values=["v"], provisioned_entitlements=True, default_values="d", unheard_of="x")
    plan = _plan({"email": {"label": "Mail", "skip_if_blank": True}}, world)
    assert change(plan, f"{_AT}.email.label").reason
    delete, put = plan.steps
    assert delete.operation == DeleteParameter("email", 8001)
    assert put.needs == {delete.id}
    assert isinstance(put.operation, PutParameters)
    assert put.operation.before == {"email": {}}
    assert _put(plan) == {
        "email": {
            "label": "Mail",
            "skip_if_blank": True,
            "user_attribute_mappings": "email",
            "user_attribute_macros": None,
            "attributes_transformations": None,
            "default_values": "d",
            "values": ["v"],
            "include_in_saml_assertion": True,
            "provisioned_entitlements": True,
            "safe_entitlements_enabled": False,
        }
    }
    assert set(put.addresses) == {f"{_AT}.email.label", f"{_AT}.email.skip_if_blank"}


def test_a_label_that_comes_back_escaped_is_no_other_label() -> None:
    assert _plan({"email": {"label": "A & B"}}, _held("email", label="A &amp; B")).empty


def test_no_label_is_the_name() -> None:
    assert _plan({"email": {"label": None}}).empty
    plan = _plan({"email": {"label": None}}, _held("email", label="Mail"))
    assert change(plan, f"{_AT}.email.label").after == "email"


def test_the_label_of_a_connectors_own_parameter_is_an_error_if_it_differs() -> None:
    world = in_sync()
    the_app(world)["parameters"]["owned"] = {"id": 8071, "label": "Theirs", "user_attribute_mappings": "email"}
    wish = {"value": "email", "include_in_assertion": False}
    plan = _plan({"owned": wish | {"label": "Ours"}}, world)
    assert [error.address for error in plan.errors] == [f"{_AT}.owned.label"]
    assert plan.steps == ()
    assert _plan({"owned": wish | {"label": "Theirs"}}, world).empty


def test_names_that_are_urls_are_names_like_others() -> None:
    plan = _plan({"https://x.example/SAML/Role": "department"})
    assert addresses(plan) == [f"{_AT}.https://x.example/SAML/Role"]


def test_case_matters_in_a_name() -> None:
    assert addresses(_plan({"firstname": "firstname"})) == [f"{_AT}.firstname"]

"""`parameters`: merge, labels, shapes, deletion (fact sheet §5.5)."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import JsonValue

from sso_sync.sandbox import Sandbox

from .support import NOT_FOUND, Http, error_a

EMAIL: dict[str, JsonValue] = {"label": "E-mail", "user_attribute_mappings": "email", "include_in_saml_assertion": True}


@pytest.fixture
def app_id(sandbox: Sandbox) -> int:
    return sandbox.onelogin.add_app("JustCall", parameters={"email": {**EMAIL}}).id


def _put(api: Http, app_id: int, **parameters: Any) -> Any:
    return api.put(f"/api/2/apps/{app_id}", {"parameters": parameters})


def _read(api: Http, app_id: int) -> dict[str, dict[str, Any]]:
    parameters: dict[str, dict[str, Any]] = api.get(f"/api/2/apps/{app_id}").json()["parameters"]
    return parameters


def test_custom_parameter_in_full(api: Http, app_id: int) -> None:
    email = _read(api, app_id)["email"]
    assert email.pop("id") > 0
    assert email == {
        "label": "E-mail",
        "user_attribute_mappings": "email",
        "user_attribute_macros": None,
        "attributes_transformations": None,
        "default_values": None,
        "values": None,
        "skip_if_blank": False,
        "provisioned_entitlements": False,
        "include_in_saml_assertion": True,
        "safe_entitlements_enabled": False,
    }


def test_connector_owned_parameter_lacks_the_assertion_flag(api: Http, app_id: int) -> None:
    assert "include_in_saml_assertion" not in _read(api, app_id)["saml_username"]


def test_a_parameter_that_is_not_sent_stays(api: Http, app_id: int) -> None:
    before = _read(api, app_id)
    _put(api, app_id, firstName={"user_attribute_mappings": "firstname"})
    after = _read(api, app_id)
    assert set(after) == {"saml_username", "email", "firstName"}
    assert {name: after[name] for name in before} == before
    assert after["firstName"]["label"] == "firstName"
    assert after["firstName"]["include_in_saml_assertion"] is False


def test_fields_left_out_merge_or_are_replaced(sandbox: Sandbox, api: Http, app_id: int) -> None:
    before = _read(api, app_id)["email"]
    _put(api, app_id, email={"skip_if_blank": True})
    assert _read(api, app_id)["email"] == {**before, "skip_if_blank": True}
    sandbox.variants.parameter_put = "replace"
    _put(api, app_id, email={"values": "x"})
    replaced = _read(api, app_id)["email"]
    assert (replaced["id"], replaced["label"], replaced["values"]) == (before["id"], before["label"], "x")
    assert (replaced["user_attribute_mappings"], replaced["include_in_saml_assertion"]) == (None, False)


def test_replacing_keeps_a_connector_owned_parameter_its_own(sandbox: Sandbox, api: Http, app_id: int) -> None:
    sandbox.variants.parameter_put = "replace"
    _put(api, app_id, saml_username={"user_attribute_mappings": "username"})
    nameid = _read(api, app_id)["saml_username"]
    assert nameid["user_attribute_mappings"] == "username"
    assert api.delete(f"/api/2/apps/{app_id}/parameters/{nameid['id']}").status_code == 403


def test_labels_never_change(sandbox: Sandbox, api: Http, app_id: int) -> None:
    assert (
        _put(api, app_id, email={"label": "New", "skip_if_blank": True}).json()["parameters"]["email"]["label"]
        == "E-mail"
    )
    sandbox.variants.label_change = "refused"
    assert _put(api, app_id, email={"label": "New"}).status_code == 422
    assert _put(api, app_id, email={"label": "E-mail"}).status_code == 200


@pytest.mark.parametrize("field", ["values", "default_values"])
@pytest.mark.parametrize("value", [None, "", "x", ["x"], [], ["x", "y"]])
def test_shapes_are_stored_as_sent(api: Http, app_id: int, field: str, value: Any) -> None:
    _put(api, app_id, email={field: "something else"})
    assert _put(api, app_id, email={field: value}).json()["parameters"]["email"][field] == value


@pytest.mark.parametrize("field", ["user_attribute_mappings", "user_attribute_macros", "attributes_transformations"])
@pytest.mark.parametrize("value", [None, "", "_macro_"])
def test_blank_texts_stay_apart(api: Http, app_id: int, field: str, value: str | None) -> None:
    assert _put(api, app_id, email={field: value}).json()["parameters"]["email"][field] == value


@pytest.mark.parametrize(
    ("sent", "stored"), [(True, True), ("true", True), ("false", False), ("1", True), (None, False)]
)
def test_booleans_in_words(api: Http, app_id: int, sent: Any, stored: bool) -> None:
    assert _put(api, app_id, email={"skip_if_blank": sent}).json()["parameters"]["email"]["skip_if_blank"] is stored


@pytest.mark.parametrize("fields", [{"skip_if_blank": 5}, {"skip_if_blank": "perhaps"}, {"user_attribute_mappings": 5}])
def test_wrong_types(api: Http, app_id: int, fields: dict[str, Any]) -> None:
    assert _put(api, app_id, email=fields).status_code == 422


def test_wrong_label_type(api: Http, app_id: int) -> None:
    assert _put(api, app_id, new={"label": 5}).status_code == 422


@pytest.mark.parametrize("parameters", [[], "x", {"email": None}, {"email": "email"}])
def test_wrong_shapes(api: Http, app_id: int, parameters: Any) -> None:
    assert api.put(f"/api/2/apps/{app_id}", {"parameters": parameters}).status_code == 400


def test_names_may_be_urns(api: Http, app_id: int) -> None:
    name = "urn:mace:dir:attribute-def:cn"
    assert name in _put(api, app_id, **{name: {}}).json()["parameters"]


def test_connector_without_new_parameters(sandbox: Sandbox, api: Http) -> None:
    number = sandbox.onelogin.app("Payroll").id
    assert _put(api, number, email={}).status_code == 422
    assert _put(api, number, saml_username={"skip_if_blank": True}).status_code == 200


def test_delete_a_custom_parameter(api: Http, app_id: int) -> None:
    number = _read(api, app_id)["email"]["id"]
    first = api.delete(f"/api/2/apps/{app_id}/parameters/{number}")
    assert (first.status_code, first.content) == (204, b"")
    assert set(_read(api, app_id)) == {"saml_username"}
    second = api.delete(f"/api/2/apps/{app_id}/parameters/{number}")
    assert (second.status_code, second.json()) == (404, NOT_FOUND)


def test_connector_owned_parameter_cannot_be_deleted(api: Http, app_id: int) -> None:
    number = _read(api, app_id)["saml_username"]["id"]
    refused = api.delete(f"/api/2/apps/{app_id}/parameters/{number}")
    expected = error_a(403, "ForbiddenError", f"not allowed to destroy Parameter {number}:saml_username")
    assert (refused.status_code, refused.json()) == (403, expected)


def test_a_parameter_made_again_has_a_new_id(api: Http, app_id: int) -> None:
    number = _read(api, app_id)["email"]["id"]
    api.delete(f"/api/2/apps/{app_id}/parameters/{number}")
    assert _put(api, app_id, email=EMAIL).json()["parameters"]["email"]["id"] > number


def test_one_bad_parameter_refuses_all(api: Http, app_id: int) -> None:
    before = _read(api, app_id)
    assert _put(api, app_id, good={}, email={"skip_if_blank": 5}).status_code == 422
    assert _read(api, app_id) == before

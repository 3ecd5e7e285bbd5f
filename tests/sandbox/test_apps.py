"""Apps: list, create, merge, delete, and what is derived (fact sheet §5.1 to §5.3)."""

from __future__ import annotations

import re
from typing import Any, Literal

import pytest

from sso_sync.sandbox import Sandbox

from .support import NOT_FOUND, Http, error_a

MINIMUM = {"connector_id": 110016, "name": "JustCall"}
APPS = "/api/2/apps"


@pytest.fixture
def app_id(sandbox: Sandbox) -> int:
    return sandbox.onelogin.add_app("JustCall").id


def _unprocessable(message: str) -> dict[str, Any]:
    return error_a(422, "UnprocessableEntityError", message)


def test_fresh_app_has_the_documented_defaults(sandbox: Sandbox, api: Http) -> None:
    created = api.post(APPS, MINIMUM)
    assert created.status_code == 200
    app = created.json()
    assert app == api.get(f"{APPS}/{app['id']}").json()
    expected = {
        "name": "JustCall",
        "connector_id": 110016,
        "visible": False,
        "description": None,
        "notes": None,
        "auth_method": 2,
        "auth_method_description": "SAML2.0",
        "policy_id": None,
        "brand_id": None,
        "tab_id": None,
        "allow_assumed_signin": False,
        "role_ids": [],
        "provisioning": {"enabled": False},
    }
    assert {key: app[key] for key in expected} == expected
    assert list(app["parameters"]) == ["saml_username"]
    assert app["parameters"]["saml_username"]["label"] == "NameID value"
    assert app["sso"]["certificate"]["name"] == "Standard Strength Certificate (2048-bit)"
    assert app["configuration"]["certificate_id"] == app["sso"]["certificate"]["id"]


def test_derived_sso_addresses(api: Http) -> None:
    app = api.post(APPS, MINIMUM).json()
    sso = app["sso"]
    found = re.fullmatch(r"https://acme\.onelogin\.com/trust/saml2/http-post/sso/([a-z0-9-]{36})", sso["acs_url"])
    assert found
    assert sso["issuer"] == sso["metadata_url"] == f"https://app.onelogin.com/saml/metadata/{found[1]}"
    assert sso["sls_url"] == f"https://acme.onelogin.com/trust/saml2/http-redirect/slo/{app['id']}"
    api.put(f"{APPS}/{app['id']}", {"name": "Renamed"})
    assert api.get(f"{APPS}/{app['id']}").json()["sso"] == sso


def test_create_takes_everything_at_once(sandbox: Sandbox, api: Http) -> None:
    role = sandbox.onelogin.role("JustCall Users").id
    sent = {
        **MINIMUM,
        "visible": True,
        "description": "Phones",
        "notes": "by hand",
        "role_ids": [role],
        "tab_id": 7,
        "configuration": {"audience": "JustCall"},
        "parameters": {"email": {"label": "E-mail", "include_in_saml_assertion": True}},
    }
    app = api.get(f"{APPS}/{api.post(APPS, sent).json()['id']}").json()
    for key in ("visible", "description", "notes", "role_ids", "tab_id"):
        assert app[key] == sent[key]
    assert app["configuration"]["audience"] == "JustCall"
    assert app["parameters"]["email"]["include_in_saml_assertion"] is True


@pytest.mark.parametrize("status", [200, 201])
@pytest.mark.parametrize("answer", ["full", "id"])
def test_create_variants(sandbox: Sandbox, api: Http, status: Any, answer: Any) -> None:
    sandbox.variants.create_status = status
    sandbox.variants.create_answer = answer
    created = api.post(APPS, MINIMUM)
    assert created.status_code == status
    assert (set(created.json()) == {"id"}) == (answer == "id")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"name": "X"}, "Validation failed: Connector ID is invalid"),
        ({"name": "X", "connector_id": 1}, "Validation failed: Connector ID is invalid"),
        ({"name": "X", "connector_id": "110016"}, "Validation failed: Connector ID is invalid"),
        ({"connector_id": 110016}, "Validation failed: Name can't be blank"),
        ({"connector_id": 110016, "name": " "}, "Validation failed: Name can't be blank"),
        ({"connector_id": 110016, "name": None}, "Validation failed: Name can't be blank"),
    ],
)
def test_create_refusals_and_their_two_shapes(sandbox: Sandbox, api: Http, body: dict[str, Any], message: str) -> None:
    refused = api.post(APPS, body)
    assert (refused.status_code, refused.json()) == (422, _unprocessable(message))
    sandbox.variants.create_error_shape = "A'"
    old = {"code": 422, "error": True, "message": message, "type": "UnprocessableEntityError"}
    assert api.post(APPS, body).json() == old
    assert len(sandbox.onelogin.apps()) == 3


def test_names_are_not_unique(sandbox: Sandbox, api: Http) -> None:
    assert api.post(APPS, MINIMUM).json()["id"] != api.post(APPS, MINIMUM).json()["id"]
    assert len(sandbox.onelogin.apps("JustCall")) == 2
    with pytest.raises(LookupError, match="2 app 'JustCall'"):
        sandbox.onelogin.app("JustCall")


def test_bodies_that_are_no_object(api: Http, app_id: int) -> None:
    html = api.call("PUT", f"{APPS}/{app_id}", data=b"{broken", headers={"Content-Type": "application/json"})
    assert (html.status_code, html.headers["content-type"]) == (400, "text/html")
    assert api.put(f"{APPS}/{app_id}", ["a"]).json()["name"] == "BadRequestError"


def test_list_rows_lack_what_only_the_app_shows(sandbox: Sandbox, api: Http, app_id: int) -> None:
    sandbox.onelogin.edit_app(app_id, notes="mine")
    short = {"id", "connector_id", "name", "description", "auth_method", "auth_method_description", "visible"}
    (row,) = api.get(APPS, name="JustCall").json()
    assert set(row) == short | {"created_at", "updated_at"}
    sandbox.variants.list_rows_with_notes = True
    (row,) = api.get(APPS, name="JustCall").json()
    assert row["notes"] == "mine"
    assert {"icon_url", "tab_id", "policy_id", "allow_assumed_signin"} <= set(row)
    assert not {"configuration", "parameters", "sso", "role_ids"} & set(row)


def test_name_filter(sandbox: Sandbox, api: Http, app_id: int) -> None:
    def names(name: str) -> list[str]:
        return [row["name"] for row in api.get(APPS, name=name).json()]

    sandbox.onelogin.add_app("JustCall [old]?")
    assert names("JustCall") == ["JustCall"]
    assert names("justcall") == []
    assert names("Just*") == ["JustCall", "JustCall [old]?"]
    assert names("JustCall [old]?") == ["JustCall [old]?"]
    sandbox.variants.name_filter = "contains"
    assert names("justcall") == ["JustCall", "JustCall [old]?"]


def test_other_filters(api: Http) -> None:
    assert [row["name"] for row in api.get(APPS, connector_id=110016).json()] == ["Wiki"]
    assert [row["name"] for row in api.get(APPS, auth_method=2).json()] == ["Wiki", "Payroll"]
    assert [row["name"] for row in api.get(APPS, auth_method=8).json()] == ["Intranet"]


def test_put_merges_at_the_top(api: Http, app_id: int) -> None:
    before = api.put(f"{APPS}/{app_id}", {"description": "d", "notes": "n", "visible": True}).json()
    after = api.put(f"{APPS}/{app_id}", {"name": "Other"}).json()
    bookkeeping = {"name", "updated_at"}
    assert {k: v for k, v in after.items() if k not in bookkeeping} == {
        k: v for k, v in before.items() if k not in bookkeeping
    }
    assert after["name"] == "Other"
    assert after == api.get(f"{APPS}/{app_id}").json()


@pytest.mark.parametrize("key", ["notes", "description"])
def test_blank_and_null_stay_apart(api: Http, app_id: int, key: str) -> None:
    for value in ("", None, "text"):
        assert api.put(f"{APPS}/{app_id}", {key: value}).json()[key] == value


def test_what_is_read_only_is_ignored(api: Http, app_id: int) -> None:
    before = api.get(f"{APPS}/{app_id}").json()
    body = {
        "id": 1,
        "sso": {"acs_url": "https://evil.example"},
        "auth_method": 1,
        "created_at": "2001-01-01T00:00:00Z",
        "provisioning": {"enabled": True},
        "connector_id": 43457,
        "nonsense": [1],
    }
    after = api.put(f"{APPS}/{app_id}", body).json()
    assert {**after, "updated_at": None} == {**before, "updated_at": None}


def test_connector_null_is_accepted_and_an_unknown_one_is_not(api: Http, app_id: int) -> None:
    assert api.put(f"{APPS}/{app_id}", {"connector_id": None}).status_code == 200
    assert api.put(f"{APPS}/{app_id}", {"connector_id": 5}).status_code == 422


@pytest.mark.parametrize("key", ["policy_id", "brand_id"])
def test_policy_and_brand_have_three_states(sandbox: Sandbox, api: Http, app_id: int, key: str) -> None:
    good = sandbox.onelogin.policies()[1].id if key == "policy_id" else sandbox.onelogin.brands()[0].id
    what = "Policy" if key == "policy_id" else "AccountBrand"
    assert api.put(f"{APPS}/{app_id}", {key: good}).json()[key] == good
    assert api.put(f"{APPS}/{app_id}", {"name": "X"}).json()[key] == good
    for bad in (0, 999):
        refused = api.put(f"{APPS}/{app_id}", {key: bad})
        assert refused.json() == _unprocessable(f"The associated {what} with ID {bad} could not be found")
    assert api.get(f"{APPS}/{app_id}").json()[key] == good
    assert api.put(f"{APPS}/{app_id}", {key: None}).json()[key] is None


def test_policies_for_users_are_not_found(sandbox: Sandbox, api: Http, app_id: int) -> None:
    number = next(policy.id for policy in sandbox.onelogin.policies() if policy.kind == "user")
    refused = api.put(f"{APPS}/{app_id}", {"policy_id": number})
    assert refused.json() == _unprocessable(f"The associated Policy with ID {number} could not be found")


def test_role_ids_replace_the_whole_list(sandbox: Sandbox, api: Http, app_id: int) -> None:
    one, two = (sandbox.onelogin.role(name).id for name in ("Everyone", "Contractors"))
    assert api.put(f"{APPS}/{app_id}", {"role_ids": [one, two, one]}).json()["role_ids"] == [one, two]
    assert api.put(f"{APPS}/{app_id}", {"name": "X"}).json()["role_ids"] == [one, two]
    assert api.put(f"{APPS}/{app_id}", {"role_ids": [two]}).json()["role_ids"] == [two]
    assert api.put(f"{APPS}/{app_id}", {"role_ids": []}).json()["role_ids"] == []


def test_unknown_role_ids(sandbox: Sandbox, api: Http, app_id: int) -> None:
    good = sandbox.onelogin.role("Everyone").id
    refused = api.put(f"{APPS}/{app_id}", {"name": "Changed", "role_ids": [good, 1]})
    assert refused.status_code == 422
    assert api.get(f"{APPS}/{app_id}").json()["name"] == "JustCall"
    sandbox.variants.unknown_role_ids = "dropped"
    assert api.put(f"{APPS}/{app_id}", {"role_ids": [good, 1, "x", True]}).json()["role_ids"] == [good]


def test_role_ids_in_any_order(sandbox: Sandbox, api: Http, app_id: int) -> None:
    ids = [sandbox.onelogin.add_role(f"R{number}").id for number in range(8)]
    sandbox.onelogin.edit_app(app_id, role_ids=[*ids])
    sandbox.variants.role_ids_order = "shuffled"
    orders = [api.get(f"{APPS}/{app_id}").json()["role_ids"] for _ in range(5)]
    assert all(sorted(order) == ids for order in orders)
    assert any(order != ids for order in orders)


@pytest.mark.parametrize(
    "body",
    [
        {"visible": "yes"},
        {"description": 5},
        {"tab_id": "7"},
        {"tab_id": True},
        {"role_ids": 5},
        {"name": None},
        {"allow_assumed_signin": None},
    ],
)
def test_wrong_types_are_refused(api: Http, app_id: int, body: dict[str, Any]) -> None:
    assert api.put(f"{APPS}/{app_id}", body).status_code == 422


def test_html_escaping(sandbox: Sandbox, api: Http, app_id: int) -> None:
    api.put(f"{APPS}/{app_id}", {"name": "A & B", "description": "<i>", "notes": '"x"'})
    assert api.get(f"{APPS}/{app_id}").json()["name"] == "A & B"
    sandbox.variants.html_escaping = True
    app = api.get(f"{APPS}/{app_id}").json()
    assert (app["name"], app["description"], app["notes"]) == ("A &amp; B", "&lt;i&gt;", "&quot;x&quot;")
    assert api.get(APPS, name="A & B").json()[0]["name"] == "A &amp; B"


def test_timestamps(sandbox: Sandbox, api: Http, app_id: int) -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", api.get(f"{APPS}/{app_id}").json()["created_at"])
    sandbox.variants.timestamps = "seconds"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", api.get(f"{APPS}/{app_id}").json()["updated_at"])


def test_put_moves_the_time_stamp(sandbox: Sandbox, api: Http, app_id: int) -> None:
    before = sandbox.onelogin.app(app_id).updated_at
    api.put(f"{APPS}/{app_id}", {"visible": True})
    assert sandbox.onelogin.app(app_id).updated_at > before


def test_delete_and_delete_again(sandbox: Sandbox, api: Http, app_id: int) -> None:
    sandbox.onelogin.add_rule(app_id, "R")
    first = api.delete(f"{APPS}/{app_id}")
    assert (first.status_code, first.content) == (204, b"")
    second = api.delete(f"{APPS}/{app_id}")
    assert (second.status_code, second.json()) == (404, NOT_FOUND)
    assert api.get(f"{APPS}/{app_id}/rules").status_code == 404


@pytest.mark.parametrize("app", ["1", "abc", "-1"])
def test_unknown_apps(api: Http, app: str) -> None:
    for method in ("GET", "PUT", "DELETE"):
        answer = api.call(method, f"{APPS}/{app}", json={})
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


def test_fresh_app_may_be_missing_for_a_moment(sandbox: Sandbox, api: Http) -> None:
    sandbox.variants.app_404_after_create = 2
    number = api.post(APPS, MINIMUM).json()["id"]
    assert [api.get(f"{APPS}/{number}").status_code for _ in range(3)] == [404, 404, 200]


def test_stale_reads_after_a_put(sandbox: Sandbox, api: Http, app_id: int) -> None:
    sandbox.variants.stale_app_reads = 2
    assert api.put(f"{APPS}/{app_id}", {"description": "new"}).json()["description"] == "new"
    seen = [api.get(f"{APPS}/{app_id}").json()["description"] for _ in range(3)]
    assert seen == [None, None, "new"]


def test_empty_configuration_once(sandbox: Sandbox, api: Http, app_id: int) -> None:
    sandbox.variants.empty_configuration_reads = 1
    first, second = (api.get(f"{APPS}/{app_id}").json()["configuration"] for _ in range(2))
    assert first == {}
    assert second["signature_algorithm"] == "SHA-1"


@pytest.mark.parametrize("issuer_type", ["same", "tenant"])
def test_generic_issuer(sandbox: Sandbox, api: Http, app_id: int, issuer_type: Literal["same", "tenant"]) -> None:
    sandbox.variants.generic_issuer = issuer_type
    other = sandbox.onelogin.add_app("Other", configuration={"saml_issuer_type": "1"}).id
    sandbox.onelogin.edit_configuration(app_id, saml_issuer_type="1")
    issuers = {api.get(f"{APPS}/{number}").json()["sso"]["issuer"] for number in (app_id, other)}
    assert len(issuers) == (1 if issuer_type == "tenant" else 2)


def test_oidc_app_has_another_sso(sandbox: Sandbox, api: Http) -> None:
    app = sandbox.onelogin.view("Intranet")
    assert app["auth_method"] == 8
    assert isinstance(app["sso"], dict)
    assert list(app["sso"]) == ["client_id"]
    answer = api.put(f"{APPS}/{app['id']}", {"configuration": {"oidc_application_type": 1}})
    assert answer.json()["configuration"]["oidc_application_type"] == 1

"""Connectors, groups, policies and brands (fact sheet §4, §7, §10)."""

from __future__ import annotations

import pytest

from sso_sync.sandbox import Sandbox

from .support import NOT_FOUND, Http, error_a


def test_connectors(api: Http) -> None:
    rows = api.get("/api/2/connectors").json()
    assert {row["name"] for row in rows} == {
        "SAML Custom Connector (Advanced)",
        "SAML Test Connector (IdP w/ attr)",
        "OpenId Connect (OIDC)",
    }
    advanced = api.get("/api/2/connectors", name="SAML Custom Connector (Advanced)", auth_method=2).json()
    assert [(row["id"], row["auth_method"], row["allows_new_parameters"]) for row in advanced] == [(110016, 2, True)]
    assert set(advanced[0]) == {"id", "name", "auth_method", "allows_new_parameters", "icon_url"}


def test_connector_filters(sandbox: Sandbox, api: Http) -> None:
    assert api.get("/api/2/connectors", name="saml").json() == []
    assert len(api.get("/api/2/connectors", name="SAML*").json()) == 2
    sandbox.variants.name_filter = "contains"
    assert len(api.get("/api/2/connectors", name="saml").json()) == 2
    refused = api.get("/api/2/connectors", auth_method="saml")
    expected = error_a(422, "UnprocessableEntityError", 'invalid value in "auth_method"')
    assert (refused.status_code, refused.json()) == (422, expected)


def test_groups_v2(sandbox: Sandbox, api: Http) -> None:
    rows = api.get("/api/2/groups").json()
    assert [row["name"] for row in rows] == ["Sales", "Support"]
    assert rows[0] == api.get(f"/api/2/groups/{rows[0]['id']}").json()
    assert set(rows[0]) == {"id", "name", "reference", "policy_id"}
    assert api.get("/api/2/groups/1").json() == NOT_FOUND


def test_groups_v2_may_be_absent(sandbox: Sandbox, api: Http) -> None:
    sandbox.variants.groups_v2 = False
    assert api.get("/api/2/groups").status_code == 401
    assert api.get("/api/2/groups/1").status_code == 401
    assert api.get("/api/1/groups").status_code == 200


def test_groups_v1_come_in_the_envelope(api: Http) -> None:
    answer = api.get("/api/1/groups")
    body = answer.json()
    assert body["status"] == {"error": False, "code": 200, "type": "success", "message": "Success"}
    assert body["pagination"] == {"before_cursor": None, "after_cursor": None, "previous_link": None, "next_link": None}
    assert [(row["name"], row["reference"]) for row in body["data"]] == [("Sales", None), ("Support", None)]
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    one = api.get(f"/api/1/groups/{body['data'][0]['id']}").json()
    assert one["data"] == body["data"][:1]
    assert api.get("/api/1/groups/1").json()["status"]["code"] == 404


def test_groups_v1_pages(api: Http) -> None:
    first = api.get("/api/1/groups", limit=1).json()
    assert [row["name"] for row in first["data"]] == ["Sales"]
    assert first["pagination"]["next_link"]
    second = api.get("/api/1/groups", limit=1, after_cursor=first["pagination"]["after_cursor"]).json()
    assert [row["name"] for row in second["data"]] == ["Support"]
    assert second["pagination"]["after_cursor"] is None


@pytest.mark.parametrize("query", [{"limit": 51}, {"limit": 0}, {"limit": "x"}, {"after_cursor": "x"}])
def test_groups_v1_refusals(api: Http, query: dict[str, int]) -> None:
    refused = api.get("/api/1/groups", **query)
    assert refused.status_code == 400
    assert refused.json()["status"]["error"] is True


def test_policies(sandbox: Sandbox, api: Http) -> None:
    rows = api.get("/api/2/policies").json()
    assert [(row["name"], row["kind"]) for row in rows] == [
        ("Default User Policy", "user"),
        ("Strict App Policy", "app"),
        ("Relaxed App Policy", "app"),
    ]
    assert [row["name"] for row in api.get("/api/2/policies", kind="user").json()] == ["Default User Policy"]
    assert api.get(f"/api/2/policies/{rows[1]['id']}").json() == rows[1]
    assert api.get("/api/2/policies/1").json() == NOT_FOUND
    sandbox.variants.policies_api = False
    assert api.get("/api/2/policies").status_code == 401


def test_brands(sandbox: Sandbox, api: Http) -> None:
    rows = api.get("/api/2/branding/brands").json()
    assert [row["name"] for row in rows] == ["Acme", "Acme Labs"]
    number = rows[1]["id"]
    assert api.get(f"/api/2/branding/brands/{number}").json() == rows[1]
    assert api.get(f"/api/2/branding/brands/{number}/apps").json() == []
    app = sandbox.onelogin.add_app("JustCall", brand_id=number)
    (row,) = api.get(f"/api/2/branding/brands/{number}/apps").json()
    assert row == {"id": app.id, "name": "JustCall", "connector_id": 110016, "auth_method": 2}
    assert api.get("/api/2/branding/brands/1").json() == NOT_FOUND
    assert api.get("/api/2/branding/brands/x/apps").json() == NOT_FOUND

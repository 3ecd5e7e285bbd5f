"""Users, their apps, and who can use an app (fact sheet §7)."""

from __future__ import annotations

from typing import Any

import pytest

from sso_sync.sandbox import Sandbox

from .support import NOT_FOUND, Http

USERS = "/api/2/users"


@pytest.fixture
def app_id(sandbox: Sandbox) -> int:
    role = sandbox.onelogin.role("JustCall Users").id
    return sandbox.onelogin.add_app("JustCall", visible=True, role_ids=[role]).id


def _names(api: Http, **query: str | int) -> list[str]:
    return [row["firstname"] for row in api.get(USERS, **query).json()]


def test_rows(sandbox: Sandbox, api: Http) -> None:
    row = api.get(USERS, email="frank.fox@acme.example").json()[0]
    assert {"id", "username", "email", "firstname", "lastname", "status", "state", "group_id", "last_login"} <= set(row)
    assert (row["status"], row["state"]) == (2, 1)
    assert not {"role_ids", "custom_attributes"} & set(row)


@pytest.mark.parametrize("email", ["judy.jones@acme.example", "Judy.Jones@Acme.Example", "JUDY*"])
def test_email_filter_ignores_case(api: Http, email: str) -> None:
    assert _names(api, email=email) == ["Judy"]


def test_email_filter_may_tell_case(sandbox: Sandbox, api: Http) -> None:
    sandbox.variants.email_filter_case_sensitive = True
    assert _names(api, email="judy.jones@acme.example") == []
    assert _names(api, email="Judy.Jones@Acme.Example") == ["Judy"]


def test_string_filters(sandbox: Sandbox, api: Http) -> None:
    sandbox.onelogin.edit_user(
        "heidi.hall@acme.example",
        samaccountname="hhall",
        external_id="X1",
        directory_id=7,
        custom_attributes={"site": "HQ"},
    )
    assert _names(api, firstname="Alice") == ["Alice"]
    assert _names(api, lastname="B*") == ["Bob"]
    assert _names(api, username="ivan.ito") == ["Ivan"]
    for query in ({"samaccountname": "hhall"}, {"external_id": "X1"}, {"directory_id": 7}):
        assert _names(api, **query) == ["Heidi"]
    assert [row["firstname"] for row in api.call("GET", f"{USERS}?custom_attributes.site=HQ").json()] == ["Heidi"]


def test_people_without_email_are_not_matched(api: Http) -> None:
    assert "Ivan" not in _names(api, email="*")
    assert api.get(USERS, firstname="Ivan").json()[0]["email"] is None


def test_filters_by_group_role_app_and_ids(sandbox: Sandbox, api: Http, app_id: int) -> None:
    sales = next(group.id for group in sandbox.onelogin.groups() if group.name == "Sales")
    assert _names(api, group_id=sales) == ["Alice", "Dave"]
    assert _names(api, role_id=sandbox.onelogin.role("Contractors").id) == ["Dave", "Erin"]
    assert _names(api, role_id=1) == []
    assert _names(api, app_id=app_id) == ["Alice", "Bob", "Carol"]
    assert _names(api, app_id=1) == []
    ids = [sandbox.onelogin.user(f"{name}@acme.example").id for name in ("alice.adams", "erin.evans")]
    assert _names(api, user_ids=f"{ids[0]}, {ids[1]},999") == ["Alice", "Erin"]


def test_filters_by_time(sandbox: Sandbox, api: Http) -> None:
    assert len(_names(api, created_since="2020-01-01T00:00:00Z")) == 50
    assert _names(api, created_until="2020-01-01T00:00:00Z") == []
    assert _names(api, last_login_since="2020-01-01T00:00:00") == []
    sandbox.onelogin.edit_user(
        "bob.brown@acme.example", last_login=sandbox.onelogin.user("bob.brown@acme.example").created_at
    )
    assert _names(api, last_login_since="2020-01-01T00:00:00Z", last_login_until="2100-01-01T00:00:00Z") == ["Bob"]


@pytest.mark.parametrize("query", [{"created_since": "yesterday"}, {"role_id": "x"}, {"app_id": "x"}])
def test_bad_filters(api: Http, query: dict[str, str]) -> None:
    assert api.get(USERS, **query).status_code == 400


def test_one_user(sandbox: Sandbox, api: Http) -> None:
    alice = sandbox.onelogin.user("alice.adams@acme.example").id
    user = api.get(f"{USERS}/{alice}").json()
    assert user["role_ids"] == [sandbox.onelogin.role(name).id for name in ("JustCall Users", "Everyone")]
    assert user["custom_attributes"] == {}
    for unknown in ("1", "x"):
        answer = api.get(f"{USERS}/{unknown}")
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


def test_put_group_and_roles(sandbox: Sandbox, api: Http) -> None:
    alice = sandbox.onelogin.user("alice.adams@acme.example").id
    support = next(group.id for group in sandbox.onelogin.groups() if group.name == "Support")
    contractors = sandbox.onelogin.role("Contractors").id
    user = api.put(f"{USERS}/{alice}", {"group_id": support, "role_ids": [contractors], "title": "Rep"}).json()
    assert (user["group_id"], user["role_ids"], user["title"]) == (support, [contractors], "Rep")
    assert "alice.adams@acme.example" not in sandbox.onelogin.members("JustCall Users")


@pytest.mark.parametrize("body", [{"group_id": 1}, {"role_ids": [1]}, {"role_ids": 5}, {"email": 5}])
def test_put_refusals(sandbox: Sandbox, api: Http, body: dict[str, Any]) -> None:
    alice = sandbox.onelogin.user("alice.adams@acme.example")
    assert api.put(f"{USERS}/{alice.id}", body).status_code == 422
    assert sandbox.onelogin.user(alice.id) == alice


def test_app_users_are_the_effective_ones(sandbox: Sandbox, api: Http, app_id: int) -> None:
    sandbox.onelogin.grant_directly(app_id, "heidi.hall@acme.example")
    rows = api.get(f"/api/2/apps/{app_id}/users").json()
    assert [row["firstname"] for row in rows] == ["Alice", "Bob", "Carol", "Heidi"]
    assert all(set(row) == {"id", "firstname", "lastname", "username", "email"} for row in rows)


@pytest.mark.parametrize("status", [402, 403, 404])
def test_app_users_may_need_an_add_on(sandbox: Sandbox, api: Http, app_id: int, status: Any) -> None:
    sandbox.variants.app_users_status = status
    assert api.get(f"/api/2/apps/{app_id}/users").status_code == status


def test_app_users_come_a_hundred_at_a_time_unless_asked(sandbox: Sandbox, api: Http, app_id: int) -> None:
    ids = [sandbox.onelogin.add_user(f"new.{number}@acme.example").id for number in range(100)]
    sandbox.onelogin.add_members("JustCall Users", ids)
    assert len(api.get(f"/api/2/apps/{app_id}/users").json()) == 100
    assert len(api.get(f"/api/2/apps/{app_id}/users", limit=1000).json()) == 103


def test_apps_of_a_user(sandbox: Sandbox, api: Http, app_id: int) -> None:
    alice, dave = (sandbox.onelogin.user(f"{name}@acme.example").id for name in ("alice.adams", "dave.diaz"))
    rows = api.get(f"{USERS}/{alice}/apps").json()
    assert [row["name"] for row in rows] == ["Wiki", "JustCall"]
    assert "provisioning_enabled" in rows[0]
    assert [row["name"] for row in api.get(f"{USERS}/{dave}/apps").json()] == ["Wiki"]
    everything = api.get(f"{USERS}/{dave}/apps", ignore_visibility="true").json()
    assert [row["name"] for row in everything] == ["Wiki", "Intranet"]

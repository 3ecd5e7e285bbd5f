"""Roles: terse answers, raw arrays, and what membership set in the wrong place is worth (fact sheet §6)."""

from __future__ import annotations

from typing import Any

import pytest

from sso_sync.sandbox import Sandbox

from .support import NOT_FOUND, Http

ROLES = "/api/2/roles"


def _shape_d(status: int, name: str, description: str) -> dict[str, Any]:
    return {"status": status, "error": name, "description": description}


@pytest.fixture
def role_id(sandbox: Sandbox) -> int:
    return sandbox.onelogin.role("JustCall Users").id


@pytest.fixture
def app_id(sandbox: Sandbox, role_id: int) -> int:
    return sandbox.onelogin.add_app("JustCall", role_ids=[role_id]).id


def _ids(sandbox: Sandbox, *names: str) -> list[int]:
    return [sandbox.onelogin.user(f"{name}@acme.example").id for name in names]


def test_list(api: Http) -> None:
    rows = api.get(ROLES).json()
    assert [row["name"] for row in rows] == ["JustCall Users", "Everyone", "Contractors", "Empty Role"]
    assert all(set(row) == {"id", "name"} for row in rows)


def test_fields_add_the_arrays(sandbox: Sandbox, api: Http, app_id: int, role_id: int) -> None:
    sandbox.onelogin.set_admins(role_id, ["grace.green@acme.example"])
    row = api.get(ROLES, name="JustCall Users", fields="apps,users,admins").json()[0]
    assert row == {
        "id": role_id,
        "name": "JustCall Users",
        "apps": [app_id],
        "users": _ids(sandbox, "alice.adams", "bob.brown", "carol.clark"),
        "admins": _ids(sandbox, "grace.green"),
    }
    assert set(api.get(ROLES, name="Everyone", fields="users").json()[0]) == {"id", "name", "users"}


def test_filters(sandbox: Sandbox, api: Http, app_id: int) -> None:
    def names(**query: Any) -> list[str]:
        return [row["name"] for row in api.get(ROLES, **query).json()]

    assert names(name="Everyone") == names(role_name="Everyone") == ["Everyone"]
    assert names(name="every") == []
    assert names(name="E*") == ["Everyone", "Empty Role"]
    assert names(app_id=app_id) == names(app_name="JustCall") == ["JustCall Users"]
    assert names(app_name="Nobody's") == []
    sandbox.variants.name_filter = "contains"
    assert names(name="users") == ["JustCall Users"]


def test_detail(sandbox: Sandbox, api: Http, app_id: int, role_id: int) -> None:
    assert api.get(f"{ROLES}/{role_id}").json() == {"id": role_id, "name": "JustCall Users"}
    sandbox.variants.role_detail = "full"
    detail = api.get(f"{ROLES}/{role_id}").json()
    assert (detail["apps"], detail["admins"], len(detail["users"])) == ([app_id], [], 3)


@pytest.mark.parametrize("role", ["1", "x"])
def test_unknown_roles(api: Http, role: str) -> None:
    for method, path in (
        ("GET", role),
        ("PUT", role),
        ("DELETE", role),
        ("GET", f"{role}/users"),
        ("POST", f"{role}/users"),
        ("GET", f"{role}/apps"),
        ("PUT", f"{role}/apps"),
    ):
        answer = api.call(method, f"{ROLES}/{path}", json={})
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


def test_create_answers_the_id_alone(sandbox: Sandbox, api: Http) -> None:
    created = api.post(ROLES, {"name": "New"})
    assert (created.status_code, created.json()) == (201, {"id": sandbox.onelogin.role("New").id})
    sandbox.variants.role_create_body = "array"
    created = api.post(ROLES, {"name": "Newer"})
    assert (created.status_code, created.json()) == (201, [{"id": sandbox.onelogin.role("Newer").id}])


@pytest.mark.parametrize("name", [None, "", " ", 5])
def test_create_without_a_name(api: Http, name: Any) -> None:
    refused = api.post(ROLES, {"name": name})
    expected = _shape_d(422, "UnprocessableEntityError", "Name can't be blank")
    assert (refused.status_code, refused.json()) == (422, expected)


def test_names_are_unique_or_not(sandbox: Sandbox, api: Http, role_id: int) -> None:
    assert api.post(ROLES, {"name": "Everyone"}).status_code == 422
    assert api.put(f"{ROLES}/{role_id}", {"name": "Everyone"}).status_code == 422
    assert api.put(f"{ROLES}/{role_id}", {"name": "JustCall Users"}).status_code == 200
    sandbox.variants.role_names_unique = False
    assert api.post(ROLES, {"name": "Everyone"}).status_code == 201
    assert len(api.get(ROLES, name="Everyone").json()) == 2


def test_rename(sandbox: Sandbox, api: Http, role_id: int) -> None:
    renamed = api.put(f"{ROLES}/{role_id}", {"name": "Phones"})
    assert (renamed.status_code, renamed.json()) == (200, {"id": role_id})
    assert sandbox.onelogin.members("Phones") == sandbox.onelogin.members(role_id)


def test_id_in_a_body_is_refused(api: Http, role_id: int) -> None:
    assert api.put(f"{ROLES}/{role_id}", {"id": role_id, "name": "X"}).status_code == 400


def test_delete_takes_the_role_from_apps(sandbox: Sandbox, api: Http, app_id: int, role_id: int) -> None:
    deleted = api.delete(f"{ROLES}/{role_id}")
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert sandbox.onelogin.app(app_id).role_ids == ()
    assert api.delete(f"{ROLES}/{role_id}").status_code == 404


def test_members_by_post_get_the_app_at_once(sandbox: Sandbox, api: Http, app_id: int, role_id: int) -> None:
    (dave,) = _ids(sandbox, "dave.diaz")
    added = api.post(f"{ROLES}/{role_id}/users", [dave])
    assert (added.status_code, added.json()) == (200, [{"id": dave}])
    assert "dave.diaz@acme.example" in sandbox.onelogin.effective_access(app_id)
    assert len(sandbox.onelogin.members(role_id)) == 4


def test_members_by_the_roles_body_wait_for_mappings(sandbox: Sandbox, api: Http, app_id: int, role_id: int) -> None:
    everybody = _ids(sandbox, "alice.adams", "bob.brown", "carol.clark", "dave.diaz")
    assert api.put(f"{ROLES}/{role_id}", {"users": everybody}).status_code == 200
    assert len(api.get(f"{ROLES}/{role_id}/users").json()) == 4
    assert "dave.diaz@acme.example" not in sandbox.onelogin.effective_access(app_id)
    assert len(api.get(f"/api/2/apps/{app_id}/users").json()) == 3
    sandbox.onelogin.run_mappings()
    assert len(api.get(f"/api/2/apps/{app_id}/users").json()) == 4


def test_a_later_post_grants_what_the_body_did_not(sandbox: Sandbox, api: Http, app_id: int) -> None:
    (dave,) = _ids(sandbox, "dave.diaz")
    number = api.post(ROLES, {"name": "New", "users": [dave], "apps": [app_id]}).json()["id"]
    assert number in sandbox.onelogin.app(app_id).role_ids
    assert "dave.diaz@acme.example" not in sandbox.onelogin.effective_access(app_id)
    api.post(f"{ROLES}/{number}/users", [dave])
    assert sandbox.onelogin.effective_access(app_id)["dave.diaz@acme.example"] == ("New",)


def test_writing_a_user_runs_their_mappings(sandbox: Sandbox, api: Http, app_id: int, role_id: int) -> None:
    (dave,) = _ids(sandbox, "dave.diaz")
    api.put(f"{ROLES}/{role_id}", {"users": [dave]})
    api.call("PUT", f"/api/2/users/{dave}?mappings=disabled", json={"title": "Rep"})
    assert "dave.diaz@acme.example" not in sandbox.onelogin.effective_access(app_id)
    api.put(f"/api/2/users/{dave}", {"title": "Rep"})
    assert "dave.diaz@acme.example" in sandbox.onelogin.effective_access(app_id)


def test_arrays_in_a_put_replace(sandbox: Sandbox, api: Http, app_id: int, role_id: int) -> None:
    api.put(f"{ROLES}/{role_id}", {"users": [], "apps": [], "admins": _ids(sandbox, "grace.green")})
    role = sandbox.onelogin.role(role_id)
    assert (role.user_ids, role.admins) == ((), tuple(_ids(sandbox, "grace.green")))
    assert sandbox.onelogin.app(app_id).role_ids == ()
    sandbox.variants.role_put_arrays = "refuse_empty"
    for name in ("users", "apps", "admins"):
        assert api.put(f"{ROLES}/{role_id}", {name: []}).status_code == 400
    assert sandbox.onelogin.role(role_id) == role


def test_remove_members_with_a_body(sandbox: Sandbox, api: Http, app_id: int, role_id: int) -> None:
    removed = api.delete(f"{ROLES}/{role_id}/users", _ids(sandbox, "alice.adams", "heidi.hall"))
    assert (removed.status_code, removed.content) == (204, b"")
    assert sandbox.onelogin.members(role_id) == ("bob.brown@acme.example", "carol.clark@acme.example")
    assert "alice.adams@acme.example" not in sandbox.onelogin.effective_access(app_id)


def test_adding_twice_is_harmless(sandbox: Sandbox, api: Http, role_id: int) -> None:
    ids = _ids(sandbox, "alice.adams", "dave.diaz", "dave.diaz")
    assert api.post(f"{ROLES}/{role_id}/users", ids).status_code == 200
    assert len(sandbox.onelogin.role(role_id).user_ids) == 4


@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize("kind", ["users", "admins"])
@pytest.mark.parametrize(
    ("body", "status"),
    [({"role_id_array": [1]}, 400), (["1"], 400), ([True], 400), ("1", 400), (None, 400), ([1], 422)],
)
def test_anything_but_an_array_of_known_ids(
    sandbox: Sandbox, api: Http, role_id: int, method: str, kind: str, body: Any, status: int
) -> None:
    before = sandbox.onelogin.role(role_id)
    assert api.call(method, f"{ROLES}/{role_id}/{kind}", json=body).status_code == status
    assert sandbox.onelogin.role(role_id) == before


def test_object_body_is_shape_d(api: Http, role_id: int) -> None:
    refused = api.post(f"{ROLES}/{role_id}/users", {"ids": []})
    assert refused.json() == _shape_d(400, "BadRequestError", "Expected array in request")
    assert {"x-request-id", "x-runtime", "x-correlation-id", "set-cookie"} <= {name.lower() for name in refused.headers}


def test_member_rows(sandbox: Sandbox, api: Http, role_id: int) -> None:
    (row,) = api.get(f"{ROLES}/{role_id}/users", limit=1).json()
    assert set(row) == {"id", "name", "username", "email", "added_by", "added_at", "assigned"}
    assert (row["name"], row["email"], row["assigned"]) == ("Alice Adams", "alice.adams@acme.example", True)
    assert row["added_by"]["id"] > 0
    assert row["added_at"]


def test_member_filter_and_the_unassigned(api: Http, role_id: int) -> None:
    def emails(**query: str) -> list[str]:
        return [row["email"] for row in api.get(f"{ROLES}/{role_id}/users", **query).json()]

    for name in ("alice", "ADAMS", "alice.adams@acme.example"):
        assert emails(name=name) == ["alice.adams@acme.example"]
    assert emails(name="zoe") == []
    assert len(emails(include_unassigned="true")) == 57
    rows = api.get(f"{ROLES}/{role_id}/users", name="dave", include_unassigned="true").json()
    assert [(row["assigned"], row["added_by"], row["added_at"]) for row in rows] == [(False, None, None)]


def test_members_made_by_a_mapping(sandbox: Sandbox, api: Http) -> None:
    sales = next(group.id for group in sandbox.onelogin.groups() if group.name == "Sales")
    empty = sandbox.onelogin.role("Empty Role").id
    sandbox.onelogin.add_mapping(
        "sales",
        conditions=[{"source": "group", "operator": "=", "value": str(sales)}],
        actions=[{"action": "add_role", "value": [str(empty)]}],
    )
    assert api.get(f"{ROLES}/{empty}/users").json() == []
    sandbox.onelogin.run_mappings()
    rows = api.get(f"{ROLES}/{empty}/users").json()
    assert [row["email"] for row in rows] == ["alice.adams@acme.example", "dave.diaz@acme.example"]
    assert {row["added_by"] is None for row in rows} == {True}
    api.delete(f"{ROLES}/{empty}/users", [row["id"] for row in rows])
    sandbox.onelogin.run_mappings()
    assert len(api.get(f"{ROLES}/{empty}/users").json()) == 2


def test_mapping_by_another_role_and_by_exclusion(sandbox: Sandbox) -> None:
    everyone, contractors, empty = (sandbox.onelogin.role(n).id for n in ("Everyone", "Contractors", "Empty Role"))
    sales = sandbox.onelogin.user("dave.diaz@acme.example").group_id
    sandbox.onelogin.add_mapping(
        "contractors outside no group",
        match="all",
        conditions=[
            {"source": "has_role", "operator": "ri", "value": str(contractors)},
            {
                "source": "group",
                "operator": "!=",
                "value": str(sales),
            },
        ],
        actions=[{"action": "add_role", "value": [str(empty)]}],
    )
    sandbox.onelogin.add_mapping(
        "disabled", enabled=False, conditions=[], actions=[{"action": "add_role", "value": [str(empty)]}]
    )
    sandbox.onelogin.add_mapping(
        "unknown source",
        match="any",
        conditions=[{"source": "title", "operator": "=", "value": "x"}],
        actions=[{"action": "add_role", "value": [str(everyone), str(empty)]}],
    )
    sandbox.onelogin.run_mappings()
    assert sandbox.onelogin.members("Empty Role") == ("erin.evans@acme.example",)


def test_admins(sandbox: Sandbox, api: Http, role_id: int) -> None:
    grace, heidi = _ids(sandbox, "grace.green", "heidi.hall")
    assert api.post(f"{ROLES}/{role_id}/admins", [grace, heidi]).json() == [{"id": grace}, {"id": heidi}]
    assert [row["id"] for row in api.get(f"{ROLES}/{role_id}/admins").json()] == [grace, heidi]
    assert api.delete(f"{ROLES}/{role_id}/admins", [grace]).status_code == 204
    assert sandbox.onelogin.role(role_id).admins == (heidi,)
    assert len(sandbox.onelogin.members(role_id)) == 3


def test_apps_of_a_role(sandbox: Sandbox, api: Http, app_id: int, role_id: int) -> None:
    (row,) = api.get(f"{ROLES}/{role_id}/apps").json()
    assert (row["id"], row["name"], set(row)) == (app_id, "JustCall", {"id", "name", "icon_url"})
    others = api.get(f"{ROLES}/{role_id}/apps", assigned="false").json()
    assert [row["name"] for row in others] == ["Wiki", "Payroll", "Intranet"]


def test_put_apps_replaces_the_roles_whole_list(sandbox: Sandbox, api: Http, app_id: int, role_id: int) -> None:
    wiki, everyone = sandbox.onelogin.app("Wiki").id, sandbox.onelogin.role("Everyone").id
    put = api.put(f"{ROLES}/{role_id}/apps", [wiki])
    assert (put.status_code, put.json()) == (200, [{"id": wiki}])
    assert sandbox.onelogin.app(app_id).role_ids == ()
    assert sandbox.onelogin.app("Wiki").role_ids == (everyone, role_id)
    assert api.put(f"{ROLES}/{role_id}/apps", [wiki, 1]).status_code == 404
    assert api.put(f"{ROLES}/{role_id}/apps", {"app_id_array": []}).status_code == 400
    assert api.get(f"{ROLES}/{role_id}/apps").json()[0]["id"] == wiki


def test_bodies_that_are_no_json(api: Http, role_id: int) -> None:
    for path in ("users", "apps"):
        answer = api.call("PUT" if path == "apps" else "POST", f"{ROLES}/{role_id}/{path}", data=b"[1")
        assert (answer.status_code, answer.headers["content-type"]) == (400, "text/html")


def test_stale_reads_after_role_writes(sandbox: Sandbox, api: Http, app_id: int, role_id: int) -> None:
    sandbox.variants.stale_role_reads = 1
    (dave,) = _ids(sandbox, "dave.diaz")

    def sizes(kind: str) -> list[int]:
        return [len(api.get(f"{ROLES}/{role_id}/{kind}").json()) for _ in range(2)]

    api.post(f"{ROLES}/{role_id}/users", [dave])
    assert sizes("users") == [3, 4]
    api.delete(f"{ROLES}/{role_id}/users", [dave])
    assert sizes("users") == [4, 3]
    api.put(f"{ROLES}/{role_id}/apps", [])
    assert sizes("apps") == [1, 0]
    api.post(f"{ROLES}/{role_id}/admins", [dave])
    assert sizes("admins") == [0, 1]
    api.post(ROLES, {"name": "New"})
    assert [len(api.get(ROLES).json()) for _ in range(2)] == [4, 5]


def test_role_side_writes_make_app_reads_stale_too(sandbox: Sandbox, api: Http, app_id: int, role_id: int) -> None:
    sandbox.variants.stale_app_reads = 1
    api.put(f"{ROLES}/{role_id}/apps", [])
    assert [api.get(f"/api/2/apps/{app_id}").json()["role_ids"] for _ in range(2)] == [[role_id], []]

"""v2 lists: headers, cursors, limits, columns, order (fact sheet §3)."""

from __future__ import annotations

import base64

import pytest

from sso_sync.sandbox import Sandbox

from .support import Http

USERS = 57


def test_seven_headers_and_a_bare_array(api: Http) -> None:
    answer = api.get("/api/2/users", limit=20, page=2)
    assert len(answer.json()) == 20
    headers = answer.headers
    assert (headers["current-page"], headers["page-items"]) == ("2", "20")
    assert (headers["total-count"], headers["total-pages"]) == (str(USERS), "3")
    assert base64.b64decode(headers["before-cursor"]) == b"limit=20&page=1"
    assert base64.b64decode(headers["after-cursor"]) == b"limit=20&page=3"
    assert 'rel="next"' in headers["link"]


def test_walk_by_cursor_sees_everybody_once(api: Http) -> None:
    answer = api.get("/api/2/users", limit=25)
    seen = [row["id"] for row in answer.json()]
    while answer.headers.get("after-cursor"):
        answer = api.get("/api/2/users", cursor=answer.headers["after-cursor"])
        seen += [row["id"] for row in answer.json()]
    assert len(seen) == USERS
    assert len(set(seen)) == USERS


def test_filters_stay_with_the_cursor(api: Http) -> None:
    first = api.get("/api/2/users", limit=10, firstname="Staff")
    second = api.get("/api/2/users", cursor=first.headers["after-cursor"], firstname="Staff")
    assert {row["firstname"] for row in second.json()} == {"Staff"}
    assert first.headers["total-count"] == "46"


def test_last_page_cursor_absent_or_empty(sandbox: Sandbox, api: Http) -> None:
    assert "after-cursor" not in api.get("/api/2/users", limit=50, page=2).headers
    sandbox.variants.last_page_cursor = "empty"
    assert api.get("/api/2/users", limit=50, page=2).headers["after-cursor"] == ""


def test_page_past_the_end_is_empty(api: Http) -> None:
    answer = api.get("/api/2/users", page=9)
    assert (answer.status_code, answer.json(), answer.headers["current-page"]) == (200, [], "9")


@pytest.mark.parametrize("extra", [{"limit": 5}, {"page": 1}, {"limit": 5, "page": 2}])
def test_cursor_with_limit_or_page_is_refused(api: Http, extra: dict[str, int]) -> None:
    answer = api.get("/api/2/users", cursor=base64.b64encode(b"limit=5&page=2").decode(), **extra)
    assert (answer.status_code, answer.json()["name"]) == (400, "BadRequestError")


@pytest.mark.parametrize(
    "cursor", ["%%%", "", "bm9uc2Vuc2U=", "bGltaXQ9MCZwYWdlPTE=", "bGltaXQ9NSZwYWdlPTA=", "bGltaXQ9eCZwYWdlPTE="]
)
def test_bad_cursors(api: Http, cursor: str) -> None:
    assert api.get("/api/2/users", cursor=cursor).status_code == 400


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": -1}, {"limit": "many"}, {"page": 0}, {"page": "x"}])
def test_bad_limits_and_pages(api: Http, query: dict[str, int]) -> None:
    assert api.get("/api/2/users", **query).status_code == 400


@pytest.mark.parametrize(
    ("path", "most"), [("/api/2/users", 50), ("/api/2/roles", 650), ("/api/2/apps", 1000), ("/api/2/connectors", 1000)]
)
def test_limits_above_the_maximum(sandbox: Sandbox, api: Http, path: str, most: int) -> None:
    assert api.get(path, limit=most + 1).status_code == 200
    sandbox.variants.over_limit = "refuse"
    assert api.get(path, limit=most).status_code == 200
    assert api.get(path, limit=most + 1).status_code == 400


def test_users_come_fifty_at_a_time_at_most(api: Http) -> None:
    assert len(api.get("/api/2/users").json()) == 50
    assert len(api.get("/api/2/users", limit=1000).json()) == 50


def test_role_members_come_a_hundred_at_a_time_at_most(sandbox: Sandbox, api: Http) -> None:
    for number in range(60):
        sandbox.onelogin.add_members("Everyone", [sandbox.onelogin.add_user(f"new.{number}@acme.example").id])
    answer = api.get(f"/api/2/roles/{sandbox.onelogin.role('Everyone').id}/users", limit=650)
    assert (len(answer.json()), answer.headers["total-count"]) == (100, "117")


def test_columns(api: Http) -> None:
    assert api.get("/api/2/users", fields="id,email", limit=1).json() == [
        {"id": 90210001, "email": "alice.adams@acme.example"}
    ]


def test_order(api: Http) -> None:
    names = [row["name"] for row in api.get("/api/2/apps", sort="-name").json()]
    assert names == ["Wiki", "Payroll", "Intranet"]
    assert [row["name"] for row in api.get("/api/2/apps", sort="+name").json()] == names[::-1]
    numbers = [row["id"] for row in api.get("/api/2/users", sort="-id", limit=3).json()]
    assert numbers == sorted(numbers, reverse=True)


def test_nulls_are_sorted_last(api: Http) -> None:
    for order in ("+group_id", "-group_id"):
        groups = [row["group_id"] for row in api.get("/api/2/users", sort=order).json()]
        assert None not in groups[:4]
        assert groups[4:] == [None] * 46


@pytest.mark.parametrize("path", ["/api/2/users", "/api/2/apps", "/api/2/roles", "/api/2/groups", "/api/2/connectors"])
def test_ids_as_text(sandbox: Sandbox, api: Http, path: str) -> None:
    numbers = [row["id"] for row in api.get(path).json()]
    sandbox.variants.ids_as_text = True
    assert [row["id"] for row in api.get(path).json()] == [str(number) for number in numbers]

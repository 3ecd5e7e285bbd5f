"""JustCall's users API: two envelopes, two families of rate limits (JustCall fact sheet §2)."""

from __future__ import annotations

from typing import Any

import pytest

from sso_sync.sandbox import Sandbox

from .support import Http

USERS = "/v2.1/users"
PEOPLE = 56


def test_documented_envelope(gateway: Http) -> None:
    body = gateway.get(USERS).json()
    assert set(body) == {"status", "count", "current_page", "per_page", "data", "next_page_link", "prev_page_link"}
    assert (body["status"], body["count"], body["current_page"], body["per_page"]) == ("success", 50, 0, 50)
    assert len(body["data"]) == 50
    assert body["prev_page_link"] is None


def test_walk_by_links(gateway: Http) -> None:
    body = gateway.get(USERS, per_page=20, order="asc").json()
    seen = [row["id"] for row in body["data"]]
    while body["next_page_link"]:
        assert body["next_page_link"].startswith(gateway.base_url)
        body = gateway.get(body["next_page_link"].removeprefix(gateway.base_url)).json()
        seen += [row["id"] for row in body["data"]]
    assert len(seen) == PEOPLE
    assert seen == sorted(set(seen))
    assert body["prev_page_link"].endswith("page=1")


def test_vendors_own_envelope(sandbox: Sandbox, gateway: Http) -> None:
    sandbox.variants.users_paging = "total_pages"
    body = gateway.get(USERS, per_page=100).json()
    assert set(body) == {"status", "data", "meta"}
    assert (body["meta"]["total_pages"], len(body["data"])) == (1, PEOPLE)
    assert gateway.get(USERS, per_page=20, page=2).json()["meta"]["total_pages"] == 3


def test_rows(gateway: Http) -> None:
    (row,) = gateway.get(USERS, email="Olivia.Owner@acme.example").json()["data"]
    assert (row["name"], row["role"]) == ("Olivia Owner", "Owner")
    assert set(row) == {
        "id",
        "role",
        "name",
        "email",
        "extension",
        "groups",
        "owned_numbers",
        "shared_numbers",
        "created_at",
        "last_login_timestamp",
        "timezone",
        "working_hours_type",
        "available",
        "unavailability_reason",
        "on_call",
    }
    assert gateway.get(f"{USERS}/{row['id']}").json()["data"] == row


def test_filters(sandbox: Sandbox, gateway: Http) -> None:
    sandbox.justcall.add_user("away@acme.example", available=False)
    assert [row["name"] for row in gateway.get(USERS, role="Admin").json()["data"]] == ["Grace Green"]
    assert [row["email"] for row in gateway.get(USERS, available="false").json()["data"]] == ["away@acme.example"]


def test_order(gateway: Http) -> None:
    up = [row["id"] for row in gateway.get(USERS, order="asc", per_page=100).json()["data"]]
    assert [row["id"] for row in gateway.get(USERS, order="desc", per_page=100).json()["data"]] == up[::-1]


@pytest.mark.parametrize("query", [{"per_page": 101}, {"per_page": 0}, {"page": "x"}, {"order": "random"}])
def test_bad_queries(gateway: Http, query: dict[str, Any]) -> None:
    answer = gateway.get(USERS, **query)
    assert (answer.status_code, answer.json()["status"]) == (422, "failed")


def test_page_past_the_end(gateway: Http) -> None:
    body = gateway.get(USERS, page=9).json()
    assert (body["data"], body["next_page_link"]) == ([], None)


@pytest.mark.parametrize("user", ["1", "x"])
def test_unknown_user(gateway: Http, user: str) -> None:
    assert gateway.get(f"{USERS}/{user}").status_code == 404


def test_nothing_can_be_written(gateway: Http) -> None:
    assert gateway.post(USERS, {"email": "new@acme.example"}).status_code == 404


def test_both_families_of_headers_count_down(gateway: Http) -> None:
    first, second = gateway.get(USERS).headers, gateway.get(USERS).headers
    assert (first["x-rate-limit-limit"], first["x-rate-limit-burst-limit"]) == ("5400", "90")
    for name in ("x-rate-limit-remaining", "x-rate-limit-burst-remaining"):
        assert int(first[name]) - int(second[name]) == 1
    assert int(first["x-rate-limit-reset"]) > int(first["x-rate-limit-burst-reset"]) > 1_700_000_000


def test_limits_end_in_429_only_where_enforced(sandbox: Sandbox, gateway: Http) -> None:
    for _ in range(91):
        assert gateway.get(USERS, per_page=1).status_code == 200
    sandbox.variants.limits_enforced = True
    refused = gateway.get(USERS)
    assert (refused.status_code, refused.json()) == (429, {"status": "failed", "message": "Too Many Requests"})
    assert refused.headers["x-rate-limit-burst-remaining"] == "0"

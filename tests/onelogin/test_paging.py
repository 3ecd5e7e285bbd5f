"""Lists are read to their end, by the rules of the wire, or not at all."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sso_sync.http import AnswerError
from sso_sync.onelogin import paging
from sso_sync.onelogin.client import Client
from tests.onelogin.support import Reply, Sent, Wire, answer, client, v2, wired

ROLES = "GET /api/2/roles"


def rows(count: int) -> list[dict[str, object]]:
    return [{"id": number, "name": f"role {number}"} for number in range(1, count + 1)]


def test_limit_goes_first_and_then_the_cursor_alone(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/roles", v2(rows(5), size=2))
    assert [role.id for role in idp.roles(name="role*")] == [1, 2, 3, 4, 5]
    queries = [sent.query for sent in wire.sent if sent.line == ROLES]
    assert queries[0] == {"limit": "650", "name": "role*"}
    assert [sorted(query) for query in queries[1:]] == [["cursor", "name"], ["cursor", "name"]]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
@given(count=st.integers(0, 12))
@settings(max_examples=8)
def test_every_row_once_in_order(size: int, count: int) -> None:
    with wired() as wire, client() as idp:
        wire.on("GET", "/api/2/roles", v2(rows(count), size=size))
        assert [role.id for role in idp.roles()] == list(range(1, count + 1))
        assert wire.count(ROLES) == max(1, -(-count // size))


def bare(*ids: int, **headers: str) -> Reply:
    return answer([{"id": number, "name": "r"} for number in ids], 200, **headers)


def test_an_absent_cursor_ends_the_list(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/roles", bare(1, After_Cursor="a"), bare(2))
    assert [role.id for role in idp.roles()] == [1, 2]


def test_an_empty_page_ends_the_list_whatever_its_cursor(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/roles", bare(1, After_Cursor="a"), bare(After_Cursor="b"), bare(3))
    assert [role.id for role in idp.roles()] == [1]


def test_the_last_page_by_number_ends_the_list_whatever_its_cursor(wire: Wire, idp: Client) -> None:
    last = bare(2, After_Cursor="b", Current_Page="2", Total_Pages="2")
    wire.on("GET", "/api/2/roles", bare(1, After_Cursor="a", Current_Page="1", Total_Pages="2"), last, bare(3))
    assert [role.id for role in idp.roles()] == [1, 2]


def test_a_repeated_cursor_ends_a_list_that_is_complete(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/roles", bare(1, After_Cursor="a"), bare(2, After_Cursor="a", Total_Count="2"))
    assert [role.id for role in idp.roles()] == [1, 2]


@pytest.mark.parametrize("headers", [{}, {"Total_Count": "7"}])
def test_a_repeated_cursor_otherwise_is_an_error_not_a_short_list(
    wire: Wire, idp: Client, headers: dict[str, str]
) -> None:
    wire.on("GET", "/api/2/roles", bare(1, After_Cursor="a"), bare(2, After_Cursor="a", **headers))
    with pytest.raises(AnswerError, match="refers back to itself"):
        idp.roles()


def test_pages_that_are_promised_without_a_cursor_are_read_by_number(wire: Wire, idp: Client) -> None:
    first = bare(1, Current_Page="1", Total_Pages="2")
    wire.on("GET", "/api/2/roles", first, bare(2, Current_Page="2", Total_Pages="2"))
    assert [role.id for role in idp.roles(name="x")] == [1, 2]
    assert wire.sent[-1].query == {"limit": "650", "page": "2", "name": "x"}


def test_a_list_that_is_continued_for_ever_is_an_error(
    wire: Wire, idp: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "MOST_PAGES", 3)
    wire.on("GET", "/api/2/roles", *(bare(number, After_Cursor=f"c{number}") for number in range(9)))
    with pytest.raises(AnswerError, match="does not end after 3 pages"):
        idp.roles()
    assert wire.count("GET /api/2/roles") == 3


@pytest.mark.parametrize("body", [{}, {"data": []}, None, 1, "x", [1], [[]], [None]])
def test_anything_but_a_bare_array_of_objects_is_an_error(wire: Wire, idp: Client, body: object) -> None:
    wire.on("GET", "/api/2/roles", (200, {}, json.dumps(body)))
    with pytest.raises(AnswerError, match="GET /api/2/roles -> 200: the answer is not the list of objects"):
        idp.roles()


def v1(data: object, after: str | None = None) -> Reply:
    return answer({"status": {"code": 200}, "pagination": {"after_cursor": after}, "data": data})


def test_v1_lists_are_unwrapped_and_followed(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/1/groups", v1([{"id": 1, "name": "A"}], "next"), v1([{"id": "2", "name": "B"}]))
    assert [(group.id, group.name) for group in idp.groups_v1()] == [(1, "A"), (2, "B")]
    queries = [sent.query for sent in wire.sent if sent.path == "/api/1/groups"]
    assert queries == [{"limit": "50"}, {"after_cursor": "next"}]


@pytest.mark.parametrize("data", [[], None, [[]]])
def test_an_empty_v1_list(wire: Wire, idp: Client, data: object) -> None:
    wire.on("GET", "/api/1/groups", v1(data))
    assert idp.groups_v1() == ()


@pytest.mark.parametrize("reply", [answer([]), answer({"data": {}}), answer({"data": [1]}), answer({"data": [{}]})])
def test_a_broken_v1_envelope_is_an_error(wire: Wire, idp: Client, reply: Reply) -> None:
    wire.on("GET", "/api/1/groups", reply)
    with pytest.raises(AnswerError):
        idp.groups_v1()


def test_a_v1_envelope_without_pagination_is_one_page(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/1/groups", answer({"pagination": 5, "data": [{"id": 1, "name": "A"}]}))
    assert len(idp.groups_v1()) == 1


def test_a_v1_list_without_end_is_an_error(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/1/groups", v1([{"id": 1, "name": "A"}], "again"))
    with pytest.raises(AnswerError, match="refers back to itself"):
        idp.groups_v1()


def test_headers_count_in_any_case(wire: Wire, idp: Client) -> None:
    def reply(sent: Sent) -> Reply:
        done = "cursor" in sent.query
        return 200, {} if done else {"after-cursor": "x"}, json.dumps([{"id": 2 if done else 1, "name": "r"}])

    wire.on("GET", "/api/2/roles", reply)
    assert len(idp.roles()) == 2

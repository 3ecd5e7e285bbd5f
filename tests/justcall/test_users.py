from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import responses
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sso_sync.errors import SpecError
from sso_sync.http import AnswerError, AuthRefused
from sso_sync.justcall.users import JustCallUser, list_users
from tests.justcall.support import KEY, SECRET, Sleeps

BASE = "https://api.justcall.example"
URL = f"{BASE}/v2.1/users"
Rows = Sequence[dict[str, Any]]
Envelope = Callable[[Rows, int, int, int], Any]
"""What an API wraps a page in: rows of this page, page number, page size, number of people."""


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def documented(rows: Rows, page: int, size: int, total: int) -> Any:
    more = (page + 1) * size < total
    return {
        "status": "success",
        "count": len(rows),
        "current_page": page,
        "per_page": size,
        "data": list(rows),
        "next_page_link": f"https://evil.example/v2.1/users?page={page + 1}" if more else None,
    }


def helper(rows: Rows, page: int, size: int, total: int) -> Any:
    return {"data": list(rows), "meta": {"total_pages": -(-total // size)}}


def silent(rows: Rows, page: int, size: int, total: int) -> Any:
    return {"status": "success", "data": list(rows)}


def bare(rows: Rows, page: int, size: int, total: int) -> Any:
    return list(rows)


ENVELOPES: dict[str, Envelope] = {"documented": documented, "helper": helper, "silent": silent, "bare": bare}


def person(identity: int) -> dict[str, Any]:
    return {"id": identity, "name": f"P {identity}", "email": f"p{identity}@acme.example", "role": "Team Member"}


def serve(
    wire: responses.RequestsMock, people: Rows, envelope: Envelope, *, most: int = 100, ignore_page: bool = False
) -> None:
    """The users endpoint over `people`; allows `most` per page."""

    def answer(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        query = parse_qs(urlsplit(request.url or "").query)
        page, size = int(query["page"][0]), min(most, int(query["per_page"][0]))
        start = 0 if ignore_page else page * size
        body = envelope(people[start : start + size], page, size, len(people))
        return 200, {}, json.dumps(body)

    wire.add_callback(responses.GET, URL, callback=answer)


def listed() -> tuple[JustCallUser, ...]:
    return list_users(BASE, KEY, SECRET, retry=Sleeps().retry)


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250, 300])
@pytest.mark.parametrize("kind", ENVELOPES)
def test_everybody_is_listed_under_every_envelope(wire: responses.RequestsMock, kind: str, count: int) -> None:
    serve(wire, [person(identity) for identity in range(1, count + 1)], ENVELOPES[kind])

    assert [user.id for user in listed()] == list(range(1, count + 1))
    assert len(wire.calls) <= count // 100 + 1
    for call in wire.calls:
        assert call.request.method == "GET"
        assert call.request.headers["Authorization"] == f"{KEY}:{SECRET}"
        assert urlsplit(call.request.url or "").hostname == "api.justcall.example"
    assert "page=0&per_page=100&order=asc" in str(wire.calls[0].request.url)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60, deadline=None
)
@given(
    identities=st.lists(st.integers(1, 10**6), unique=True, max_size=40),
    kind=st.sampled_from(["documented", "helper"]),
    most=st.integers(1, 12),
)
def test_a_smaller_page_than_asked_for(identities: list[int], kind: str, most: int) -> None:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        serve(wire, [person(identity) for identity in identities], ENVELOPES[kind], most=most)

        assert [user.id for user in listed()] == identities


def test_people_who_appear_twice_are_listed_once(wire: responses.RequestsMock) -> None:
    wire.get(URL, json={"data": [person(1), person(2)], "next_page_link": "x"})
    wire.get(URL, json={"data": [person(2), person(3)], "next_page_link": None})

    assert [user.id for user in listed()] == [1, 2, 3]


@pytest.mark.parametrize("kind", ["documented", "helper"])
def test_a_service_that_repeats_its_page_is_an_error(wire: responses.RequestsMock, kind: str) -> None:
    serve(wire, [person(identity) for identity in range(1, 301)], ENVELOPES[kind], ignore_page=True)

    with pytest.raises(AnswerError, match="nobody new"):
        listed()

    assert len(wire.calls) == 2


def test_a_service_that_always_answers_everything_is_believed(wire: responses.RequestsMock) -> None:
    wire.get(URL, json=[person(identity) for identity in range(1, 151)])

    assert len(listed()) == 150
    assert len(wire.calls) == 2


def test_a_list_without_end_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sso_sync.justcall.users._MOST_PAGES", 3)
    with responses.RequestsMock() as wire:
        for page in range(3):
            wire.get(URL, json={"data": [person(page)], "next_page_link": "x"})

        with pytest.raises(AnswerError, match="does not end"):
            listed()


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"id": 7}, JustCallUser(7, None, None, None)),
        (
            {"id": "7", "email": " A@acme.example ", "name": "", "role": 3},
            JustCallUser(7, "A@acme.example", None, None),
        ),
        (person(7) | {"extension": 12, "groups": []}, JustCallUser(7, "p7@acme.example", "P 7", "Team Member")),
    ],
)
def test_rows_are_read_tolerantly(wire: responses.RequestsMock, row: dict[str, Any], expected: JustCallUser) -> None:
    wire.get(URL, json={"status": "success", "data": [row]})

    assert listed() == (expected,)


def test_a_single_user_in_place_of_the_list(wire: responses.RequestsMock) -> None:
    wire.get(URL, json={"status": "success", "data": person(7)})

    assert [user.id for user in listed()] == [7]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"status": "failed", "message": "Plan too small"}, "Plan too small"),
        ({}, "no list of users"),
        ("ok", "no list of users"),
        ({"data": "none"}, "no list of users"),
        ({"data": [{"email": "a@acme.example"}]}, "without an id"),
        ({"data": [{"id": True}]}, "without an id"),
        ([None], "without an id"),
    ],
)
def test_an_answer_of_another_shape(wire: responses.RequestsMock, body: Any, words: str) -> None:
    wire.get(URL, json=body)

    with pytest.raises(AnswerError, match=words):
        listed()


def test_refused_credentials_and_addresses(wire: responses.RequestsMock) -> None:
    wire.get(URL, status=401, json={"status": "failed", "message": "Unauthorized"})

    with pytest.raises(AuthRefused, match="Unauthorized"):
        listed()
    with pytest.raises(SpecError, match="not encrypted") as caught:
        list_users("http://api.justcall.example", KEY, SECRET)
    assert caught.value.diagnostics[0].address == "justcall.users_url"

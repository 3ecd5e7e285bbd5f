"""Each thing is read once for all who share it, until something is written."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from sso_sync.http import AnswerError, AuthRefused, ServiceDown
from sso_sync.onelogin.client import Client
from sso_sync.onelogin.connect import Account
from sso_sync.onelogin.memo import Census, Memo
from tests.onelogin.support import ACCOUNT, CLIENT_ID, CLIENT_SECRET, Wire, answer, app_body, app_row, error, user, v2


@pytest.fixture
def shared(wire: Wire) -> Account:
    wire.on("GET", "/api/2/apps", v2([app_row(1)]))
    wire.on("GET", "/api/2/apps/1", answer(app_body(1)))
    wire.on("GET", "/api/2/roles", v2([{"id": 5, "name": "R"}]))
    wire.on("GET", "/api/2/roles/5/users", v2([user(1)]))
    wire.on("GET", "/api/2/users", v2([user(1)], size=50))
    wire.on("GET", "/api/2/connectors", v2([{"id": 110016, "name": "C"}]))
    wire.on("POST", "/api/2/roles", answer({"id": 6}))
    return Account(ACCOUNT, CLIENT_ID, CLIENT_SECRET, cache_dir=None, memo=Memo())


def _read(client: Client) -> None:
    client.apps()
    client.app(1)
    client.roles()
    client.role_users(5)
    client.users(role_id=5)
    client.users(email="user1@acme.test")
    client.connectors("C")


def test_clients_of_one_account_share_a_token_and_what_they_read(wire: Wire, shared: Account) -> None:
    for _ in range(3):
        _read(shared.client())
    assert len(wire.lines()) == 7
    assert wire.count("POST /auth/oauth2/v2/token") == 1


@pytest.mark.parametrize("status", [201, 500])
def test_a_write_makes_what_it_may_have_changed_be_read_afresh(wire: Wire, shared: Account, status: int) -> None:
    wire.on("PUT", "/api/2/apps/1", answer(app_body(1), 200) if status == 201 else error(422))
    reader, writer = shared.client(), shared.client().writable()
    _read(reader)
    try:
        writer.update_app(1, {"visible": True})
    except AnswerError:
        assert status == 500
    before = len(wire.lines())
    _read(reader)
    # People and connectors are not what this tool writes; who is in a role is.
    again = wire.lines()[before:]
    assert sorted(again) == [
        "GET /api/2/apps",
        "GET /api/2/apps/1",
        "GET /api/2/roles",
        "GET /api/2/roles/5/users",
        "GET /api/2/users",
    ]


def test_who_may_write_and_who_looks_at_what_was_done_never_reads_from_memory(wire: Wire, shared: Account) -> None:
    first = shared.client()
    _read(first)
    for client in (first.fresh(), first.finishing(), first.writable()):
        before = len(wire.lines())
        _read(client)
        assert len(wire.lines()) - before == 7


def test_whoever_asks_for_what_is_being_read_waits_for_it() -> None:
    memo, going, reads = Memo(), threading.Barrier(2), []

    def read() -> int:
        reads.append(1)
        going.wait(10)
        return 7

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(memo.get, "key", read) for _ in range(4)]
        going.wait(10)
        assert [one.result(10) for one in asked] == [7, 7, 7, 7]
    assert len(reads) == 1


def test_what_was_asked_before_a_write_is_not_told_to_whoever_asks_after_it() -> None:
    memo, reading, written = Memo(), threading.Event(), threading.Event()

    def old() -> str:
        reading.set()
        written.wait(10)
        return "old"

    with ThreadPoolExecutor(1) as pool:
        before = pool.submit(memo.get, "key", old)
        reading.wait(10)
        memo.forget()
        assert memo.get("key", lambda: "new") == "new"
        written.set()
        assert before.result(10) == "old"
    assert memo.get("key", lambda: "newer") == "new"


DOWN = ServiceDown.of("GET", "/a", "down", status=503)
REFUSED = AuthRefused.of("GET", "/a", "no", status=401)
WRONG = AnswerError.of("GET", "/a", "wrong", status=422)


@pytest.mark.parametrize(("problem", "kept"), [(DOWN, True), (REFUSED, True), (WRONG, False)])
def test_a_broken_account_is_not_tried_by_each_of_its_connections(
    problem: ServiceDown | AuthRefused | AnswerError, kept: bool
) -> None:
    now = [0.0]
    memo = Memo(clock=lambda: now[0])

    def fail() -> None:
        raise problem

    with pytest.raises(type(problem)):
        memo.get("key", fail)
    if not kept:
        assert memo.get("key", lambda: 1) == 1
        return
    with pytest.raises(type(problem)) as told:
        memo.get("key", lambda: 1)
    assert told.value is not problem
    told.value.retell(lambda found: found.at("mine.yaml", 1, 1))
    assert problem.diagnostics[0].file is None  # each connection tells it in its own words
    assert told.value.status == problem.status
    now[0] = 31.0
    assert memo.get("key", lambda: 1) == 1


def test_a_run_that_writes_does_not_decide_by_what_is_old() -> None:
    now = [0.0]
    memo = Memo(age=60.0, clock=lambda: now[0])
    assert [memo.get("key", lambda: 1), memo.get("people", lambda: 1, lasting=True)] == [1, 1]
    now[0] = 61.0
    assert [memo.get("key", lambda: 2), memo.get("people", lambda: 2, lasting=True)] == [2, 1]


def test_a_census_expects_of_the_others_what_it_saw_of_some() -> None:
    census = Census(connections=10)
    assert census.ahead(0) == 0
    assert census.ahead(4) == 20  # four by two of ten
    assert census.ahead(0) == 9  # four by three of ten, and four are done
    assert Census().ahead(7) == 7

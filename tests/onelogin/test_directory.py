"""People and groups, with as few requests as the numbers allow."""

from __future__ import annotations

from typing import Any

import pytest

from sso_sync.errors import LiveStateError
from sso_sync.onelogin.client import Client
from sso_sync.onelogin.reader import read
from sso_sync.onelogin.state import LiveIdp, Scope
from tests.onelogin.support import NOBODY, Handler, Sent, Wire, answer, app_body, error, user, v2

USERS = "GET /api/2/users"


def users(people: list[dict[str, Any]], *, exact_case: bool = False) -> Handler:
    """OneLogin's list of users: 50 per page, filtered by e-mail and group."""

    def keep(row: dict[str, Any], sent: Sent) -> bool:
        email, group = sent.query.get("email"), sent.query.get("group_id")
        mine = str(row.get("email") or "")
        same = email is None or (mine == email if exact_case else mine.lower() == email.lower())
        return same and (group is None or str(row.get("group_id")) == group)

    return v2(people, size=50, keep=keep)


def seek(wire: Wire, idp: Client, *wanted: str, **more: Any) -> LiveIdp:
    wire.on("GET", "/api/2/apps/1", answer(app_body(1)))
    scope = {"connection": "prod", "app_name": "JustCall", "app_id": 1, "roles": False, "people": frozenset(wanted)}
    return read(idp, Scope(**{**scope, **more}), NOBODY)


def crowd(count: int) -> list[dict[str, Any]]:
    return [user(number) for number in range(1, count + 1)]


def emails(*numbers: int) -> list[str]:
    return [f"user{number}@acme.test" for number in numbers]


def ids(live: LiveIdp) -> list[int]:
    return sorted(person.id for person in live.people.values())


def test_nobody_wanted_nothing_asked(wire: Wire, idp: Client) -> None:
    assert seek(wire, idp).people == {}
    assert wire.lines() == ["GET /api/2/apps/1"]


@pytest.mark.parametrize("count", [1, 2])
def test_a_few_are_looked_up_one_by_one(wire: Wire, idp: Client, count: int) -> None:
    wire.on("GET", "/api/2/users", users(crowd(500)))
    live = seek(wire, idp, *emails(*range(400, 400 + count)))
    assert ids(live) == list(range(400, 400 + count))
    assert wire.count(USERS) == count
    assert all("email" in sent.query for sent in wire.sent if sent.line == USERS)


@pytest.mark.parametrize("people", [1, 60, 150, 240, 1000])
@pytest.mark.parametrize("wanted", [1, 2, 3, 5, 12, 30])
def test_hardly_more_requests_than_the_fewest_possible(wire: Wire, idp: Client, people: int, wanted: int) -> None:
    """Whether by looking up or by listing: with what any plan needs beside it, never a fifth more."""
    wanted = min(wanted, people)
    apart = people // wanted
    wire.on("GET", "/api/2/users", users(crowd(people)))
    seek(wire, idp, *emails(*range(apart, people + 1, apart)[:wanted]))
    others = 4  # the apps, the app, the roles, JustCall
    fewest = others + min(wanted, -(-people // 50))
    assert others + wire.count(USERS) <= 1.2 * fewest


def test_many_in_a_small_account_are_listed(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/users", users(crowd(120)))
    live = seek(wire, idp, *emails(*range(1, 121, 3)))
    assert len(live.people) == 40
    assert wire.count(USERS) == 3
    assert sorted(sent.query["page"] for sent in wire.sent if sent.line == USERS) == ["1", "2", "3"]
    assert not any("cursor" in sent.query for sent in wire.sent)


def test_some_in_a_large_account_are_looked_up_after_the_first_page(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/users", users(crowd(1000)))
    live = seek(wire, idp, *emails(1, 2, 500, 501, 502, 503))
    assert ids(live) == [1, 2, 500, 501, 502, 503]
    assert wire.count(USERS) == 1 + 4


def test_everybody_on_the_first_page(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/users", users(crowd(1000)))
    assert ids(seek(wire, idp, *emails(1, 2, 3, 4))) == [1, 2, 3, 4]
    assert wire.count(USERS) == 1


def test_members_of_managed_roles_are_not_looked_up_again(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/roles", v2([{"id": 5, "name": "R"}]))
    wire.on("GET", "/api/2/roles/5/users", v2([user(1, "Ann@Acme.test")]))
    live = seek(wire, idp, "ann@acme.test", member_roles=frozenset({"R"}))
    assert live.people["ann@acme.test"].id == 1
    assert wire.count(USERS) == 0


@pytest.mark.parametrize("exact_case", [True, False])
@pytest.mark.parametrize("others", [1, 300])
def test_case_does_not_matter_even_if_it_does_to_the_filter(
    wire: Wire, idp: Client, exact_case: bool, others: int
) -> None:
    people = [*crowd(others), user(999, "Ann@Acme.test")]
    wire.on("GET", "/api/2/users", users(people, exact_case=exact_case))
    assert seek(wire, idp, "ann@acme.test").people["ann@acme.test"].id == 999


def test_a_filter_that_matches_more_is_not_believed(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/users", v2([user(1, "xann@acme.test"), user(2, "ann@acme.test"), user(3)], size=50))
    assert ids(seek(wire, idp, "ann@acme.test")) == [2]


@pytest.mark.parametrize("size", [10, 300])
def test_who_does_not_exist_is_missing(wire: Wire, idp: Client, size: int) -> None:
    wire.on("GET", "/api/2/users", users(crowd(size)))
    live = seek(wire, idp, "nobody@acme.test", *emails(1))
    assert live.people.keys() == {"user1@acme.test"}
    assert live.findings == ()


def test_in_a_huge_account_it_stays_in_doubt(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/users", users(crowd(6000)))
    live = seek(wire, idp, "nobody@acme.test", *emails(1))
    (doubt,) = live.findings
    assert (doubt.severity, doubt.address) == ("warning", "onelogin.access.users.nobody@acme.test")
    assert wire.count(USERS) == 3


def test_without_the_number_of_pages_people_are_looked_up(wire: Wire, idp: Client) -> None:
    people = crowd(200)

    def reply(sent: Sent) -> Any:
        status, _, body = users(people)(sent)
        return status, {}, body

    wire.on("GET", "/api/2/users", reply)
    live = seek(wire, idp, *emails(1, 151, 152, 153, 154))
    assert ids(live) == [1, 151, 152, 153, 154]
    assert wire.count(USERS) == 1 + 4


@pytest.mark.parametrize("extra", [[], emails(1, 2, 3)])
def test_one_email_of_several_users_is_an_error(wire: Wire, idp: Client, extra: list[str]) -> None:
    wire.on("GET", "/api/2/users", users([*crowd(3), user(10, "ann@acme.test"), user(11, "ANN@acme.test")]))
    with pytest.raises(LiveStateError, match=r"several OneLogin users have the e-mail ann@acme\.test: 10, 11"):
        seek(wire, idp, "ann@acme.test", *extra)


def test_people_of_groups(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/groups", v2([{"id": 7, "name": "Sales &amp; Co"}, {"id": 8, "name": "sales"}]))
    wire.on("GET", "/api/2/users", users([user(1, group_id=7), user(2, group_id=8), user(3, group_id=None)]))
    live = seek(wire, idp, "user1@acme.test", groups=frozenset({"Sales & Co", "Missing"}))
    assert {name: [person.id for person in of] for name, of in live.group_members.items()} == {"Sales & Co": [1]}
    assert ids(live) == [1]
    assert wire.count(USERS) == 1
    assert wire.count("GET /api/1/groups") == 0


def test_a_group_filter_that_is_ignored_lets_nobody_else_in(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/groups", v2([{"id": 7, "name": "G"}]))
    wire.on("GET", "/api/2/users", v2([user(1, group_id=7), user(2, group_id=8), user(3, group_id=None)], size=50))
    live = seek(wire, idp, groups=frozenset({"G"}))
    assert [person.id for person in live.group_members["G"]] == [1]


@pytest.mark.parametrize("status", [401, 403, 404])
def test_v1_groups_where_there_are_no_v2_groups(wire: Wire, idp: Client, status: int) -> None:
    wire.on("GET", "/api/2/groups", error(status))
    wire.on("GET", "/api/1/groups", answer({"data": [{"id": 7, "name": "G", "reference": None}]}))
    wire.on("GET", "/api/2/users", users([user(1, group_id=7)]))
    live = seek(wire, idp, groups=frozenset({"G"}))
    assert [person.id for person in live.group_members["G"]] == [1]


def test_several_groups_or_roles_of_one_name_are_an_error(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/groups", v2([{"id": 7, "name": "G"}, {"id": 8, "name": "G"}]))
    with pytest.raises(LiveStateError, match="several groups named 'G': 7, 8"):
        seek(wire, idp, groups=frozenset({"G"}))


def test_several_roles_of_one_name_matter_only_if_they_are_managed(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/roles", v2([{"id": number, "name": "R"} for number in (5, 6)]))
    assert len(seek(wire, idp, roles=True).roles) == 2
    with pytest.raises(LiveStateError, match="several roles named 'R': 5, 6"):
        seek(wire, idp, member_roles=frozenset({"R"}))


def test_big_roles_are_read_page_by_page_at_the_same_time(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/roles", v2([{"id": number, "name": f"R{number}"} for number in (5, 6)]))
    wire.on("GET", "/api/2/roles/5/users", v2(crowd(250), size=100))
    wire.on("GET", "/api/2/roles/6/users", v2(crowd(100), size=100))
    live = seek(wire, idp, member_roles=frozenset({"R5", "R6"}))
    assert [len(live.members[name]) for name in ("R5", "R6")] == [250, 100]
    pages = [sent.query for sent in wire.sent if sent.path == "/api/2/roles/5/users"]
    assert sorted(query.get("page", "first") for query in pages) == ["2", "3", "first"]
    assert wire.count("GET /api/2/roles/6/users") == 1


@pytest.mark.parametrize("change", ["total", "number", "rows"])
def test_pages_that_do_not_add_up_are_walked_by_cursor(wire: Wire, idp: Client, change: str) -> None:
    """Somebody joined meanwhile, or a proxy ignores page numbers: never a shorter list, and nobody twice."""
    people = crowd(150)

    def reply(sent: Sent) -> Any:
        if "page" not in sent.query:
            return v2(people, size=100)(sent)
        status, headers, body = v2(people if change != "rows" else people[:140], size=100)(sent)
        changed = {"total": {"total-count": "151"}, "number": {"current-page": "1"}, "rows": {"total-count": "150"}}
        return status, {**headers, **changed[change]}, body

    wire.on("GET", "/api/2/roles", v2([{"id": 5, "name": "R"}]))
    wire.on("GET", "/api/2/roles/5/users", reply)
    live = seek(wire, idp, member_roles=frozenset({"R"}))
    assert [person.id for person in live.members["R"]] == list(range(1, 151))
    assert any("cursor" in sent.query for sent in wire.sent)

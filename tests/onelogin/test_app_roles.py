"""Attaching roles while others write the same list."""

from __future__ import annotations

from collections.abc import Callable, Collection

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sso_sync.http import AnswerError
from sso_sync.onelogin.models import App
from sso_sync.onelogin.writer import Writer
from tests.onelogin.support import Naps, Reply, Sent, Wire, answer, app_body, client, error, wired

PUT = "PUT /api/2/apps/1"
GET = "GET /api/2/apps/1"


class Account:
    """An app whose role list others change, and whose reads may lag behind.

    `before_put` and `after_put` get the list at that moment and answer what somebody else makes of it.
    """

    def __init__(self, wire: Wire, *roles: int) -> None:
        self.roles = list(roles)
        self.stale: list[list[int]] = []
        self.before_put: Callable[[int, list[int]], list[int]] = lambda _, roles: roles
        self.after_put: Callable[[int, list[int]], list[int]] = lambda _, roles: roles
        self.lag = 0
        self.puts = 0
        wire.on("GET", "/api/2/apps/1", self._get)
        wire.on("PUT", "/api/2/apps/1", self._put)

    def _get(self, _: Sent) -> Reply:
        shown = self.stale.pop(0) if self.stale else self.roles
        return answer(app_body(1, role_ids=shown))

    def _put(self, sent: Sent) -> Reply:
        assert sent.body.keys() == {"role_ids"}
        self.puts += 1
        self.roles = self.before_put(self.puts, self.roles)
        self.stale = [list(self.roles)] * self.lag
        self.roles = self.after_put(self.puts, list(sent.body["role_ids"]))
        return answer(app_body(1, role_ids=self.roles))


def change(attach: Collection[int] = (), detach: Collection[int] = ()) -> App:
    with client(read_only=False) as made:
        return Writer(made, sleep=Naps()).set_app_roles(1, attach, detach)


def test_attach_and_detach_leave_the_rest_alone(wire: Wire) -> None:
    account = Account(wire, 3, 1, 2)
    app = change({5}, {1})
    assert sorted(account.roles) == sorted(app.role_ids) == [2, 3, 5]
    assert wire.lines() == [GET, PUT, GET]


def test_nothing_to_do_writes_nothing(wire: Wire) -> None:
    Account(wire, 1, 5)
    change({5}, {7})
    assert wire.lines() == [GET]


def test_a_write_that_overtakes_ours_is_caught_up_with(wire: Wire) -> None:
    account = Account(wire, 1)
    account.after_put = lambda number, roles: [1, 9] if number == 1 else roles  # theirs, from an old list
    change({5})
    assert sorted(account.roles) == [1, 5, 9]
    assert account.puts == 2


def test_a_role_of_others_that_got_lost_meanwhile_comes_back(wire: Wire) -> None:
    account = Account(wire, 1, 2)
    account.after_put = lambda number, roles: [5] if number == 1 else roles  # theirs: 1 and 2 are gone
    change({5})
    assert sorted(account.roles) == [1, 2, 5]


def test_a_role_that_others_add_on_top_is_no_reason_to_write_again(wire: Wire) -> None:
    account = Account(wire, 1)
    account.after_put = lambda _, roles: [*roles, 9]
    assert 9 in change({5}).role_ids
    assert account.puts == 1


@pytest.mark.parametrize("lag", [1, 2])
def test_reads_that_lag_are_waited_for_not_written_over(wire: Wire, lag: int) -> None:
    account = Account(wire, 1)
    account.lag = lag
    change({5}, {1})
    assert account.roles == [5]
    assert account.puts == 1


def test_a_fight_ends_after_five_rounds(wire: Wire) -> None:
    account = Account(wire, 1)
    account.after_put = lambda _, roles: [1]
    with pytest.raises(AnswerError, match="changed again and again") as caught:
        change({5})
    assert account.puts == 5
    assert "who else" in str(caught.value.diagnostics[0].next_action)


def test_a_role_made_a_moment_ago_may_be_refused_at_first(wire: Wire) -> None:
    wire.on("GET", "/api/2/apps/1", answer(app_body(1)), answer(app_body(1)), answer(app_body(1, role_ids=[5])))
    wire.on("PUT", "/api/2/apps/1", error(422), answer(app_body(1, role_ids=[5])))
    assert change({5}).role_ids == (5,)


def test_a_role_that_was_deleted_meanwhile_drops_out(wire: Wire) -> None:
    wire.on(
        "GET",
        "/api/2/apps/1",
        answer(app_body(1, role_ids=[1, 2])),
        answer(app_body(1, role_ids=[1])),
        answer(app_body(1, role_ids=[1, 5])),
    )
    wire.on("PUT", "/api/2/apps/1", error(422), answer(app_body(1)))
    change({5})
    assert wire.bodies(PUT) == [{"role_ids": [1, 2, 5]}, {"role_ids": [1, 5]}]


@pytest.mark.parametrize(("status", "puts"), [(422, 3), (400, 1)])
def test_a_refusal_that_lasts_is_the_error(wire: Wire, status: int, puts: int) -> None:
    wire.on("GET", "/api/2/apps/1", answer(app_body(1)))
    wire.on("PUT", "/api/2/apps/1", error(status, "no such role"))
    with pytest.raises(AnswerError, match="no such role"):
        change({5})
    assert wire.count(PUT) == puts


ROLES = st.frozensets(st.integers(1, 9))


@given(live=ROLES, attach=ROLES, detach=ROLES, theirs=st.lists(ROLES, max_size=3), lag=st.integers(0, 2))
@settings(max_examples=40)
def test_with_any_other_writer_ours_are_in_and_out(
    live: frozenset[int], attach: frozenset[int], detach: frozenset[int], theirs: list[frozenset[int]], lag: int
) -> None:
    def other(number: int, roles: list[int]) -> list[int]:
        return sorted(theirs[number - 1]) if number <= len(theirs) else roles

    with wired() as wire:
        account = Account(wire, *live)
        account.lag, account.after_put = lag, other
        change(attach - detach, detach)
        assert attach - detach <= set(account.roles)
        assert not detach & set(account.roles)
        assert account.puts <= len(theirs) + 1

"""The gate of an account: its budget, its rate limit, and how much it is asked at a time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from sso_sync.errors import ExitCode
from sso_sync.http import OPEN, BudgetSpent, Gate, Passage


class Time:
    """A clock that goes on only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.naps: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds


def _gate(time: Time, *, budget: int | None = None, pause: float | None = None, left: int | None = None) -> Gate:
    return Gate("acme", budget=budget, pause=lambda _: pause, left=lambda _: left, clock=time.clock, sleep=time.sleep)


def _send(gate: Gate, times: int = 1, *, exempt: bool = False) -> None:
    for _ in range(times):
        with gate.passing(exempt=exempt):
            gate.heard(requests.Response())


def test_the_budget_is_what_it_says_and_what_was_begun_goes_on() -> None:
    gate = _gate(Time(), budget=3)
    _send(gate, 3)
    with pytest.raises(BudgetSpent, match="The budget of 3 requests to acme is spent") as spent:
        _send(gate)
    assert spent.value.exit_code is ExitCode.UNAVAILABLE
    _send(gate, 2, exempt=True)
    assert gate.sent == 5


def test_what_must_not_stop_half_way_is_asked_for_before() -> None:
    gate = _gate(Time(), budget=10)
    _send(gate, 4)
    gate.afford(6)
    with pytest.raises(BudgetSpent, match="does not suffice: 6 are left, and this may take 7"):
        gate.afford(7)
    told = _gate(Time(), left=5)
    told.afford(100)  # nobody said anything yet
    _send(told)
    with pytest.raises(BudgetSpent, match="acme allows 5 more requests"):
        told.afford(6)


def test_what_was_left_of_an_hour_that_is_over_says_nothing() -> None:
    time = Time()
    gate = _gate(time, pause=30.0, left=0)
    _send(gate)
    with pytest.raises(BudgetSpent, match="acme allows 0 more requests"):
        gate.afford(1)
    time.now = 31.0
    gate.afford(100)


def test_everybody_waits_while_the_service_asks_to() -> None:
    time = Time()
    gate = _gate(time, pause=7.0)
    _send(gate, 3)
    assert time.naps == [7.0, 7.0]


def test_nobody_waits_for_an_hour_but_what_was_begun_is_tried() -> None:
    time = Time()
    gate = _gate(time, pause=3600.0)
    _send(gate)
    with pytest.raises(BudgetSpent, match="left alone for 3600 s") as told:
        _send(gate)
    assert told.value.diagnostics[0].next_action == "Run the command again in 3600 s."
    _send(gate, exempt=True)
    assert (gate.sent, time.naps) == (2, [])


def test_at_most_so_many_at_a_time_and_a_token_needs_no_place_of_its_own() -> None:
    gate, lock, now, most = Gate("acme", at_once=3), threading.Lock(), [0], [0]
    everybody = threading.Barrier(3)

    def call(_: int) -> None:
        with gate.passing(exempt=False):
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            with gate.passing(exempt=True, slot=False):
                everybody.wait(10)  # all three hold a place, and each fetches a token
            with lock:
                now[0] -= 1

    with ThreadPoolExecutor(9) as pool:
        list(pool.map(call, range(9)))
    assert (most[0], gate.sent) == (3, 18)


def test_without_a_gate_nothing_is_held_back() -> None:
    for passage in (OPEN, Passage().exempted()):
        with passage.sending():
            passage.heard(requests.Response())
        assert passage.gate is None

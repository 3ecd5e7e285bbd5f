"""What an answer's Date tells of the time at the other end, and when it tells nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import requests

from sso_sync.http import ServiceClock

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


def answer(date: str | None, *, elapsed: float = 0.0, **headers: str) -> requests.Response:
    made = requests.Response()
    made.headers.update(headers)
    if date is not None:
        made.headers["Date"] = date
    made.elapsed = timedelta(seconds=elapsed)
    return made


def ahead(response: requests.Response) -> float | None:
    clock = ServiceClock()
    clock.heard(response, NOW)
    return None if clock.ahead is None else clock.ahead.total_seconds()


def test_nothing_is_known_before_an_answer() -> None:
    assert ServiceClock().ahead is None


def test_a_clock_that_is_ahead_and_one_that_is_behind() -> None:
    assert ahead(answer("Sun, 01 Mar 2026 12:10:00 GMT")) == 600.5
    assert ahead(answer("Sun, 01 Mar 2026 11:50:00 GMT")) == -599.5


def test_half_of_the_way_of_the_answer_is_counted() -> None:
    assert ahead(answer("Sun, 01 Mar 2026 12:00:00 GMT", elapsed=4)) == 2.5


@pytest.mark.parametrize(
    "response",
    [
        answer(None),
        answer("yesterday"),
        answer("Sun, 01 Mar 2026 12:10:00 GMT", Age="300"),
        answer("Sun, 01 Mar 2026 12:10:00 GMT", elapsed=30),
    ],
)
def test_answers_that_say_nothing(response: requests.Response) -> None:
    assert ahead(response) is None

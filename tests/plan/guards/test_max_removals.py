"""Both numbers have to be reached, each at its border."""

from __future__ import annotations

import pytest

from sso_sync.plan.guards.max_removals import GUARD
from tests.plan.guards.make import after, effect, refusals


def _losing(lost: int, today: int, *, percent: int = 25, people: int = 5, **over: object) -> tuple[int, ...]:
    crowd = [f"p{number}@x.example" for number in range(today)]
    spec = {"guards": {"max_removals": {"percent": percent, "people": people}}, **over}
    return tuple(len(one.numbers) for one in refusals(GUARD, after(spec, access=effect(crowd, crowd[lost:]))))


@pytest.mark.parametrize(
    ("lost", "today", "refused"),
    [
        (4, 4, False),  # everybody, and yet fewer than five
        (5, 5, True),
        (5, 20, False),  # exactly a quarter
        (5, 19, True),
        (6, 20, True),
        (5, 21, False),
        (25, 100, False),
        (26, 100, True),
        (0, 0, False),
        (0, 10, False),
    ],
)
def test_the_default_borders(lost: int, today: int, refused: bool) -> None:
    assert bool(_losing(lost, today)) is refused


@pytest.mark.parametrize(
    ("percent", "people", "lost", "today", "refused"),
    [
        (0, 1, 1, 1000, True),
        (0, 0, 1, 1000, True),
        (0, 0, 0, 1000, False),
        (100, 0, 10, 10, False),  # never more than all
        (99, 0, 10, 10, True),
        (50, 3, 2, 2, False),
        (50, 3, 3, 6, False),
        (50, 3, 3, 5, True),
    ],
)
def test_the_setting_moves_the_borders(percent: int, people: int, lost: int, today: int, refused: bool) -> None:
    assert bool(_losing(lost, today, percent=percent, people=people)) is refused


def test_the_refusal_has_the_numbers_and_the_names() -> None:
    crowd = [f"p{number}@x.example" for number in range(8)]
    (one,) = refusals(GUARD, after(access=effect(crowd, crowd[6:]), hidden=frozenset({"p0@x.example"})))
    assert one.numbers == {"lost": 6, "today": 8, "percent": 25, "people": 5}
    assert one.summary == "6 people lose access, of 8 who have it today"
    assert "(sensitive), p1@x.example" in str(one.detail)
    assert "p0@x.example" not in str(one)
    assert "and 1 more" in str(one.detail)


def test_taking_everything_down_counts_too_and_says_which_override() -> None:
    crowd = [f"p{number}@x.example" for number in range(8)]
    (one,) = refusals(GUARD, after({"state": "absent"}, app=False, access=effect(crowd, [])))
    assert "The app goes" in str(one.next_action)

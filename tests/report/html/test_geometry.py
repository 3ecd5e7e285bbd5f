"""From numbers to places: nothing leaves the chart, order is kept, and labels do not run into one another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sso_sync.report.html.geometry import Ahead, Span, ceiling, stacked

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def test_days_ahead_are_stretched_near_today() -> None:
    axis = Ahead(400)
    assert [axis.x(days) for days in (0, 1, 25, 100, 400)] == [0, 5, 25, 50, 100]
    assert axis.x(-1) == 0
    assert axis.x(4000) == 100


def test_what_is_over_lies_left_of_today() -> None:
    axis = Ahead(400, past=True)
    assert axis.x(-1) < axis.today == axis.x(0) < axis.x(1)
    assert axis.x(400) == 100
    assert axis.ticks[0].label == "today"
    assert axis.ticks[0].x == axis.today


@given(st.integers(-1000, 40000), st.booleans())
@settings(max_examples=40)
def test_ticks_are_in_order_apart_and_on_the_axis(longest: int, past: bool) -> None:
    axis = Ahead(longest, past)
    places = [tick.x for tick in axis.ticks]
    assert places[0] == axis.today
    assert len(places) > 1
    assert all(later - earlier >= 14 for earlier, later in pairwise(places))
    assert all(0 <= place <= 100 for place in places)
    assert axis.ticks[0].anchor == ("start" if not past else "middle")


def test_a_span_reaches_from_the_first_moment_to_now() -> None:
    span = Span.over([NOON - timedelta(days=48), NOON - timedelta(days=1)], NOON)
    assert span.column(NOON - timedelta(days=48)) == 0
    assert span.column(NOON - timedelta(days=24)) == 24
    assert span.column(NOON) == span.column(NOON + timedelta(days=1)) == 47
    assert span.column(NOON - timedelta(days=99)) == 0
    assert span.middle(0) == 1.04
    assert [tick.label for tick in span.ticks] == ["2026-10-11", "2026-11-04", "2026-11-28"]


def test_a_short_span_names_hours_and_is_never_empty() -> None:
    span = Span.over([NOON], NOON)
    assert span.end - span.start == timedelta(hours=1)
    assert span.column(NOON) == 47
    assert [tick.label for tick in span.ticks] == ["2026-11-28 11:00", "2026-11-28 12:00"]


@pytest.mark.parametrize(("largest", "top"), [(0, 1), (1, 1), (3, 5), (5, 5), (6, 10), (11, 20), (21, 50), (999, 1000)])
def test_an_axis_ends_with_a_round_number(largest: int, top: int) -> None:
    assert ceiling(largest) == top


def test_parts_stand_on_one_another_and_fill_the_height() -> None:
    assert stacked((5, 3, 2), 10, 100) == ((50, 50), (20, 30), (0, 20))
    assert stacked((0, 1, 0), 10, 100) == ((100, 0), (90, 10), (90, 0))

"""Old answers for a few reads, then the truth."""

from __future__ import annotations

from sso_sync.sandbox.lag import Lag


def test_so_many_reads_and_no_more() -> None:
    lag = Lag()
    lag.remember("a", "old", 2)
    assert [lag.seen("a", "new") for _ in range(3)] == ["old", "old", "new"]
    assert lag.seen("b", "other") == "other"


def test_no_reads_is_no_lag() -> None:
    lag = Lag()
    lag.remember("a", "old", 0)
    assert lag.seen("a", "new") == "new"


def test_a_second_change_still_shows_the_oldest_state() -> None:
    lag = Lag()
    lag.remember("a", "first", 2)
    assert lag.seen("a", "second") == "first"
    lag.remember("a", "second", 2)
    assert [lag.seen("a", "third") for _ in range(3)] == ["first", "first", "third"]


def test_clear() -> None:
    lag = Lag()
    lag.remember("a", "old", 5)
    lag.clear()
    assert lag.seen("a", "new") == "new"

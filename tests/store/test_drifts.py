"""What each look for drift saw: remembered in order, bounded, and no damaged entry hides another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sso_sync.errors import SsoSyncError
from sso_sync.store import drifts as store
from sso_sync.store.drifts import Drift, drifts, remember
from sso_sync.store.opening import opened
from tests.stored import execute

FIRST = Drift(datetime(2026, 3, 1, 12, tzinfo=UTC), 3, None, 1, 21)
SECOND = Drift(datetime(2026, 3, 2, 12, tzinfo=UTC), 0, 0, 0)

pytestmark = pytest.mark.usefixtures("store_url")


def test_what_was_remembered_is_read_back_oldest_first() -> None:
    assert drifts("prod") == ()
    remember("prod", SECOND)
    remember("prod", FIRST)
    assert drifts("prod") == (FIRST, SECOND)
    assert drifts("other") == ()


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "null",
        '{"at": "2026-03-01"}',
        '{"at": "2026-03-01T12:00:00", "onelogin": 0, "justcall": 0, "unknown": 0, "days_left": null}',
        '{"at": "2026-03-01T12:00:00Z", "onelogin": -1, "justcall": 0, "unknown": 0, "days_left": null}',
        '{"at": "2026-03-01T12:00:00Z", "onelogin": "2", "justcall": 0, "unknown": 0, "days_left": null}',
        '{"at": "2026-03-01T12:00:00Z", "onelogin": true, "justcall": 0, "unknown": 0, "days_left": null}',
        "[" * 100_000,
    ],
)
def test_a_damaged_line_hides_no_other(line: str) -> None:
    remember("prod", FIRST)
    opened().entries.add("drifts", "prod", line, most=10)
    remember("prod", SECOND)
    assert drifts("prod") == (FIRST, SECOND)


def test_the_oldest_go_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_MOST", 8)
    for minute in range(20):
        remember("prod", Drift(FIRST.at + timedelta(minutes=minute), minute, 0, 0))
        remember("other", FIRST)
    assert [one.onelogin for one in drifts("prod")] == list(range(12, 20))
    assert len(drifts("other")) == 8


def test_a_name_that_is_a_path_is_refused_and_so_is_a_place_that_cannot_be_written() -> None:
    for name in ("../prod", ""):
        with pytest.raises(SsoSyncError):
            remember(name, FIRST)
        with pytest.raises(SsoSyncError):
            drifts(name)
    remember("prod", FIRST)
    execute("DROP TABLE sso_sync_entries")
    with pytest.raises(SsoSyncError):
        remember("prod", FIRST)
    assert drifts("prod") == ()

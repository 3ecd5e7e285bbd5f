"""The record of past rotations: what is remembered is read back, and what is damaged is as good as none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sso_sync.errors import SsoSyncError
from sso_sync.store.opening import opened
from sso_sync.store.rotations import Rotation, last_window, remember, rotations

FIRST = Rotation(datetime(2026, 3, 1, 12, tzinfo=UTC), 1.25, "AA:01", "BB:02", "run-1", rehearsal=True)
SECOND = Rotation(datetime(2026, 4, 1, 12, tzinfo=UTC), 0.5, "BB:02", "CC:03", "run-2")


pytestmark = pytest.mark.usefixtures("store_url")


def test_what_was_remembered_is_read_back_in_order() -> None:
    assert last_window("prod") is None
    remember("prod", FIRST)
    remember("prod", SECOND)
    assert rotations("prod") == (FIRST, SECOND)
    assert last_window("prod") == SECOND
    assert last_window("other") is None


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        "null",
        '{"at": "2026-03-01"}',
        '{"at": "2026-03-01T12:00:00", "seconds": 1, "former": "", "present": "", "run_id": "", "rehearsal": false}',
        '{"at": "2026-03-01T12:00:00Z", "seconds": -1, "former": "", "present": "", "run_id": "", "rehearsal": false}',
        "[" * 100_000,
    ],
)
def test_a_damaged_line_hides_no_other(line: str) -> None:
    remember("prod", FIRST)
    opened().entries.add("rotations", "prod", line, most=10)
    remember("prod", SECOND)
    assert rotations("prod") == (FIRST, SECOND)


def test_a_name_that_is_a_path_is_refused() -> None:
    with pytest.raises(SsoSyncError):
        remember("../prod", FIRST)
    with pytest.raises(SsoSyncError):
        rotations("../prod")


def test_the_oldest_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sso_sync.store.rotations._MOST", 2)
    remember("other", FIRST)
    for seconds in range(4):
        remember("prod", replace(SECOND, seconds=seconds))
    assert [one.seconds for one in rotations("prod")] == [2, 3]
    assert rotations("other") == (FIRST,)

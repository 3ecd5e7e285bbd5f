"""A proof is kept for its owner alone, and one that is not as it was written is as good as none."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sso_sync.errors import SsoSyncError
from sso_sync.store.proofs import Record, forget, load, save

AT = datetime(2026, 3, 1, 12, 4, tzinfo=UTC)
RECORD = Record("a" * 64, AT, {"audience": "pass"})
FILE = Path(".sso-sync/proofs/prod.json")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_proof_is_kept_and_forgotten() -> None:
    assert load("prod") is None
    save("prod", RECORD)
    assert load("prod") == RECORD
    assert load("other") is None
    assert stat.S_IMODE(FILE.stat().st_mode) == 0o600
    assert stat.S_IMODE(FILE.parent.stat().st_mode) == 0o700
    forget("prod")
    assert load("prod") is None
    forget("prod")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("version", 2),
        ("fingerprint", None),
        ("fingerprint", "short"),
        ("at", "yesterday"),
        ("at", "2026-03-01T12:04:00"),
        ("at", 5),
        ("checks", []),
    ],
)
def test_another_record_is_none(key: str, value: Any) -> None:
    save("prod", RECORD)
    document = json.loads(FILE.read_text(encoding="utf-8"))
    FILE.write_text(json.dumps(document | {key: value}), encoding="utf-8")
    assert load("prod") is None


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000, " " * 100_000])
def test_a_damaged_record_is_none(text: str) -> None:
    save("prod", RECORD)
    FILE.write_text(text, encoding="utf-8")
    assert load("prod") is None


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    save("prod", RECORD)
    elsewhere = tmp_path / "elsewhere.json"
    FILE.rename(elsewhere)
    FILE.symlink_to(elsewhere)
    assert load("prod") is None


def test_a_name_is_no_path() -> None:
    for name in ("../x", "", "A"):
        with pytest.raises(SsoSyncError):
            save(name, RECORD)

"""A proof is kept for its owner alone, and one that is not as it was written is as good as none."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sso_sync.errors import SsoSyncError
from sso_sync.store.documents import Documents
from sso_sync.store.proofs import Record, forget, load, save
from sso_sync.values import Json

AT = datetime(2026, 3, 1, 12, 4, tzinfo=UTC)
RECORD = Record("a" * 64, AT, {"audience": "pass"})
DOCUMENTS = Documents("proofs")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_proof_is_kept_and_forgotten() -> None:
    assert load("prod") is None
    save("prod", RECORD)
    assert load("prod") == RECORD
    assert load("other") is None
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
    document = DOCUMENTS.load("prod")
    assert isinstance(document, dict)
    DOCUMENTS.save("prod", document | {key: value})
    assert load("prod") is None


@pytest.mark.parametrize("document", [None, [], "x", {}])
def test_another_document_is_none(document: Json) -> None:
    save("prod", RECORD)
    DOCUMENTS.save("prod", document)
    assert load("prod") is None


def test_a_name_is_no_path() -> None:
    for name in ("../x", "", "A"):
        with pytest.raises(SsoSyncError):
            save(name, RECORD)

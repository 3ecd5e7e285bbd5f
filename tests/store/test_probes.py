from __future__ import annotations

import stat
from pathlib import Path

import pytest

from sso_sync.errors import SsoSyncError
from sso_sync.store import probes

FILE = Path(".sso-sync/probes/prod.json")


@pytest.fixture(autouse=True)
def _in_an_empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_record_is_kept_for_its_owner_alone() -> None:
    probes.save("prod", {"a": 1})
    probes.save("prod", {"a": 2})

    assert probes.load("prod") == {"a": 2}
    assert stat.S_IMODE(FILE.stat().st_mode) == 0o600
    assert stat.S_IMODE(FILE.parent.stat().st_mode) == 0o700
    assert [one.name for one in FILE.parent.iterdir()] == ["prod.json"]


def test_nothing_is_there_until_something_is_kept() -> None:
    assert probes.load("prod") is None
    probes.forget("prod")
    assert not FILE.parent.parent.exists()


def test_what_is_forgotten_is_gone() -> None:
    probes.save("prod", {})
    probes.forget("prod")
    assert probes.load("prod") is None


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 60_000, b'"' + b"x" * 70_000 + b'"'])
def test_a_damaged_record_is_as_good_as_none(content: bytes) -> None:
    probes.save("prod", {})
    FILE.write_bytes(content)
    assert probes.load("prod") is None


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    probes.save("prod", {})
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    FILE.unlink()
    FILE.symlink_to(tmp_path / "other.json")
    assert probes.load("prod") is None


def test_a_name_is_no_path() -> None:
    with pytest.raises(SsoSyncError, match="not the name of a connection"):
        probes.save("../prod", {})


def test_a_place_that_cannot_be_written() -> None:
    Path(".sso-sync").write_text("", encoding="utf-8")
    with pytest.raises(SsoSyncError):
        probes.save("prod", {})
    probes.forget("prod")

"""Plan files on the disk: whole or not at all, their owner's alone, and applied by one run only."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from sso_sync.errors import PlanFileError, SsoSyncError
from sso_sync.store.plans import Claim, check_savable, claim, claimed, read_text, save
from tests.stored import execute

AT = datetime(2026, 3, 1, 13, 4, 5, tzinfo=timezone(timedelta(hours=1)))


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("store_url")
def test_nobody_yet() -> None:
    assert claimed("p1") is None
    assert not Path(".sso-sync").exists()


@pytest.mark.usefixtures("store_url")
def test_the_first_one_gets_it_and_the_others_learn_who_it_was() -> None:
    assert claim("p1", run_id="r1", at=AT) is None
    assert claim("p1", run_id="r2", at=AT) == claimed("p1") == Claim("2026-03-01T12:04:05Z", "r1")
    assert claimed("p2") is None


@pytest.mark.usefixtures("store_url")
def test_of_many_at_once_one_gets_it() -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: claim("p1", run_id=f"r{number}", at=AT), range(32)))
    assert answers.count(None) == 1


@pytest.mark.usefixtures("store_url")
def test_a_claim_that_cannot_be_made_or_looked_for_is_an_error() -> None:
    claim("p1", run_id="r1", at=AT)
    execute("DROP TABLE sso_sync_claims")
    with pytest.raises(SsoSyncError, match="cannot be used"):
        claim("p2", run_id="r1", at=AT)
    with pytest.raises(SsoSyncError, match="cannot be used"):
        claimed("p1")


def test_saved_whole_and_for_the_owner_alone() -> None:
    old = os.umask(0)
    try:
        save(Path("folder/plan.json"), "text\n")
    finally:
        os.umask(old)
    path = Path("folder/plan.json")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"text\n", 0o600)
    assert [one.name for one in Path("folder").iterdir()] == ["plan.json"]


def test_a_link_stays_a_link() -> None:
    Path("real.json").write_text("", encoding="utf-8")
    Path("link.json").symlink_to("real.json")
    save(Path("link.json"), "text\n")
    assert Path("link.json").is_symlink()
    assert Path("real.json").read_text(encoding="utf-8") == "text\n"


@pytest.mark.parametrize("text", ["", '{"schema_version": 1, "saved": {}}'])
def test_a_plan_or_nothing_may_be_replaced(text: str) -> None:
    path = Path("plan.json")
    path.write_text(text, encoding="utf-8")
    check_savable(path)
    check_savable(Path("new/folder/plan.json"))


def test_anything_else_may_not() -> None:
    spec, folder, pipe = Path("spec.yaml"), Path("folder"), Path("pipe")
    spec.write_text("version: 1\n", encoding="utf-8")
    folder.mkdir()
    os.mkfifo(pipe)
    for path in (spec, folder, pipe, spec / "plan.json"):
        with pytest.raises(PlanFileError, match="cannot be saved"):
            check_savable(path)


def test_only_ordinary_files_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("text").write_bytes(b"a\r\n\xff")
    Path("folder").mkdir()
    os.mkfifo("pipe")
    assert read_text(Path("text")) == "a\r\n\N{REPLACEMENT CHARACTER}"
    assert [read_text(Path(name)) for name in ("folder", "pipe", "nowhere", "a\0b")] == [None] * 4
    monkeypatch.setattr("sso_sync.store.plans._LARGEST", 3)
    assert read_text(Path("text")) is None

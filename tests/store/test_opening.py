"""The store of a process: opened late, private, its own after a fork, and never in the way of those who only read."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sso_sync.store import opening, probes
from sso_sync.store.address import FILE, VARIABLE, Address
from sso_sync.store.database.store import Store
from sso_sync.store.locks import holder, locked
from sso_sync.store.missing import without_store
from sso_sync.store.opening import opened, trouble
from sso_sync.store.plans import claimed
from sso_sync.store.rotations import rotations
from sso_sync.store.runs import read_runs
from sso_sync.store.unavailable import StoreUnavailable
from tests.stored import look

NOWHERE = "postgresql://ann:pw@127.0.0.1:1/sso"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _modes() -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in FILE.parent.iterdir()}


def test_it_belongs_to_its_owner_alone_whatever_was_there_before() -> None:
    FILE.parent.mkdir(mode=0o755)
    before = os.umask(0)
    try:
        probes.save("prod", {})
    finally:
        os.umask(before)
    assert stat.S_IMODE(FILE.parent.stat().st_mode) == 0o700
    assert {"store.sqlite", "store.sqlite-wal", "store.sqlite-shm"} == _modes().keys()
    assert set(_modes().values()) == {0o600}


def test_a_commit_is_on_the_disk() -> None:
    """FULL: the log is synchronised at every commit, so that what is promised outlives a power cut."""
    with opened().reading() as database:
        asked = [database.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    assert asked == ["wal", 2]


def test_reading_what_is_not_there_makes_nothing_and_imports_nothing() -> None:
    script = (
        "import sys\n"
        "from sso_sync.store import probes, proofs, rotations, plans, locks, runs\n"
        "assert probes.load('prod') is proofs.load('prod') is plans.claimed('p') is locks.holder('prod') is None\n"
        "assert rotations.rotations('prod') == () and list(runs.read_runs()) == []\n"
        "probes.forget('prod')\n"
        "assert not {'sqlalchemy', 'alembic', 'psycopg'} & set(sys.modules), 'imported without need'\n"
        "probes.save('prod', 1)\n"
        "assert 'sqlalchemy' in sys.modules\n"
        "assert not {'alembic', 'psycopg', 'sqlalchemy.orm'} & set(sys.modules), 'imported without need'\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_store_that_was_moved_away_is_not_written_on() -> None:
    probes.save("prod", 1)
    FILE.parent.rename("gone")
    assert probes.load("prod") is None
    probes.save("prod", 2)
    assert probes.load("prod") == 2
    FILE.parent.rename("gone-too")
    Path("gone").rename(FILE.parent)
    assert probes.load("prod") == 1


@pytest.mark.usefixtures("store_url")
def test_a_child_has_a_store_of_its_own_and_the_parents_goes_on() -> None:
    probes.save("prod", 1)
    mine = opened()
    child = os.fork()
    if child == 0:
        try:
            assert opened() is not mine
            probes.save("prod", 2)
            os._exit(7)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert opened() is mine
    assert probes.load("prod") == 2


def test_without_it_who_only_glances_goes_on_and_who_needs_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, NOWHERE)
    assert probes.load("prod") is None
    assert rotations("prod") == ()
    (told,) = without_store()
    assert (told.severity, "127.0.0.1" in told.summary) == ("warning", True)
    for ask in (
        lambda: claimed("p"),
        lambda: list(read_runs()),
        lambda: holder("prod"),
        lambda: probes.save("prod", 1),
    ):
        with pytest.raises(StoreUnavailable):
            ask()
    with pytest.raises(StoreUnavailable), locked("prod", command="apply"):
        raise AssertionError("no lock, no work")
    monkeypatch.delenv(VARIABLE)
    assert probes.load("prod") is None
    assert trouble() is None
    assert without_store() == ()


def test_who_only_reads_waits_once_for_a_server_that_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, NOWHERE)
    tried = []
    real = opening._current

    def current(where: Address) -> Store:
        tried.append(where)
        return real(where)

    monkeypatch.setattr(opening, "_current", current)
    for _ in range(3):
        assert probes.load("prod") is None
    assert len(tried) == 1
    monkeypatch.setattr(opening, "_PATIENCE", 0.0)
    assert probes.load("prod") is None
    assert len(tried) == 2


@pytest.mark.parametrize("content", [b"this is no database, but a text of some length", b"\0" * 4096])
def test_a_damaged_file_is_no_store(content: bytes) -> None:
    FILE.parent.mkdir()
    FILE.write_bytes(content)
    assert probes.load("prod") is None
    with pytest.raises(StoreUnavailable, match=r"store\.sqlite cannot be used: file is not a database"):
        probes.save("prod", 1)
    assert FILE.read_bytes() == content


def test_an_empty_file_becomes_one() -> None:
    FILE.parent.mkdir()
    FILE.touch()
    assert probes.load("prod") is None
    assert look("SELECT level FROM sso_sync_schema") == [(1,)]


def test_a_folder_in_the_way(tmp_path: Path) -> None:
    FILE.mkdir(parents=True)
    with pytest.raises(StoreUnavailable, match=r"store\.sqlite cannot be used"):
        probes.save("prod", 1)

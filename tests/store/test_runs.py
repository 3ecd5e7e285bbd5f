"""The record's file: whole lines on the disk, private, and readable after any crash."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.errors import SsoSyncError
from sso_sync.store.runs import Record, RunFile, UnreadableRun, read_run, run_ids

RUNS = Path(".sso-sync/runs")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _written(*lines: dict[str, str]) -> Path:
    file = RunFile("run")
    for line in lines:
        file.add(line)
    file.close()
    return RUNS / "run.jsonl"


def test_what_was_added_is_read_back_in_order() -> None:
    _written({"a": "1"}, {"a": "2\n\u2028"})
    assert read_run("run") == Record("run", ({"a": "1"}, {"a": "2\n\u2028"}))
    assert run_ids() == ("run",)


def test_a_line_is_on_the_disk_as_soon_as_it_is_added() -> None:
    file = RunFile("run")
    file.add({"a": "1"})
    assert read_run("run").lines == ({"a": "1"},)
    file.close()


def test_it_belongs_to_its_owner_alone() -> None:
    path = _written({"a": "1"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700


def test_a_folder_that_others_may_read_is_closed_to_them() -> None:
    Path(".sso-sync").mkdir(mode=0o755)
    _written({"a": "1"})
    assert stat.S_IMODE(Path(".sso-sync").stat().st_mode) == 0o700


def test_an_id_that_is_taken_gets_a_number() -> None:
    names = []
    for _ in range(3):
        file = RunFile("run")
        names.append(file.run_id)
        file.close()
    assert names == ["run", "run-2", "run-3"]
    assert sorted(run_ids()) == names


@given(cut=st.integers(min_value=0, max_value=24))
def test_cut_off_anywhere_only_the_last_line_is_lost(cut: int) -> None:
    whole = b'{"a":"1"}\n{"b":"\xc3\xa9"}\n'
    RUNS.mkdir(parents=True, exist_ok=True)
    (RUNS / "cut.jsonl").write_bytes(whole[:cut])
    record = read_run("cut")
    expected = [(0, ()), (10, ({"a": "1"},)), (len(whole), ({"a": "1"}, {"b": "é"}))]
    length, lines = max((pair for pair in expected if pair[0] <= min(cut, len(whole))), key=lambda pair: pair[0])
    assert record.lines == lines
    assert record.torn is (min(cut, len(whole)) != length)


@pytest.mark.parametrize("name", ["", ".", "..", "../run", "run/../run", "run.jsonl", "a" * 200, "\x00", "run\n"])
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    _written({"a": "1"})
    with pytest.raises(UnreadableRun, match="no record"):
        read_run(name)


def test_other_files_are_no_records() -> None:
    _written({"a": "1"})
    (RUNS / "notes.txt").write_text("", encoding="utf-8")
    (RUNS / ".hidden.jsonl").write_text("", encoding="utf-8")
    assert run_ids() == ("run",)


def test_a_full_disk_is_an_error_that_names_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    file = RunFile("run")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(SsoSyncError, match="No space left on device"):
        file.add({"a": "1"})
    file.close()

"""Records that earlier versions kept in files: read wherever a kill cut them off, and beside those in the store."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.store.runs import RunFile, UnreadableRun, read_run, read_runs

RUNS = Path(".sso-sync/runs")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    RUNS.mkdir(parents=True)


@given(cut=st.integers(min_value=0, max_value=24))
def test_cut_off_anywhere_only_the_last_line_is_lost(cut: int) -> None:
    whole = b'{"a":"1"}\n{"b":"\xc3\xa9"}\n'
    (RUNS / "cut.jsonl").write_bytes(whole[:cut])
    record = read_run("cut")
    expected = [(0, ()), (10, ({"a": "1"},)), (len(whole), ({"a": "1"}, {"b": "é"}))]
    length, lines = max((pair for pair in expected if pair[0] <= min(cut, len(whole))), key=lambda pair: pair[0])
    assert record.lines == lines
    assert record.torn is (min(cut, len(whole)) != length)


def test_they_stand_beside_those_in_the_store_which_come_first() -> None:
    for name in ("old", "both"):
        (RUNS / f"{name}.jsonl").write_text('{"in": "a file"}\n', encoding="utf-8")
    for name in ("notes.txt", ".hidden.jsonl"):
        (RUNS / name).write_text("", encoding="utf-8")
    for name in ("both", "new"):
        RunFile(name, "prod").add({"in": "the store"})
    found = {run_id: [line["in"] for line in read().lines] for run_id, read in read_runs()}
    assert found == {"old": ["a file"], "both": ["the store"], "new": ["the store"]}
    assert read_run("old").lines == ({"in": "a file"},)


@pytest.mark.parametrize("name", ["", "..", "../run", "run/../run", "run.jsonl", "a" * 200, "\x00", "run\n"])
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    (RUNS / "run.jsonl").write_text('{"a": 1}\n', encoding="utf-8")
    with pytest.raises(UnreadableRun, match="no record"):
        read_run(name)

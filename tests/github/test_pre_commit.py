"""The hook for pre-commit: its manifest is one, and its command line checks a folder as a repository has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from pre_commit.clientlib import load_manifest

from sso_sync.cli.main import run

_MANIFEST = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"


def test_the_manifest_is_one_to_pre_commit() -> None:
    (hook,) = load_manifest(_MANIFEST)
    assert (hook["id"], hook["language"], hook["pass_filenames"]) == ("sso-sync-validate", "python", False)


def test_its_command_line_checks_all_specs_whichever_file_changed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hooks: list[dict[str, Any]] = yaml.safe_load(_MANIFEST.read_text(encoding="utf-8"))
    program, *words = [*str(hooks[0]["entry"]).split(), *map(str, hooks[0]["args"])]
    assert program == "sso-sync"
    specs = tmp_path / "specs"
    (specs / "attestations").mkdir(parents=True)
    # What is no spec, and would be an error if its name were handed over.
    (specs / "base.yaml").write_text("onelogin: {access: {roles: [Sales]}}\n", encoding="utf-8")
    (specs / "attestations" / "one.yaml").write_text("anything: else\n", encoding="utf-8")
    for name in ("one", "two"):
        text = f"version: 1\nname: {name}\nextends: base.yaml\nsandbox: true\n"
        (specs / f"{name}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(words) == 0
    assert "2 specs" in capsys.readouterr().out
    (specs / "base.yaml").write_text("onelogin: {access: {rolls: [Sales]}}\n", encoding="utf-8")
    assert run(words) == 1

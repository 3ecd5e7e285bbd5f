"""The README is a promise: what it shows is what the tool prints, what it lists is what there is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sso_sync.cli.main import run
from sso_sync.errors import ExitCode

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def without_clock(text: str) -> str:
    return re.sub(r"observed \d\d:\d\d UTC", "observed 12:04 UTC", text)


def test_the_plan_shown_is_the_plan_printed(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    printed = subprocess.run(
        [sys.executable, "-m", "sso_sync", "plan", "specs/sandbox.yaml", "--no-color"],
        cwd=tmp_path,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    shown = re.search(r"```\n(justcall-sandbox .*?)\n```", README, re.DOTALL)
    assert shown is not None
    # The README was printed on a terminal of another width: the words count, not where the lines break.
    assert without_clock(shown[1]).split() == without_clock(printed).split()


def test_every_command_in_the_table_exists(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    offered = set(re.findall(r"^  ([a-z-]+)(?:  |$)", capsys.readouterr().out.split("Commands:")[1], re.MULTILINE))
    table = README.split("## Commands")[1].split("###")[0]
    listed = set(re.findall(r"^\| `([a-z-]+)", table, re.MULTILINE))
    assert listed == offered


def test_every_exit_code_is_explained() -> None:
    table = README.split("### Exit codes")[1].split("### Addresses")[0]
    explained = {int(code) for code in re.findall(r"\b(\d+)\b(?= \||\s\()", table)}
    assert {int(code) for code in ExitCode} <= explained


def test_every_dependency_has_its_reason() -> None:
    declared = re.findall(
        r'^  "([a-z-]+)>=', (ROOT / "pyproject.toml").read_text("utf-8").split("[project.scripts]")[0], re.MULTILINE
    )
    table = README.split("## Dependencies")[1].split("##")[0]
    assert [name for name in declared if f"`{name}`" not in table] == []

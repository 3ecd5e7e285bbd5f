"""README's first command, as a newcomer types it: a process of its own, the shipped spec, state kept between runs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

SPECS = Path(__file__).parents[2] / "specs"


def sso_sync(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sso_sync", *arguments],
        cwd=folder,
        env={**os.environ, "COLUMNS": "120"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_main_job_then_no_changes_and_no_writes(tmp_path: Path) -> None:
    shutil.copytree(SPECS, tmp_path / "specs")

    first = sso_sync(tmp_path, "apply", "specs/sandbox.yaml", "--auto-approve")
    second = sso_sync(tmp_path, "apply", "specs/sandbox.yaml", "--auto-approve")
    third = sso_sync(tmp_path, "plan", "specs/sandbox.yaml", "--detailed-exitcode")
    writes = sso_sync(tmp_path, "sandbox", "log", "--writes")

    assert first.returncode == 0, first.stdout + first.stderr
    assert "enable SSO" in first.stdout
    assert "Verified" in first.stdout
    assert second.returncode == third.returncode == 0
    assert "No changes" in second.stdout
    assert "No changes" in third.stdout
    # All writes belong to the first run; the log outlives the processes.
    assert "PUT" in writes.stdout
    assert "run 1" in writes.stdout.lower()
    assert "run 2" not in writes.stdout.lower()
    assert (tmp_path / ".sso-sync").stat().st_mode & 0o077 == 0


def test_the_state_file_holds_no_more_than_the_sandbox_needs(tmp_path: Path) -> None:
    shutil.copytree(SPECS, tmp_path / "specs")
    assert sso_sync(tmp_path, "plan", "specs/sandbox.yaml").returncode == 0
    with sqlite3.connect(tmp_path / ".sso-sync" / "sandbox.sqlite") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()

"""What may be released: the version that the tag names, with a dated chapter in the changelog, from main."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_CHECK = Path(__file__).parents[2] / ".github" / "release" / "check.py"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A commit on origin/main that is fit for v1.2.3."""
    (tmp_path / "sso_sync").mkdir()
    for name, text in {
        "pyproject.toml": '[project]\nversion = "1.2.3"\n',
        "sso_sync/__init__.py": '__version__ = "1.2.3"\n',
        "CHANGELOG.md": "# Changelog\n\n## 1.2.3 (2026-11-28)\n\n- New.\n\n## 1.2.2 (2026-11-01)\n\n- Old.\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    git(tmp_path, "init", "--initial-branch=main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "one")
    git(tmp_path, "update-ref", "refs/remotes/origin/main", "HEAD")
    return tmp_path


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@acme.example")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def check(folder: Path, tag: str, *words: str) -> tuple[int, str]:
    ran = subprocess.run(
        [sys.executable, _CHECK, *words],
        cwd=folder,
        env={**os.environ, "GITHUB_REF_NAME": tag},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout


def test_a_release_and_its_notes(repository: Path) -> None:
    assert check(repository, "v1.2.3") == (0, "")
    assert check(repository, "v1.2.3", "--notes") == (0, "- New.\n")


def test_everything_that_is_in_the_way_is_told(repository: Path) -> None:
    (repository / "sso_sync" / "__init__.py").write_text('__version__ = "1.2.2"\n', encoding="utf-8")
    code, said = check(repository, "v1.3.0")
    assert code == 1
    assert [word in said for word in ("the tag 'v1.3.0' is not v1.2.3", "__init__.py", "no chapter")] == [True] * 3
    changelog = repository / "CHANGELOG.md"
    changelog.write_text(changelog.read_text(encoding="utf-8").replace("2026-11-28", "unreleased"), encoding="utf-8")
    git(repository, "commit", "-am", "two")
    code, said = check(repository, "v1.2.3")
    assert (code, "(unreleased)" in said, "not on origin/main" in said) == (1, True, True)

"""Which commit a plan was made from: real repositories, and every way of not having one."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from sso_sync.store.git import Checkout, checkout


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment in which no repository above and no configuration of the user counts."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "GIT_CEILING_DIRECTORIES": str(tmp_path),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
    }


def git(environ: dict[str, str], folder: Path, *words: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@acme.example")
    ran = subprocess.run(["git", *who, *words], cwd=folder, env=environ, check=True, capture_output=True, text=True)
    return ran.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path, environ: dict[str, str]) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(environ, folder, "init", "--initial-branch=main")
    (folder / "spec.yaml").write_text("version: 1\n", encoding="utf-8")
    git(environ, folder, "add", ".")
    git(environ, folder, "commit", "-m", "one")
    return folder


def test_a_clean_branch(repository: Path, environ: dict[str, str]) -> None:
    commit = git(environ, repository, "rev-parse", "HEAD")
    assert checkout(environ, repository) == Checkout(commit, "refs/heads/main", dirty=False)


def test_changes_are_told_but_not_our_own_files(repository: Path, environ: dict[str, str]) -> None:
    (repository / "deep" / ".sso-sync" / "runs").mkdir(parents=True)
    (repository / "deep" / ".sso-sync" / "runs" / "x").write_text("", encoding="utf-8")
    seen = checkout(environ, repository / "deep")
    assert seen is not None
    assert seen.dirty is False
    (repository / "new.yaml").write_text("", encoding="utf-8")
    seen = checkout(environ, repository / "deep")
    assert seen is not None
    assert seen.dirty is True


def test_a_bare_commit_has_no_ref(repository: Path, environ: dict[str, str]) -> None:
    git(environ, repository, "checkout", "--detach")
    seen = checkout(environ, repository)
    assert seen is not None
    assert (bool(seen.commit), seen.ref) == (True, None)


def test_ci_knows_better(repository: Path, environ: dict[str, str]) -> None:
    ci = environ | {"GITHUB_SHA": "c0ffee", "GITHUB_REF": "refs/pull/7/merge"}
    assert checkout(ci, repository) == Checkout("c0ffee", "refs/pull/7/merge", dirty=False)


def test_no_commit_yet(tmp_path: Path, environ: dict[str, str]) -> None:
    git(environ, tmp_path, "init", "--initial-branch=main")
    assert checkout(environ, tmp_path) == Checkout(None, "refs/heads/main", dirty=False)


@pytest.mark.parametrize("path", ["", "/nowhere"])
def test_no_git_at_all(repository: Path, environ: dict[str, str], path: str) -> None:
    assert checkout(environ | {"PATH": path}, repository) is None


def test_no_repository(tmp_path: Path, environ: dict[str, str]) -> None:
    assert checkout(environ, tmp_path) is None


def test_git_that_never_answers(repository: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def patient(*words: object, timeout: float, **options: object) -> None:
        raise subprocess.TimeoutExpired("git", timeout)

    monkeypatch.setattr(subprocess, "run", patient)
    assert checkout(environ, repository) is None

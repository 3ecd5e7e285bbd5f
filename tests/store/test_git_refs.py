"""What git and CI's variables say of where a file comes from: GitLab's names of refs, the real commit, real changes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sso_sync.store.git import altered, checkout, head
from tests.store.test_git import environ, git, repository

__all__ = ["environ", "repository"]  # fixtures


@pytest.mark.parametrize(
    ("variables", "ref"),
    [
        ({"CI_COMMIT_REF_NAME": "main"}, "refs/heads/main"),
        ({"CI_COMMIT_BRANCH": "main", "CI_COMMIT_REF_NAME": "main"}, "refs/heads/main"),
        ({"CI_COMMIT_TAG": "v1", "CI_COMMIT_REF_NAME": "v1"}, "refs/tags/v1"),
        (
            {"CI_COMMIT_REF_NAME": "main", "CI_MERGE_REQUEST_REF_PATH": "refs/merge-requests/3/merge"},
            "refs/merge-requests/3/merge",
        ),
        ({"CI_COMMIT_REF_NAME": "main", "CI_MERGE_REQUEST_IID": "3"}, "refs/merge-requests/3/head"),
        ({"CI_COMMIT_REF_NAME": "main", "GITHUB_REF": "refs/pull/7/merge"}, "refs/pull/7/merge"),
    ],
)
def test_gitlab_names_its_refs_otherwise(
    repository: Path, environ: dict[str, str], variables: dict[str, str], ref: str
) -> None:
    seen = checkout(environ | {"CI_COMMIT_SHA": "c0ffee"} | variables, repository)
    assert seen is not None
    assert (seen.ref, seen.commit) == (ref, "c0ffee")


def test_the_commit_that_is_checked_out_is_no_matter_of_variables(repository: Path, environ: dict[str, str]) -> None:
    here = git(environ, repository, "rev-parse", "HEAD")
    assert head(environ | {"GITHUB_SHA": "c0ffee", "CI_COMMIT_SHA": "c0ffee"}, repository) == here
    assert head(environ, repository.parent) is None


def test_files_that_are_not_as_committed(repository: Path, environ: dict[str, str]) -> None:
    spec, hidden, link = (repository / name for name in ("spec.yaml", "hidden.yaml", "link.yaml"))
    link.symlink_to(hidden)
    hidden.write_text("", encoding="utf-8")
    (repository / ".gitignore").write_text("hidden.yaml\n", encoding="utf-8")
    assert altered(environ, [spec]) == ()  # whatever else lies around, such as reports
    assert altered(environ, [spec, hidden]) == (str(hidden),)  # no change that git would show
    assert altered(environ, [link]) == (str(link),)  # what it leads to counts
    spec.write_text("version: 2\n", encoding="utf-8")
    assert altered(environ, [spec]) == (str(spec),)
    git(environ, repository, "add", "spec.yaml")
    assert altered(environ, [spec]) == (str(spec),)


def test_a_file_that_looks_like_a_pattern(repository: Path, environ: dict[str, str]) -> None:
    odd = repository / ":(top)*[a].yaml"
    odd.write_text("", encoding="utf-8")
    assert altered(environ, [odd]) == (str(odd),)
    git(environ, repository, "add", ".")
    git(environ, repository, "commit", "-m", "odd")
    assert altered(environ, [odd]) == ()


def test_nobody_can_say(repository: Path, environ: dict[str, str], tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text("", encoding="utf-8")
    assert altered(environ, [repository / "spec.yaml", outside]) is None
    assert altered(environ | {"PATH": os.devnull}, [repository / "spec.yaml"]) is None

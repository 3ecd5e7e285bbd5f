"""Which commit a plan was made from, as far as anybody can say, and which files changed since another one."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sso_sync.errors import SsoSyncError, UsageError

__all__ = ["Changes", "Checkout", "altered", "changes", "checkout", "committed", "head"]

_PATIENCE = 5.0  # seconds; a plan does not wait for a repository that takes longer to answer
_NOT_OURS = ":(top,exclude,glob)**/.sso-sync/**"


@dataclass(frozen=True, slots=True)
class Checkout:
    """A commit, the branch, tag or ref by which it was checked out, and whether there are changes on top of it."""

    commit: str | None
    ref: str | None
    dirty: bool | None


def checkout(environ: Mapping[str, str], folder: Path = Path()) -> Checkout | None:
    """What is checked out in `folder`; None outside of a repository. What nobody can say is None in it.

    The variables of GitHub and GitLab come first: CI checks out a bare commit, and only they know which ref it stands
    for.
    """
    status = _git(environ, folder, "status", "--porcelain", "--", ":/", _NOT_OURS)
    commit = environ.get("GITHUB_SHA") or environ.get("CI_COMMIT_SHA") or head(environ, folder)
    ref = environ.get("GITHUB_REF") or _gitlab_ref(environ) or _git(environ, folder, "symbolic-ref", "--quiet", "HEAD")
    if not commit and not ref and status is None:
        return None
    return Checkout(commit or None, ref or None, None if status is None else bool(status))


def head(environ: Mapping[str, str], folder: Path) -> str | None:
    """The commit that is checked out, whatever CI says; None where nobody can say."""
    return _git(environ, folder, "rev-parse", "--verify", "HEAD") or None


def altered(environ: Mapping[str, str], files: Iterable[Path]) -> tuple[str, ...] | None:
    """Which of the files are not as the commit has them, in their order; None where nobody can say of one of them.

    A file that git was told to ignore is in no commit either.
    """
    found = []
    for file in files:
        there = Path(os.path.realpath(file))
        words = ("status", "--porcelain", "--ignored", "--untracked-files=all", "--", f":(literal){there.name}")
        status = _git(environ, there.parent, *words)
        if status is None:
            return None
        if status:
            found.append(str(file))
    return tuple(found)


def _gitlab_ref(environ: Mapping[str, str]) -> str | None:
    """GitLab names branch and tag without their prefix; a merge request has a ref of its own (its CI variables)."""
    if (request := environ.get("CI_MERGE_REQUEST_REF_PATH")) or environ.get("CI_MERGE_REQUEST_IID"):
        return request or f"refs/merge-requests/{environ['CI_MERGE_REQUEST_IID']}/head"
    if tag := environ.get("CI_COMMIT_TAG"):
        return f"refs/tags/{tag}"
    branch = environ.get("CI_COMMIT_BRANCH") or environ.get("CI_COMMIT_REF_NAME")
    return f"refs/heads/{branch}" if branch else None


def committed(environ: Mapping[str, str], file: Path, commit: str) -> str | None:
    """The text of a file as a commit (in hexadecimal) has it; None where nobody can say."""
    return _git(environ, file.parent, "show", f"{commit}:./{file.name}") or None


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since `base`, the commit that HEAD and the ref that was asked for have in common.

    All paths are absolute, with symbolic links resolved up to the last part. `tracked` are the files that git knows;
    of all others it cannot say whether they changed.
    """

    root: Path
    base: str
    changed: frozenset[Path]
    deleted: tuple[Path, ...]
    tracked: frozenset[Path]

    def touched(self, file: Path) -> bool:
        """Whether a file changed, or may have; for a symbolic link, also whether what it points at did.

        Raises SsoSyncError for a file outside of the repository.
        """
        places = {file.parent.resolve() / file.name, file.resolve()}
        outside = [place for place in places if not place.is_relative_to(self.root)]
        if outside:
            raise SsoSyncError.because(
                f"{file} lies outside of the git repository {self.root}, so it cannot be told whether it changed",
                next_action="Leave out --changed-since, or name specs of one repository.",
            )
        return any(place in self.changed or place not in self.tracked for place in places)

    def former(self, environ: Mapping[str, str], file: Path) -> str | None:
        """The text of a file of the repository as it was at the base; None where there was none."""
        return _git(environ, self.root, "show", f"{self.base}:{file.relative_to(self.root).as_posix()}") or None


def changes(environ: Mapping[str, str], folder: Path, ref: str) -> Changes:
    """What changed in the repository around `folder` since it left `ref`: commits, and what is not committed yet.

    Raises UsageError for a ref that git does not know, SsoSyncError where there is no repository, or not enough of it.
    """
    top = _git(environ, folder, "rev-parse", "--show-toplevel")
    if not top:
        raise SsoSyncError.because(
            f"It cannot be told what changed since {ref}: {folder.absolute()} is in no git repository",
            next_action="Run it in a clone, where git is installed, or leave out --changed-since.",
        )
    root = Path(top)
    commit = _git(environ, root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if not commit:
        raise UsageError.because(
            f"--changed-since: git knows no commit {ref!r}",
            next_action="Name a branch, a tag or a commit of this clone; CI must fetch it first (fetch-depth: 0).",
        )
    base = _git(environ, root, "merge-base", commit, "HEAD")
    listed = _git(environ, root, "ls-files", "-z")
    found = base and _git(environ, root, "diff", "--name-status", "-z", "--no-renames", "--no-ext-diff", base, "--")
    if not base or listed is None or found is None:
        raise SsoSyncError.because(
            f"It cannot be told what changed since {ref}: git does not find the commit where this branch left it",
            next_action="Fetch the whole history (in GitHub Actions: fetch-depth: 0).",
        )
    words = found.split("\0")[:-1] if found.endswith("\0") else found.split("\0")
    states = [(root / name, state) for state, name in zip(words[::2], words[1::2], strict=False)]
    return Changes(
        root,
        base,
        frozenset(path for path, _ in states),
        tuple(path for path, state in states if state == "D"),
        frozenset(root / name for name in listed.split("\0") if name),
    )


def _git(environ: Mapping[str, str], folder: Path, *words: str) -> str | None:
    program = shutil.which("git", path=environ.get("PATH"))
    if program is None:
        return None
    try:
        ran = subprocess.run(  # noqa: S603 - fixed words, no shell
            [program, "-c", "core.fsmonitor=false", *words],
            cwd=folder,
            env={**environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return os.fsdecode(ran.stdout).strip() if ran.returncode == 0 else None

"""Which commit a plan was made from, as far as anybody can say: from CI's variables, or from git itself."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Checkout", "checkout", "committed"]

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

    GITHUB_SHA and GITHUB_REF come first: CI checks out a bare commit, and only they know which ref it stands for.
    """
    status = _git(environ, folder, "status", "--porcelain", "--", ":/", _NOT_OURS)
    commit = environ.get("GITHUB_SHA") or _git(environ, folder, "rev-parse", "--verify", "HEAD")
    ref = environ.get("GITHUB_REF") or _git(environ, folder, "symbolic-ref", "--quiet", "HEAD")
    if not commit and not ref and status is None:
        return None
    return Checkout(commit or None, ref or None, None if status is None else bool(status))


def committed(environ: Mapping[str, str], file: Path, commit: str) -> str | None:
    """The text of a file as a commit (in hexadecimal) has it; None where nobody can say."""
    return _git(environ, file.parent, "show", f"{commit}:./{file.name}") or None


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
    return ran.stdout.decode("utf-8", "replace").strip() if ran.returncode == 0 else None

"""What comments and issues have in common: a text that is found again, and what becomes of a failure to write it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

from api import ApiError
from runner import given, told

__all__ = ["failed", "ours", "report"]

_LONGEST = 65_536  # characters, the limit of GitHub
_DENIED = (401, 403, 404)


def _mark() -> str:
    """A hidden first line, the same for every run of this command on these specs, whatever came of it."""
    about = "\0".join((given("WORKING_DIRECTORY"), given("SPECS")))
    digest = hashlib.sha256(about.encode()).hexdigest()[:16]
    return f"<!-- sso-sync-action:{given('COMMAND')}:{digest} -->"


def ours(entry: dict[str, Any], author: str) -> bool:
    """Whether an earlier run wrote a comment or an issue. Anybody can copy the mark, so its author counts as well."""
    writer = entry.get("user") or {}  # nobody, once the account is gone
    return writer.get("login") == author and (entry.get("body") or "").startswith(_mark())


def report() -> str:
    """The report under its mark, with a link to the run if there is room for it."""
    text = f"{_mark()}\n{Path(os.environ['REPORT']).read_text(encoding='utf-8').rstrip()}\n"
    server, repository, run = (os.environ.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "RUN_ID"))
    link = f"\n[The run]({server}/{repository}/actions/runs/{run})\n" if run else ""
    return text + link if len(text) + len(link) <= _LONGEST else text[:_LONGEST]


def failed(what: str, problem: ApiError) -> int:
    """Says that something could not be written. The run itself is not touched by it."""
    if problem.status in _DENIED:
        told("notice", f"{what} was not written: the token may not. {problem}. Pull requests from forks are read-only.")
    else:
        told("warning", f"{what} was not written. {problem}.")
    return 0

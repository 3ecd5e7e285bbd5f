"""Where a connection's spec was checked out from, and whether that is what its files really are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sso_sync.plan.origin import Origin
from sso_sync.spec.connection import Connection
from sso_sync.store.git import altered, checkout, head

__all__ = ["origin"]

_MUTE = "there is no git, no repository, or none that git trusts here (safe.directory)"


def origin(connection: Connection, environ: Mapping[str, str], *, applying: bool) -> Origin | None:
    """What the guard `refs` goes by; None for a spec without it, for which git is not asked.

    CI's variables name the ref that a run is about, and a job may check out something else: what a pull request
    proposes, for one. So their word counts only for the very commit that is checked out, without changes on top.
    """
    if connection.spec.guards.refs is None:
        return None
    folder = connection.path.parent
    seen = checkout(environ, folder)
    if seen is None:
        return Origin(None, f"Nobody can tell where it comes from: {_MUTE}.", applying)
    return Origin(seen.ref, _doubt(connection, environ, folder, seen.ref, seen.commit), applying)


def _doubt(
    connection: Connection, environ: Mapping[str, str], folder: Path, ref: str | None, commit: str | None
) -> str | None:
    if ref is None:
        return "A commit is checked out by itself, and nothing says which ref it stands for."
    here = head(environ, folder)
    if here is None:
        return f"It is said to come from {ref}, but nobody can tell which commit this is: {_MUTE}."
    if commit != here:
        return f"The run is about {ref}, but another commit is checked out: {here[:12]}, not {(commit or '')[:12]}."
    changed = altered(environ, _files(connection))
    if changed is None:
        return f"It is said to come from {ref}, but nobody can tell whether it was changed since: {_MUTE}."
    if changed:
        return f"It is not as {ref} has it; changed or not committed: {', '.join(changed)}."
    return None


def _files(connection: Connection) -> tuple[Path, ...]:
    """Everything that the spec is made of: the file itself, what it extends, and its page map."""
    bases = {Path(mark.file) for mark in connection.marks.values()}
    page_map = connection.page_map_file
    return tuple(sorted({connection.path, *bases, *([page_map] if page_map else [])}))

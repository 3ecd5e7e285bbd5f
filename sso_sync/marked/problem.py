"""Errors that point at a place in a file: the one way in which reading complains."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sso_sync.errors import Diagnostic
from sso_sync.marked.place import Mark

__all__ = ["by_place", "error_at", "file_name", "quoted"]

_LONGEST = 60  # characters of a text that a message repeats


def error_at(mark: Mark, summary: str, *, detail: str | None = None, next_action: str | None = None) -> Diagnostic:
    """An error diagnostic at `mark`."""
    found = Diagnostic("error", summary, detail=detail, next_action=next_action)
    return found.at(mark.file, mark.line, mark.column)


def by_place(diagnostics: Iterable[Diagnostic], files: Iterable[str] = ()) -> tuple[Diagnostic, ...]:
    """Each diagnostic once, in the order in which somebody reads: file by file, `files` first, from top to bottom."""
    unique = tuple(dict.fromkeys(diagnostics))
    order = {file: index for index, file in enumerate(dict.fromkeys((*files, *(found.file for found in unique))))}
    return tuple(sorted(unique, key=lambda found: (order[found.file], found.line or 0, found.column or 0)))


def quoted(text: object, longest: int = _LONGEST) -> str:
    """`text` in backticks, safe to print: shortened, and without anything that could steer a terminal."""
    whole = str(text)
    shown = whole if len(whole) <= longest else f"{whole[:longest]}…"
    if not shown.isprintable():
        shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in shown)
    return f"`{shown}`"


def file_name(path: Path) -> str:
    """A path in full, safe to print."""
    return quoted(path, longest=4096)

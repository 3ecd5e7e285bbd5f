"""The mark that says which connection manages an app: a line of its own in the app's notes.

OneLogin has no labels, and names are not unique (fact sheet §5.1); the notes are the one free text that only
administrators see. So two connections never fight over one app, and an interrupted create is recognised (lesson A11).
"""

from __future__ import annotations

import re

from sso_sync.onelogin.texts import plain

__all__ = ["mark", "marked", "owner"]

_WORDS = "managed by sso-sync:"
_MARK = re.compile(rf"^[ \t]*{_WORDS}[ \t]*(\S[^\r\n]*?)[ \t]*(?:\r?\n|\r|\Z)", re.MULTILINE)


def mark(connection: str) -> str:
    """The mark of `connection`."""
    return f"{_WORDS} {connection}"


def owner(notes: str | None) -> str | None:
    """The connection that the notes name, None for an unmarked app."""
    found = _MARK.search(plain(notes or ""))
    return found.group(1) if found else None


def marked(notes: str | None, connection: str) -> str:
    """`notes` with the mark of `connection`: in place of a former mark, else as a last line. The rest is kept."""
    if not notes or not notes.strip():
        return mark(connection)
    if owner(notes) == connection and len(_MARK.findall(notes)) == 1:
        return notes
    rest = _MARK.sub("", notes).rstrip("\r\n")
    return f"{rest}\n{mark(connection)}" if rest.strip() else mark(connection)

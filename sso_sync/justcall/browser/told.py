"""What a page, or the browser, says: fit to be repeated in a message or a file."""

from __future__ import annotations

import re

from sso_sync.safe import visible

__all__ = ["EMAIL", "clipped", "first_line", "without_emails"]

_MOST = 200  # characters of somebody else's text in a message of ours
EMAIL = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


def without_emails(text: str) -> str:
    """`text` with every e-mail address masked."""
    return EMAIL.sub("***@***", text)


def clipped(text: str) -> str:
    """Somebody else's text on one line: white space folded, e-mail addresses masked, at most 200 characters."""
    folded = visible(" ".join(without_emails(text).split()))
    return folded if len(folded) <= _MOST else f"{folded[:_MOST]}…"


def first_line(problem: Exception) -> str:
    """What an exception of Playwright says, without its call log, which quotes the page at length."""
    lines = str(problem).strip().splitlines()
    return clipped(lines[0]) if lines else type(problem).__name__

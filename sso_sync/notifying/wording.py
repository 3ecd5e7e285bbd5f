"""Names inside a message that may become plain text, Markdown, HTML or a chat's own markup: none of them reads it so.

Nobody knows which of these a service makes of it, so there is no escaping that is right for all. What could act is
shown by its full-width twin, which means nothing to any of them and which a reader still understands. A backtick
becomes an apostrophe: our own sentences have them around commands.
"""

from __future__ import annotations

import re

from sso_sync.safe import visible

__all__ = ["code", "prose"]

_FULL_WIDTH = 0xFEE0  # from an ASCII character to its full-width twin
_ACTIVE = re.compile(
    r"[\\*~\[\]<>&|$^#{}!]"  # Markdown, HTML, Slack's <!channel>
    r"|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"  # emphasis; within a word it is none
    r"|:(?=//)|(?<=\bwww)\."  # what makes a bare address a link
    r"|(?<![A-Za-z0-9.+-])@|@(?=(?:all|channel|everyone|here|room|team)\b)",  # mentions; an e-mail is none
    re.IGNORECASE | re.ASCII,
)


def prose(text: str) -> str:
    """A sentence that may hold names, on one line."""
    return _ACTIVE.sub(lambda found: chr(ord(found[0]) + _FULL_WIDTH), visible(text).replace("`", "'"))


def code(text: str) -> str:
    """A name, an address or a command, set apart: within code no service looks for links."""
    return f"`{prose(text)}`"

"""Text from outside inside Markdown: shown as it is, never read as Markdown, HTML, a link, a reference or a mention.

Entities keep a Markdown parser from seeing structure. They do not keep a site such as GitHub from finding `@everyone`
in the rendered text afterwards; only code elements are left alone there, so whatever could be picked up goes into one.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from sso_sync.safe import visible

__all__ = ["code", "preformatted", "prose"]

# Emphasis, code, HTML, tables, links, mathematics, mentions; the colon and the dot that make a bare address a link.
_STRUCTURE = re.compile(
    r"[\\`*~\[\]<>&|@$^#{}!]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=/)|(?<=www)\.", re.IGNORECASE | re.ASCII
)
_SPACES = re.compile(r"(?<= ) ")
_WORD = re.compile(r"(?P<word>\S*?)(?P<end>[.,;:?)]*)(?P<space>\s+|$)")
_PLAIN_WORD = re.compile("[\\w.,;:?'\"()\N{EN DASH}\N{RIGHTWARDS ARROW}…-]*")
_PICKED_UP = re.compile(r"_|www\.", re.IGNORECASE)


def code(text: str) -> str:
    """`text` in a code element; nothing for no text."""
    return f"<code>{_entities(visible(text))}</code>" if text else ""


def prose(text: str) -> str:
    """A sentence that may hold names: plain words stay prose, everything else becomes code."""
    return "".join(map(_word, _WORD.finditer(visible(text))))


def preformatted(lines: Iterable[str]) -> str:
    """Lines that keep their form, as an HTML block."""
    return "<pre>\n" + "\n".join(html.escape(visible(one)) or " " for one in lines) + "\n</pre>"


def _word(match: re.Match[str]) -> str:
    word, end = match["word"], match["end"]
    plain = _PLAIN_WORD.fullmatch(word) and not _PICKED_UP.search(word + end)
    shown = word + end if plain else code(word) + end
    return shown + (" " if match["space"] else "")


def _entities(text: str) -> str:
    escaped = _STRUCTURE.sub(lambda match: f"&#{ord(match[0])};", text)
    return _SPACES.sub("&#160;", escaped)

"""How a name of the page map is compared with what a page says.

A page may write a label in capitals, over two lines, or with the `*` of a required field; those are the same name. A
name within a longer one is another name: "Entity ID" is not "Issuer / Entity ID".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["any_of", "folded", "mentioned", "name_pattern"]

_TAIL = re.compile(r"[\s*:]+$")


def folded(name: str) -> str:
    """The name without what does not count: two names that fold alike are one."""
    return " ".join(_TAIL.sub("", name).split()).casefold()


def name_pattern(name: str) -> re.Pattern[str]:
    """What a whole accessible name has to match: ignoring case, white space, and a `*` or `:` at the end.

    Browsers get the pattern as a JavaScript one, within a selector. So punctuation is written as an escape that means
    the same everywhere and closes nothing. Raises ValueError for a name that consists of nothing else.
    """
    words = _TAIL.sub("", name).split()
    if not words:
        raise ValueError(f"{name!r} is no name")
    return re.compile(rf"^\s*{_words(words)}[\s*:]*$", re.IGNORECASE)


def any_of(names: Iterable[str]) -> re.Pattern[str]:
    """What a whole accessible name has to match to be one of `names`. Raises ValueError like `name_pattern`."""
    return re.compile("|".join(name_pattern(name).pattern for name in names), re.IGNORECASE)


def mentioned(text: str, phrases: Iterable[str]) -> str | None:
    """The first phrase that stands in `text` as whole words, in any case: "unsaved" does not mention "saved"."""
    for phrase in phrases:
        if re.search(rf"(?<!\w){_words(phrase.split())}(?!\w)", text, re.IGNORECASE):
            return phrase
    return None


def _words(words: Iterable[str]) -> str:
    return r"\s+".join("".join(_plain(char) for char in word) for word in words)


def _plain(char: str) -> str:
    return char if char.isalnum() or not char.isascii() else f"\\x{ord(char):02x}"

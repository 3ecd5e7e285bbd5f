"""Exact values for people's eyes: shown as they are, but unable to steer the terminal."""

from __future__ import annotations

import unicodedata

__all__ = ["visible"]


def visible(text: str) -> str:
    """`text` on one line, with control and invisible formatting characters written out (`\\x1b`, `\\u202e`)."""
    return "".join(_written_out(char) for char in text)


def _written_out(char: str) -> str:
    if char == " " or unicodedata.category(char)[0] not in "CZ":
        return char
    return char.encode("unicode_escape").decode()

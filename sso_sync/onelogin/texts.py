"""Comparing texts with OneLogin, which may answer `A &amp; B` for what was sent as `A & B` (quirk 23, unsure)."""

from __future__ import annotations

import html

__all__ = ["plain", "same_text"]


def plain(text: str) -> str:
    """`text` without HTML escapes."""
    return html.unescape(text)


def same_text(one: str, other: str) -> bool:
    """Whether both are equal, as they are or once unescaped: a name may really hold `&amp;`."""
    return one == other or plain(one) == plain(other)

"""Cutting long text to a width without cutting away what matters: the difference between two values stays visible."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from sso_sync.safe import looks

__all__ = ["ELLIPSIS", "NARROWEST", "shorten", "shorten_pair"]

ELLIPSIS = "…"
NARROWEST = 16
"""No text is cut to fewer terminal cells than this, whatever width is asked for."""
_CONTEXT = 3  # characters shown before the first difference


def shorten(text: str, width: int) -> str:
    """`text` in at most `width` terminal cells, shortened in the middle: both ends of a URL tell something."""
    width = max(width, NARROWEST)
    if cell_len(text) <= width:
        return text
    tail = (width - 1) // 2
    return _head(text, width - 1 - tail) + ELLIPSIS + _tail(text, tail)


def shorten_pair(one: str, other: str, width: int) -> tuple[str, str]:
    """Both texts in at most `width` cells each; two texts that look different still do afterwards."""
    width = max(width, NARROWEST)
    short = shorten(one, width), shorten(other, width)
    one, other = looks(one), looks(other)
    if looks(short[0]) != looks(short[1]) or one == other:
        return short
    start = max(_first_difference(one, other) - _CONTEXT, 0)
    return _window(one, start, width), _window(other, start, width)


def _first_difference(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (left, right) in pairs if left != right), min(len(one), len(other)))


def _window(text: str, start: int, width: int) -> str:
    rest = (ELLIPSIS if start else "") + text[start:]
    return rest if cell_len(rest) <= width else _head(rest, width - 1) + ELLIPSIS


def _head(text: str, width: int) -> str:
    # A wide character on the edge leaves a blank behind.
    return set_cell_size(text, width).rstrip(" ") if cell_len(text) > width else text


def _tail(text: str, width: int) -> str:
    taken, cells = 0, 0
    for character in reversed(text):
        cells += cell_len(character)
        if cells > width:
            break
        taken += 1
    return text[len(text) - taken :]

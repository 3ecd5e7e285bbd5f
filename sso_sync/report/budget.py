"""Keeping a comment below a size: GitHub takes 65,536 characters and refuses the whole comment for one more.

What matters stands first, so the end goes first: folded parts from the last to the first, then blocks, then lines.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["BUDGET", "fitted"]

BUDGET = 60_000
"""Bytes of UTF-8: never fewer than characters, and some are left for what a workflow writes around it."""

_FOLDED, _SUMMARY = "<details><summary>", "</summary>"
_WHOLE = ("<details>", "<pre>", "<!--")  # blocks that must be closed again are kept whole or not at all
_LEFT_OUT = "**The rest was left out: a comment has room for no more. The text format keeps it all.**"


def fitted(blocks: Sequence[str], budget: int = BUDGET) -> list[str]:
    """The blocks, shortened so that all of them, an empty line between each, are at most `budget` bytes."""
    kept = list(blocks)
    for place in range(len(kept) - 1, -1, -1):
        if _size(kept) <= budget:
            return kept
        if kept[place].startswith(_FOLDED):
            title = kept[place].removeprefix(_FOLDED).partition(_SUMMARY)[0]
            kept[place] = f"{title} (left out: too long for a comment)"
    return kept if _size(kept) <= budget else _cut(kept, budget)


def _cut(blocks: Sequence[str], budget: int) -> list[str]:
    """As many blocks as fit, the last of them cut between two lines."""
    room = budget - _size([_LEFT_OUT])
    kept: list[str] = []
    for block in blocks:
        if _size([block]) > room:
            part = "" if block.startswith(_WHOLE) else _lines(block, room)
            return [*kept, *([part] if part else []), _LEFT_OUT]
        kept.append(block)
        room -= _size([block])
    return kept


def _lines(block: str, room: int) -> str:
    kept: list[str] = []
    for line in block.splitlines():
        if _size(["\n".join([*kept, line])]) > room:
            break
        kept.append(line)
    return "\n".join(kept)


def _size(blocks: Sequence[str]) -> int:
    """Bytes of the blocks with two line ends after each."""
    return sum(len(block.encode("utf-8", "backslashreplace")) + 2 for block in blocks)

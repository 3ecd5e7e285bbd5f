"""From styled lines to one string, with or without colour. Nothing that is drawn is ever read as markup."""

from __future__ import annotations

import io
from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

__all__ = ["draw", "line"]

Piece = str | tuple[str, str]


def line(*pieces: Piece) -> Text:
    """One line of text; a piece is plain, or text with a style such as "bold" or "dim"."""
    return Text.assemble(*pieces)


def draw(lines: Iterable[Text], *, colour: bool) -> str:
    """The lines as one string that ends in a newline; lines are never wrapped or cut here."""
    with io.StringIO() as target:
        console = Console(
            file=target,
            force_terminal=colour,
            color_system="standard" if colour else None,
            no_color=not colour,
            legacy_windows=False,
            markup=False,
            emoji=False,
            highlight=False,
            soft_wrap=True,
            _environ={},
        )
        for one in lines:
            one.rstrip()
            console.print(one)
        return target.getvalue()

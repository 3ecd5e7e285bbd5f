"""What a chapter of the page is made of. `kind` names the template that draws a block, and escapes all its words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from sso_sync.report.html.badges import Badge
from sso_sync.report.html.people import Access

__all__ = ["Block", "Cell", "Chapter", "Diff", "DiffRow", "Facts", "Figure", "Lines", "Note", "Notes", "Table", "Text"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table. `code`: it is a value and no prose. `number`: it lines up to the right."""

    text: str = ""
    badge: Badge | None = None
    code: bool = False
    number: bool = False
    link: str | None = None


@dataclass(frozen=True)
class Table:
    """`more` says what was left out; `folded` shows the caption alone until somebody opens it."""

    kind: ClassVar[str] = "table"
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    folded: bool = False
    more: str | None = None
    title: str | None = None


@dataclass(frozen=True)
class Note:
    """A diagnostic, a refusal, or a sentence that wants a sign."""

    badge: Badge
    summary: str
    where: str | None = None
    details: tuple[str, ...] = ()
    next_action: str | None = None


@dataclass(frozen=True)
class Notes:
    kind: ClassVar[str] = "notes"
    title: str
    items: tuple[Note, ...]


@dataclass(frozen=True)
class DiffRow:
    """A change. `prefix` and `name` make its address. `parts` are key, before and after of what differs inside."""

    sign: str
    action: str
    prefix: str
    name: str
    before: str | None = None
    after: str | None = None
    parts: tuple[tuple[str, str, str], ...] = ()
    aside: bool = False
    reason: str | None = None
    origin: str | None = None


@dataclass(frozen=True)
class Diff:
    """One side of a plan: where it is, how it was read, and what differs."""

    kind: ClassVar[str] = "diff"
    title: str
    badge: Badge
    place: str
    error: str | None
    rows: tuple[DiffRow, ...]
    more: str | None = None
    folded: bool = False


@dataclass(frozen=True)
class Facts:
    """Labels and what belongs to them; `code` values are set as such."""

    kind: ClassVar[str] = "facts"
    rows: tuple[tuple[str, str], ...]
    title: str | None = None


@dataclass(frozen=True)
class Lines:
    """Text that keeps its form; `folded` shows the title alone until somebody opens it."""

    kind: ClassVar[str] = "lines"
    title: str
    lines: tuple[str, ...]
    folded: bool = False


@dataclass(frozen=True)
class Text:
    """A sentence of ours, or a command to type behind it."""

    kind: ClassVar[str] = "text"
    text: str
    command: str | None = None
    after: str = ""


@dataclass(frozen=True)
class Figure:
    """A chart: `shape` names the template that draws `chart`. `describes` says in words what it shows.

    `tables` hold the same data for whoever cannot see it, or wants to know exactly.
    """

    kind: ClassVar[str] = "figure"
    shape: str
    title: str
    describes: str
    chart: object
    tables: tuple[Table, ...] = ()
    note: str | None = None


Block = Table | Notes | Diff | Facts | Lines | Text | Figure | Access


@dataclass(frozen=True)
class Chapter:
    """One connection. `anchor` is its place on the page; `badges` its state first."""

    anchor: str
    name: str
    path: str | None
    badges: tuple[Badge, ...]
    headline: str
    blocks: tuple[Block, ...] = field(default=())

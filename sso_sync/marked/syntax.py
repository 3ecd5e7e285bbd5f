"""A YAML parser's complaint in words that people understand, at the place where they have to look.

PyYAML has two parsers that speak differently (libyaml's and its own); the patterns below know both. No message repeats
text of the file beyond one character: what stands there may be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from yaml import MarkedYAMLError

from sso_sync.errors import Diagnostic
from sso_sync.marked.kind import FileKind
from sso_sync.marked.place import Mark
from sso_sync.marked.problem import error_at

__all__ = ["explain"]

_QUOTE = "Put the value into single quotes: '…'."
_ALIGN = "Give all keys of one mapping, and all dashes of one list, the same indentation: two spaces per level."
_TAB_INDENT = re.compile(r" *\t")
_MAX_LINES = 10


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the parser stopped (`here`), where it thinks the trouble began (`start`), and the text, to look around.

    `kind` is what the file is meant to be.
    """

    here: Mark
    start: Mark
    lines: list[str]
    kind: FileKind[Any]

    @property
    def char(self) -> str:
        """The character at `here`, or ""."""
        line = self.lines[self.here.line - 1] if self.here.line <= len(self.lines) else ""
        return line[self.here.column - 1 : self.here.column]

    @property
    def before(self) -> str:
        """What stands before `here` on its line."""
        line = self.lines[self.here.line - 1] if self.here.line <= len(self.lines) else ""
        return line[: self.here.column - 1]


def explain(error: MarkedYAMLError, text: str, file: str, kind: FileKind[Any]) -> Diagnostic:
    """The diagnostic for what a PyYAML parser raised while reading `text`."""
    here = _mark(error.problem_mark, file) or _mark(error.context_mark, file) or Mark(file, 1, 1)
    place = _Place(here, _mark(error.context_mark, file) or here, text.split("\n"), kind)
    if place.char == "\t" or "tab character" in (error.problem or ""):
        return _tabs(place)
    complaint = f"{error.context or ''}: {error.problem or ''}"
    for pattern, say in _SAYINGS:
        if pattern.search(complaint):
            return say(place)
    return error_at(here, "This is not valid YAML", next_action=f"Compare this line with {kind.examples}.")


def _mark(mark: object, file: str) -> Mark | None:
    line, column = getattr(mark, "line", None), getattr(mark, "column", None)
    return Mark(file, line + 1, column + 1) if isinstance(line, int) and isinstance(column, int) else None


def _tabs(place: _Place) -> Diagnostic:
    lines = [number for number, line in enumerate(place.lines, 1) if _TAB_INDENT.match(line)]
    shown = ", ".join(str(line) for line in lines[:_MAX_LINES]) + (", …" if len(lines) > _MAX_LINES else "")
    return error_at(
        place.here,
        "A tab is used for indentation; YAML takes only spaces",
        detail=f"Lines that begin with a tab: {shown}." if len(lines) > 1 else None,
        next_action="Replace tabs by two spaces each (most editors: “Convert indentation to spaces”).",
    )


def _second_colon(place: _Place) -> Diagnostic:
    if re.search(r":\s+\S", place.before):
        return error_at(
            place.here,
            "The value on this line contains a second `:`",
            detail="A colon followed by a space begins a value, so a value that contains one needs quotes.",
            next_action=_QUOTE,
        )
    return error_at(
        place.here,
        "A key cannot stand here",
        detail="The line is indented deeper than its neighbours, or the one above lacks a colon or the space after it.",
        next_action=_ALIGN,
    )


def _misaligned(place: _Place) -> Diagnostic:
    if place.char == ":":
        return error_at(place.here, "A key is missing here", next_action="Write the key before the colon.")
    if place.before.strip(" -"):
        return error_at(
            place.here,
            "This does not belong to the value before it",
            detail="A value in quotes or brackets ends where they close.",
            next_action="Put the whole value into quotes, or begin a comment with ` #`.",
        )
    return error_at(
        place.here,
        "The indentation of this line does not fit the lines above",
        detail=f"It should line up with line {place.start.line}, where this mapping or list begins.",
        next_action=_ALIGN,
    )


def _directive(place: _Place) -> Diagnostic:
    return error_at(
        place.here, f"Lines that begin with `%` are not used in {place.kind.many}", next_action="Remove the line."
    )


def _bad_first_character(place: _Place) -> Diagnostic:
    char = "a backtick" if place.char == "`" else f"`{place.char}`"
    return error_at(place.here, f"A value cannot begin with {char}", next_action=_QUOTE)


def _unclosed(what: str, closing: str) -> Callable[[_Place], Diagnostic]:
    def say(place: _Place) -> Diagnostic:
        return error_at(
            place.start,
            f"This {what} is not closed",
            detail=f"Something else was found on line {place.here.line}.",
            next_action=f"Add the missing {closing}.",
        )

    return say


def _saying(
    at: Literal["here", "start"], summary: str, next_action: str, detail: str | None = None
) -> Callable[[_Place], Diagnostic]:
    def say(place: _Place) -> Diagnostic:
        mark = place.here if at == "here" else place.start
        return error_at(mark, summary, detail=detail, next_action=next_action)

    return say


_SAYINGS: tuple[tuple[re.Pattern[str], Callable[[_Place], Diagnostic]], ...] = tuple(
    (re.compile(pattern), say)
    for pattern, say in (
        (r"mapping values are not allowed", _second_colon),
        (r"cannot start any token", _bad_first_character),
        (r"quoted scalar: found unexpected (end of stream|document)", _unclosed("quote", "quote at the end")),
        (
            r"escape (character|code|sequence)|hexdecimal",
            _saying(
                "here",
                "In double quotes `\\` begins an escape, and this is none",
                "Use single quotes: they take regular expressions and Windows paths as they are.",
            ),
        ),
        (r"',' or '\]'", _unclosed("list", "`]` or comma")),
        (r"',' or '}'", _unclosed("mapping", "`}` or comma")),
        (
            r"node content",
            _saying(
                "here",
                "A value is missing here",
                "Remove the superfluous comma or bracket, or put quotes around text that begins with one.",
            ),
        ),
        (
            r"could not find expected ':'",
            _saying("start", "This line has no `:` after its key", "Write `key: value`, with a space after the colon."),
        ),
        (
            r"sequence entries are not allowed",
            _saying(
                "here",
                "A list cannot begin on the line of its key",
                "Put `- …` on the next line, or write the list as [one, two].",
            ),
        ),
        (r"mapping keys are not allowed", _saying("here", "A value cannot begin with `? `", _QUOTE)),
        (
            r"scanning an? (alias|anchor)",
            _saying("start", "A value cannot begin with `*` or `&` unless it is quoted", _QUOTE),
        ),
        (
            r"scanning a tag: .*(whitespace|' ')",
            _saying(
                "here",
                "A tag needs a space after it",
                "Write `{key: !unmanaged }` with a space before the bracket, or the key on a line of its own.",
            ),
        ),
        (r"tag", _saying("start", "A value cannot begin with `!` unless it is quoted", _QUOTE)),
        (
            r"block scalar",
            _saying("here", "After `|` or `>` the text begins on the next line", "Move the text to the next line."),
        ),
        (
            r"document start",
            _saying("here", "Nothing may follow the end of the document", "Remove what follows the `...` line."),
        ),
        (
            r"directive|incompatible YAML",
            _directive,
        ),
        (r"expected (key|'-' indicator|<block end>)", _misaligned),
    )
)

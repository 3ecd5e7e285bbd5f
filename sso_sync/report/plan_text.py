"""A plan as text that a reviewer reads with pleasure: one line a change, aligned, what matters most last."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from sso_sync.plan.model import Action, Expiry, Plan, SideInfo
from sso_sync.report.diagnostics import diagnostic_lines, refusal_lines
from sso_sync.report.drawing import line
from sso_sync.report.ignored import ignored_words
from sso_sync.report.interface import Style
from sso_sync.report.rows import MARKERS, TITLES, Row, Section, sections
from sso_sync.report.shorten import NARROWEST, shorten, shorten_pair
from sso_sync.report.signing import certificate_words, impact_words
from sso_sync.report.summary import KEEP, access, findings, in_sync, in_sync_words, next_command, stopped, verdict
from sso_sync.report.values import NOT_SET
from sso_sync.safe import visible

__all__ = ["change_lines", "heading", "ignored_lines", "impact_lines", "plan_lines"]

_COLOURS = {
    Action.CREATE: "green",
    Action.UPDATE: "yellow",
    Action.DELETE: "red",
    Action.MANUAL: "magenta",
    Action.UNKNOWN: "cyan",
}
_EXPIRY = {Expiry.GOOD: "dim", Expiry.WARN: "yellow", Expiry.FAIL: "bold red", Expiry.EXPIRED: "bold red"}
_ARROW = " -> "
_GAP = 2


def plan_lines(plan: Plan, style: Style, *, next_step: bool = True, impacts: bool = True) -> list[Text]:
    """The whole plan; `next_step` adds the command that would apply it.

    `impacts` is False for whoever says them in a place of their own.
    """
    lines = [heading(plan), *_certificates(plan), line()]
    if not in_sync(plan):
        lines += [*change_lines(plan, style), line()]
    told = diagnostic_lines(findings(plan)) + refusal_lines(plan.refusals)
    lines += [*told, line()] if told else []
    hurt = impact_lines(plan) if impacts and plan.command == "plan" else []
    lines += [*hurt, line()] if hurt else []
    left = ignored_lines(plan)
    lines += [*left, line()] if left else []
    return lines + _summary(plan, next_command(plan, style) if next_step else None)


def heading(plan: Plan) -> Text:
    """Which connection, and the file it comes from."""
    return line((visible(plan.spec.name), "bold"), "  ", (visible(plan.spec.path), "dim"))


def impact_lines(plan: Plan) -> list[Text]:
    """What applying the plan does to people who sign in today, one line each."""
    return [line(("Impact: ", "bold yellow"), words) for words in impact_words(plan)]


def ignored_lines(plan: Plan) -> list[Text]:
    """What is left as it is, one quiet line for each rule."""
    return [line((f"Ignored: {words}", "dim")) for words in ignored_words(plan.ignored)]


def _certificates(plan: Plan) -> list[Text]:
    return [line((words, _EXPIRY[expiry] if expiry else "dim")) for words, expiry in certificate_words(plan)]


def change_lines(plan: Plan, style: Style) -> list[Text]:
    """Every change under the heading of its side, all names in one column."""
    parts = sections(plan, everybody=style.verbose)
    columns = _columns((row for part in parts for row in part.rows), style)
    return [one for part in parts for one in (_side(part.side, empty=not part.rows), *_section(part, columns))]


def _summary(plan: Plan, following: str | None) -> list[Text]:
    who = access(plan)
    if in_sync(plan):
        first = line((in_sync_words(plan), "bold green"), f" {who}" if who else "")
    else:
        first = line(*_verdict(plan), f" {who}" if who else "")
    lines = [first]
    if plan.refusals or plan.errors:
        lines.append(line((stopped(plan), "bold red")))
    elif following is not None:
        lines.append(line(("Next: ", "bold"), following, KEEP if plan.command == "drift" else ""))
    return lines


def _verdict(plan: Plan) -> tuple[tuple[str, str], str]:
    word, colon, numbers = verdict(plan).partition(": ")
    return (word + colon, "bold yellow" if plan.command == "drift" else "bold"), numbers


def _side(info: SideInfo, *, empty: bool) -> Text:
    words = [visible(word) for word in (info.label, info.how) if word]
    parts: list[str | tuple[str, str]] = [(TITLES[info.side], "bold")]
    parts += [f"  {word}" for word in words]
    if info.error is not None:
        parts.append((f"  could not be read: {visible(info.error)}", "bold red"))
    elif empty:
        parts.append(("  no changes", "dim"))
    return line(*parts)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where values start, and how many cells they and their reasons have."""

    value: int
    room: int
    verbose: bool


def _columns(rows: Iterable[Row], style: Style) -> _Columns:
    widest = max((_name_width(row) for row in rows), default=0)
    value = 4 + min(widest, max(style.width * 9 // 20, NARROWEST)) + _GAP
    return _Columns(value, max(style.width - value, 2 * NARROWEST), style.verbose)


def _name_width(row: Row) -> int:
    return 2 * row.depth + cell_len(row.name)


def _section(section: Section, columns: _Columns) -> Iterable[Text]:
    reasons = _reason_column(section.rows, columns)
    for row in section.rows:
        yield from _row(row, columns, reasons)


def _reason_column(rows: Sequence[Row], columns: _Columns) -> int:
    """Where reasons line up: behind the longest value that leaves its reason room on the same line."""
    ends = [0]
    for row in rows:
        width = cell_len(_one_line(row))
        if row.reason and not row.parts and width and width + _GAP + cell_len(row.reason) <= columns.room:
            ends.append(width)
    return max(ends) + _GAP


def _row(row: Row, columns: _Columns, reasons: int) -> Iterable[Text]:
    """One change: its name, its value beside it, its reason behind it or, where there is no room, beneath."""
    values = _values(row, columns)
    reason = _reason(row, columns)
    if len(values) == 1 and row.reason:
        width = values[0].cell_len
        for start in (max(reasons, width + _GAP), width + _GAP) if width else (0,):
            if start + cell_len(row.reason) <= columns.room:
                values[0].append(" " * (start - width))
                values[0].append(row.reason, "dim")
                reason = []
                break
    yield from _beside_name(row, [one for one in (*values, *reason) if one.cell_len], columns)


def _beside_name(row: Row, values: Sequence[Text], columns: _Columns) -> Iterable[Text]:
    marker = line("  ", (MARKERS[row.action], f"bold {_COLOURS[row.action]}"), " ", "  " * row.depth, row.name)
    rest = list(values)
    if rest and marker.cell_len + _GAP <= columns.value:
        marker.append(" " * (columns.value - marker.cell_len))
        marker.append_text(rest.pop(0))
    yield marker
    for one in rest:
        yield line(" " * columns.value).append_text(one)


def _values(row: Row, columns: _Columns) -> list[Text]:
    if row.parts:
        return [one for part in row.parts for one in _transition(part.before, part.after, columns, key=f"{part.key}: ")]
    if row.before is not None and row.after is not None:
        return _transition(row.before, row.after, columns)
    value = row.after if row.after is not None else row.before or ""
    shown = value if columns.verbose else shorten(value, columns.room)
    return [line((shown, "dim" if row.aside else "red" if row.action is Action.DELETE else ""))]


def _transition(before: str, after: str, columns: _Columns, key: str = "") -> list[Text]:
    """`before -> after` on one line, or on two where it does not fit or right-to-left letters would swap the two."""
    whole = cell_len(key + before + _ARROW + after) <= columns.room
    if whole and not _right_to_left(before + after):
        return [line((key, "dim"), _coloured(before, "red"), (_ARROW, "dim"), _coloured(after, "green"))]
    beside = columns.room - cell_len(key) - len(_ARROW)
    if key and beside < NARROWEST:
        # A key that leaves its values no room gets a line of its own.
        return [line((key.rstrip(), "dim")), *_transition(before, after, columns)]
    if not columns.verbose:
        before, after = shorten_pair(before, after, beside)
    arrow = _ARROW.strip().rjust(cell_len(key) + 2) + " "
    return [line((key, "dim"), _coloured(before, "red")), line((arrow, "dim"), _coloured(after, "green"))]


def _coloured(value: str, colour: str) -> tuple[str, str]:
    """Colour is for what is there; that nothing is there is said quietly."""
    return value, "dim" if value == NOT_SET else colour


def _reason(row: Row, columns: _Columns) -> list[Text]:
    return [line((part, "dim")) for part in textwrap.wrap(row.reason or "", columns.room)]


def _one_line(row: Row) -> str:
    if row.before is not None and row.after is not None:
        return row.before + _ARROW + row.after
    return row.after if row.after is not None else row.before or ""


def _right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)

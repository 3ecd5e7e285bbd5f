"""What happened to a connection: how much differed each time somebody looked, and what was applied, on one axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sso_sync.apply.history import Told
from sso_sync.report.html.badges import Badge, run_badge
from sso_sync.report.html.blocks import Cell, Figure, Table
from sso_sync.report.html.geometry import Span, Tick, ceiling, stacked
from sso_sync.report.summary import count
from sso_sync.store.drifts import Drift

__all__ = ["Chronicle", "Column", "HistoryChart", "differs_since", "history"]

_HEIGHT = 72.0  # pixels of the drift lane
_MOST_ROWS = 100
_DONE = 3  # the rank from which on a run's end is nothing to worry about


@dataclass(frozen=True)
class Chronicle:
    """What is on record of a connection: its runs and its looks for drift, both oldest first. `until` is now."""

    runs: tuple[Told, ...]
    drifts: tuple[Drift, ...]
    until: datetime


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the chart: what the worst look of its time saw, and how the worst run of its time ended.

    `bars` are distance from above and height, in pixels, of what differed in OneLogin, in JustCall, and is unknown.
    """

    left: float
    middle: float
    bars: tuple[tuple[float, float], ...] = ()
    calm: bool = False
    unread: bool = False
    run: Badge | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class HistoryChart:
    width: float
    height: float
    top: int
    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]


def history(chronicle: Chronicle) -> Figure | None:
    """Chart and tables; None when nothing is on record."""
    runs, drifts = chronicle.runs, chronicle.drifts
    moments = [*(one.at for one in drifts), *(one.started_at for one in runs)]
    if not moments:
        return None
    span = Span.over(moments, chronicle.until)
    largest = max((_total(one) for one in drifts), default=0)
    chart = HistoryChart(
        width=round(span.width * 0.72, 2),
        height=_HEIGHT,
        top=ceiling(max(largest, 1)),
        columns=_columns(span, runs, drifts, ceiling(max(largest, 1))),
        ticks=span.ticks,
    )
    tables = [table for table in (_drift_table(drifts), _run_table(runs)) if table.rows]
    return Figure("history", "History of drift and runs", _described(runs, drifts), chart, tuple(tables))


def differs_since(drifts: Sequence[Drift]) -> datetime | None:
    """The first of the last looks in a row that saw something differ; None if the last saw nothing, or nobody looked.

    A look that could not see a side neither begins nor ends such a row.
    """
    since = None
    for one in reversed(drifts):
        if _total(one):
            since = one.at
        elif not _unread(one):
            break
    return since


def _total(one: Drift) -> int:
    return (one.onelogin or 0) + (one.justcall or 0) + one.unknown


def _unread(one: Drift) -> bool:
    return one.onelogin is None or one.justcall is None


def _columns(span: Span, runs: Sequence[Told], drifts: Sequence[Drift], top: int) -> tuple[Column, ...]:
    looks: dict[int, list[Drift]] = {}
    for one in drifts:
        looks.setdefault(span.column(one.at), []).append(one)
    ends: dict[int, list[Badge]] = {}
    for run in runs:
        ends.setdefault(span.column(run.started_at), []).append(run_badge(run.state))
    return tuple(
        _column(span, index, looks.get(index, ()), ends.get(index, ()), top) for index in sorted({*looks, *ends})
    )


def _column(span: Span, index: int, looks: Sequence[Drift], ends: Sequence[Badge], top: int) -> Column:
    middle = span.middle(index)
    left = round(middle - span.width * 0.36, 2)
    run = min(ends, key=lambda one: one.rank, default=None)
    said = [f"{count(len(ends), 'run')}, {'the worst ' if len(ends) > 1 else ''}{run.word}"] if run else []
    if not looks:
        return Column(left, middle, run=run, said="; ".join(said))
    worst = max(looks, key=lambda one: (_unread(one), _total(one)))
    parts = (worst.onelogin or 0, worst.justcall or 0, worst.unknown)
    bars = stacked(parts, top, _HEIGHT) if any(parts) else ()
    when = f"{worst.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    words = "; ".join([f"{when}: {_words(worst)}", *said])
    calm = not bars and not _unread(worst)
    return Column(left, middle, bars, calm=calm, unread=_unread(worst), run=run, said=words)


def _words(one: Drift) -> str:
    if not _total(one) and not _unread(one):
        return "in sync"
    parts = [
        f"{name} could not be read" if number is None else f"{number} differ{'s' if number == 1 else ''} in {name}"
        for name, number in (("OneLogin", one.onelogin), ("JustCall", one.justcall))
        if number != 0
    ]
    return ", ".join([*parts, *([f"{one.unknown} unknown"] if one.unknown else [])])


def _described(runs: Sequence[Told], drifts: Sequence[Drift]) -> str:
    """The chart in one sentence."""
    said = [
        f"{count(len(drifts), 'look')} for drift, {_some(sum(1 for one in drifts if _total(one)))} saw something differ"
    ]
    if unread := sum(1 for one in drifts if _unread(one)):
        said.append(f"{unread} could not read a side")
    open_ends = sum(1 for one in runs if run_badge(one.state).rank < _DONE)
    said.append(f"{count(len(runs), 'run')}, {_some(open_ends)} not completed" if runs else "no run")
    last = f" The last look: {_words(drifts[-1])}." if drifts else ""
    return f"{'; '.join(said)}.{last}"


def _some(number: int) -> str:
    return str(number) if number else "none"


def _drift_table(drifts: Sequence[Drift]) -> Table:
    shown = drifts[-_MOST_ROWS:][::-1]
    return Table(
        "Looks for drift, newest first",
        ("When (UTC)", "OneLogin", "JustCall", "Unknown", "Certificate ends in"),
        tuple(
            (
                Cell(_moment(one.at)),
                Cell(_number(one.onelogin), number=True),
                Cell(_number(one.justcall), number=True),
                Cell(str(one.unknown), number=True),
                Cell("not known" if one.days_left is None else f"{one.days_left} days", number=True),
            )
            for one in shown
        ),
        more=_earlier(len(drifts) - len(shown), "look"),
    )


def _run_table(runs: Sequence[Told]) -> Table:
    shown = runs[-_MOST_ROWS:][::-1]
    return Table(
        "Runs, newest first",
        ("Started (UTC)", "Outcome", "Steps", "By", "Run"),
        tuple(
            (
                Cell(_moment(run.started_at)),
                Cell(_kind(run), badge=run_badge(run.state)),
                Cell(", ".join(f"{number} {word}" for word, number in run.counts.items() if number) or "none"),
                Cell(run.user or "not recorded"),
                Cell(run.run_id, code=True),
            )
            for run in shown
        ),
        more=_earlier(len(runs) - len(shown), "run"),
    )


def _kind(run: Told) -> str:
    if run.undoes:
        return f"undoes {run.undoes}"
    return "certificate rotation" if run.rotation is not None else ""


def _number(value: int | None) -> str:
    return "not read" if value is None else str(value)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def _earlier(number: int, noun: str) -> str | None:
    return f"and {count(number, f'earlier {noun}')}" if number > 0 else None

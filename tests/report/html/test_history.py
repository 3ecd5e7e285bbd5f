"""Runs and looks for drift as a chart: the worst of a column counts, and what was not seen is no zero."""

from __future__ import annotations

from datetime import timedelta

from sso_sync.apply.history import RunState
from sso_sync.report.html.blocks import Figure
from sso_sync.report.html.history import Chronicle, HistoryChart, differs_since, history
from sso_sync.store.drifts import Drift
from tests.report.html.fleet import NOW, chronicle, run


def figure(found: Chronicle) -> tuple[Figure, HistoryChart]:
    made = history(found)
    assert made is not None
    assert isinstance(made.chart, HistoryChart)
    return made, made.chart


def test_nothing_on_record_is_no_chart() -> None:
    assert history(Chronicle((), (), NOW)) is None


def test_each_look_has_its_column_and_says_what_it_saw() -> None:
    _, chart = figure(chronicle("a", [(0, 0, 0), (2, 1, 1), (None, 0, 0)]))
    calm, drifted, unread = chart.columns
    assert (calm.calm, calm.bars, calm.unread) == (True, (), False)
    assert drifted.bars == ((43.2, 28.8), (28.8, 14.4), (14.4, 14.4))
    assert not drifted.calm
    assert (unread.calm, unread.unread, unread.bars) == (False, True, ())
    assert chart.top == 5
    assert [column.said.partition(": ")[2] for column in chart.columns] == [
        "in sync",
        "2 differ in OneLogin, 1 differs in JustCall, 1 unknown",
        "OneLogin could not be read",
    ]


def test_the_worst_of_a_column_is_shown() -> None:
    looks = tuple(Drift(NOW - timedelta(minutes=index), number, 0, 0) for index, number in enumerate((0, 7, 1)))
    runs = (run("a", 0), run("a", 0, RunState.PARTIAL), run("a", 0))
    start = Drift(NOW - timedelta(days=90), 0, 0, 0)
    _, chart = figure(Chronicle(runs, (start, *looks[::-1]), NOW))
    assert chart.columns[-1].bars[0] == (21.6, 50.4)
    assert chart.columns[-1].run is not None
    assert chart.columns[-1].run.word == "partially applied"
    assert "3 runs, the worst partially applied" in chart.columns[-1].said


def test_the_tables_hold_what_the_chart_shows_newest_first_and_bounded() -> None:
    made, _ = figure(chronicle("a", [(0, 0, 0)] * 129 + [(None, 3, 2)], [run("a", 2), run("a", 1, RunState.FAILED)]))
    looks, runs = made.tables
    assert len(looks.rows) == 100
    assert looks.more == "and 30 earlier looks"
    assert [cell.text for cell in looks.rows[0]] == ["2026-11-28 09:30", "not read", "3", "2", "21 days"]
    assert [row[1].badge.word for row in runs.rows if row[1].badge] == ["failed", "done"]
    assert runs.rows[0][2].text == "3 failed"
    assert made.describes.startswith(
        "130 looks for drift, 1 saw something differ; 1 could not read a side; 2 runs, 1 not"
    )


def test_runs_alone_are_a_history() -> None:
    made, chart = figure(Chronicle((run("a", 3),), (), NOW))
    assert [table.caption for table in made.tables] == ["Runs, newest first"]
    assert chart.columns[0].run is not None
    assert not chart.columns[0].calm


def test_since_when_something_differs() -> None:
    def since(*looks: tuple[int | None, int | None, int]) -> int | None:
        found = differs_since(chronicle("a", looks).drifts)
        return None if found is None else (NOW - found).days

    assert since() is None
    assert since((1, 0, 0), (0, 0, 0)) is None
    assert since((1, 0, 0), (0, 0, 0), (0, 0, 1), (2, 0, 0)) == 1
    assert since((0, 0, 0), (1, 0, 0), (None, 0, 0), (1, 0, 0)) == 2  # the look in between saw nothing to the contrary
    assert since((0, 0, 0), (None, 0, 0)) is None

"""What a run cost, in every format that tells it, and in none of what a plan is known by."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sso_sync.apply.result import Outcome
from sso_sync.errors import ExitCode
from sso_sync.plan.cost import Cost
from sso_sync.plan.model import Side
from sso_sync.report.formats import FORMATS
from sso_sync.report.interface import Applied, Formatter, Style, Unapplied
from tests.documents import conform
from tests.report.every import verification
from tests.report.judges import samples
from tests.report.plans import applied, plan, step

COST = Cost({Side.ONELOGIN: 4, Side.JUSTCALL: 1}, {Side.ONELOGIN: 2, Side.JUSTCALL: 0}, 0.12345)
PLANNED = plan(steps=(step("one", "One"),))
PRICED = replace(PLANNED, cost=COST)
DONE = replace(applied(PLANNED, [(Outcome.APPLIED, None)], after=plan()), cost=COST)
Report = Callable[[Formatter, Style], str]
REPORTS: dict[str, Report] = {
    "plan": lambda form, style: form.plans([PRICED], style, several=False),
    "apply": lambda form, style: form.applies([Applied(DONE)], style, several=False),
    "nothing to apply": lambda form, style: form.applies([Unapplied(PRICED, ExitCode.OK)], style, several=False),
    "verify": lambda form, style: form.verifications([replace(verification(), cost=COST)], style, several=False),
}
each_report = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)


@each_report
def test_a_document_tells_it_once(report: Report) -> None:
    document: dict[str, Any] = json.loads(report(FORMATS["json"], Style()))
    conform(document)
    assert document["cost"] == {
        "requests": {"onelogin": 4, "justcall": 1},
        "retries": {"onelogin": 2, "justcall": 0},
        "seconds": 0.123,
    }
    assert document.get("plan", {}).get("cost") is None


@each_report
def test_metrics_tell_it_by_connection_and_side(report: Report) -> None:
    found = samples(report(FORMATS["prometheus"], Style()))
    told = {(name, dict(labels).get("side")): value for (name, labels), value in found.items()}
    assert told["sso_sync_requests", "onelogin"] == 4
    assert told["sso_sync_requests", "justcall"] == 1
    assert told["sso_sync_request_retries", "onelogin"] == 2
    assert told["sso_sync_run_duration_seconds", None] == 0.123


@each_report
def test_people_are_told_if_they_want_to_know(report: Report) -> None:
    said = "4 requests to OneLogin, 1 to JustCall (2 of them sent again), 0.12 s.\n"
    assert report(FORMATS["text"], Style(verbose=True)).endswith(said)
    assert "requests" not in report(FORMATS["text"], Style())
    assert "requests" not in report(FORMATS["markdown"], Style(verbose=True))


def test_what_nobody_counted_is_not_told() -> None:
    assert "sso_sync_requests" not in FORMATS["prometheus"].plans([plan()], Style(), several=False)


def test_a_plan_is_the_same_whatever_it_cost() -> None:
    assert PRICED == PLANNED

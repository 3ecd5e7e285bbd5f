"""`sso-sync report`: how all connections stand, as one HTML page. Never writes on either side."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sso_sync.cli.command import with_page
from sso_sync.cli.options import PARALLEL, Budget, ChangedSince, Common, Ignores, Only, Parallel, Specs

if TYPE_CHECKING:
    from sso_sync.errors import ExitCode
    from sso_sync.progress import Progress
    from sso_sync.report.interface import PlanReport
    from sso_sync.spec.connection import Connection

__all__ = ["report"]

Since = Annotated[
    str,
    typer.Option("--since", metavar="WHEN", help="Where the history begins: a day, a number of days as 30d, or all."),
]


@with_page
def report(
    common: Common,
    specs: Specs,
    *,
    since: Since = "90d",
    ignore: Ignores = None,
    only: Only = None,
    changed_since: ChangedSince = None,
    parallel: Parallel = PARALLEL,
    budget: Budget = None,
) -> int:
    """Write how all connections stand as one HTML page, and change nothing.

    The page needs nothing besides itself: it opens from a CI artifact or a mail, and asks nobody for anything. For each
    connection and side it shows the state and what differs, who gets in and through which role, when certificates end,
    and as charts what was applied and what drifted, from the records in the store. What it sees is recorded there too.

    Exits like drift: 0 in sync, 2 on drift, 6 if a side could not be read.

    \b
    Examples:
      sso-sync report specs/ --output sso.html
      sso-sync report specs/justcall.yaml --since 30d --output sso.html
      sso-sync report specs/ --since 2026-01-01 > sso.html
    """
    from sso_sync import engine
    from sso_sync.cli import fleet, output
    from sso_sync.cli.codes import drift_code
    from sso_sync.cli.recorded import chronicle, record, recorded_runs
    from sso_sync.cli.selection import select
    from sso_sync.cli.told import beginning
    from sso_sync.clock import utc_now
    from sso_sync.plan.model import Plan
    from sso_sync.report.html.formatter import Entry, report_page
    from sso_sync.wiring import Accounts

    now = utc_now()
    begin = beginning(since, now)
    chosen = select(specs, only=only, since=changed_since)
    opened, ignores, runs = fleet.Fleet(), frozenset(ignore or ()), recorded_runs()
    with closing(Accounts(budget=budget)) as accounts:

        def one(_path: Path, connection: Connection, progress: Progress) -> tuple[Plan, ExitCode]:
            found = engine.drift(
                connection,
                environ=os.environ,
                ignores=ignores,
                progress=progress,
                accounts=accounts,
                everybody=True,
            )
            record(common, found)
            return found, drift_code(found)

        pace = fleet.Pace(parallel, at_once=4)
        run = fleet.together(common, chosen, opened.open, one, accounts=accounts, pace=pace)

    def entry(report: PlanReport) -> Entry:
        if not isinstance(report, Plan):
            return Entry(report)
        return Entry(report, chronicle(report.spec.name, runs, begin, report.created_at))

    entries = [entry(made) for made in run.reports]
    page = report_page(entries, output.stdout_style(common, run.exit_code), at=now, since=begin)
    return output.deliver(common, page, run.exit_code)

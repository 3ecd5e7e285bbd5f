"""`sso-sync history`: what was applied, and how it went."""

from __future__ import annotations

from typing import Annotated

import typer

from sso_sync.cli.command import with_documents
from sso_sync.cli.options import Common

__all__ = ["history"]

RunId = Annotated[str | None, typer.Argument(metavar="RUN", help="Show this run step by step.", show_default=False)]


@with_documents
def history(common: Common, run: RunId = None) -> int:
    """List what was applied, or show one run.

    Reads the records in the store and asks no service. A run that died is shown as interrupted; it blocks
    nothing, the next apply goes on from what is there.

    \b
    Examples:
      sso-sync history
      sso-sync history 20260301T120000Z-1a2b3c4d --format json
    """
    from sso_sync.apply.history import all_runs, one_run
    from sso_sync.cli import output
    from sso_sync.cli.history_report import run_report, runs_report
    from sso_sync.errors import ExitCode

    report = runs_report(common, all_runs()) if run is None else run_report(common, one_run(run))
    return output.deliver(common, report, ExitCode.OK)

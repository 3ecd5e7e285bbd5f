"""`sso-sync undo`: puts back what a run changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from sso_sync.cli.command import with_common
from sso_sync.cli.options import AutoApprove, Common, LockTimeout, Overrides

__all__ = ["undo"]

RunId = Annotated[str, typer.Argument(metavar="RUN", help="The run, as history lists it.", show_default=False)]
Spec = Annotated[
    str | None,
    typer.Argument(
        metavar="SPEC", help="The spec of the connection; the recorded one if left out.", show_default=False
    ),
]


@with_common
def undo(
    common: Common,
    run: RunId,
    spec: Spec = None,
    *,
    auto_approve: AutoApprove = False,
    override: Overrides = None,
    lock_timeout: LockTimeout = 0.0,
) -> int:
    """Put back what a run changed.

    Plans the values that the run found, asks, and applies them like any other plan, guards included. What somebody
    changed since the run stays as it is and is reported. An undo is a run itself, and can be undone.

    \b
    Examples:
      sso-sync undo 20260301T120000Z-1a2b3c4d
      sso-sync undo 20260301T120000Z-1a2b3c4d specs/justcall.yaml --auto-approve
    """
    from sso_sync import engine
    from sso_sync.apply.history import one_run
    from sso_sync.apply.result import ApplyResult
    from sso_sync.cli import fleet, handover, output
    from sso_sync.cli.approval import Approval
    from sso_sync.cli.codes import plan_code
    from sso_sync.cli.progress import progress
    from sso_sync.errors import ExitCode, worst
    from sso_sync.report.interface import ApplyReport, Unapplied
    from sso_sync.wiring.page_map import page_map

    path = Path(spec or one_run(run).spec_path)
    report: ApplyReport
    code: ExitCode
    connection = fleet.Fleet().open(path)
    words = page_map(connection)
    with progress(common) as watcher:
        approval = Approval(common, watcher, automatic=auto_approve)
        result = engine.undo(
            connection,
            run,
            environ=os.environ,
            approve=approval,
            overrides=frozenset(override or ()),
            progress=watcher,
            lock_timeout=lock_timeout,
        )
        if isinstance(result, ApplyResult):
            report, code = handover.completed(common, result, words), result.exit_code
        else:
            code = worst([plan_code(result), ExitCode.ERROR if approval.declined else ExitCode.OK])
            report = Unapplied(result, code, cancelled=approval.declined)
    return output.present(common, lambda form, style: form.applies([report], style, several=False), code)

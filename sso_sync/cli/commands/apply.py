"""`sso-sync apply`: does what plan shows, after somebody said yes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sso_sync.cli.command import with_common
from sso_sync.cli.options import Common, Overrides, Specs

if TYPE_CHECKING:
    from sso_sync.errors import ExitCode
    from sso_sync.report.interface import ApplyReport

__all__ = ["apply"]

AutoApprove = Annotated[
    bool, typer.Option("--auto-approve", help="Do not ask; without a terminal to ask on, apply needs this.")
]


@with_common
def apply(common: Common, specs: Specs, *, auto_approve: AutoApprove = False, override: Overrides = None) -> int:
    """Make both sides as the spec says.

    Plans, asks, applies, reads both sides back and says whether they now are as they should be.

    \b
    Examples:
      sso-sync apply specs/justcall.yaml
      sso-sync apply specs/ --auto-approve --format json --output apply.json
    """
    from sso_sync import engine
    from sso_sync.apply.result import ApplyResult
    from sso_sync.cli import fleet, handover, output
    from sso_sync.cli.approval import Approval
    from sso_sync.cli.codes import plan_code
    from sso_sync.cli.progress import progress
    from sso_sync.errors import ExitCode, worst
    from sso_sync.report.interface import Unapplied

    opened = fleet.Fleet()
    with progress(common) as watcher:

        def one(path: Path) -> tuple[ApplyReport, ExitCode]:
            approval = Approval(common, watcher, automatic=auto_approve)
            result = engine.apply(
                opened.open(path),
                environ=os.environ,
                approve=approval,
                overrides=frozenset(override or ()),
                progress=watcher,
            )
            if isinstance(result, ApplyResult):
                return handover.completed(common, result), result.exit_code
            code = worst([plan_code(result), ExitCode.ERROR if approval.declined else ExitCode.OK])
            return Unapplied(result, code, cancelled=approval.declined), code

        run = fleet.run(fleet.find(specs), one)
    report = output.formatter(common).applies(run.reports, output.stdout_style(common), several=run.several)
    return output.deliver(common, report, run.exit_code)

"""`sso-sync apply`: does what plan shows, after somebody said yes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sso_sync.cli.command import with_common
from sso_sync.cli.options import AutoApprove, Common, Ignores, LockTimeout, Overrides, Rewrites, Specs

if TYPE_CHECKING:
    from sso_sync.errors import ExitCode
    from sso_sync.report.interface import ApplyReport

__all__ = ["apply"]


@with_common
def apply(
    common: Common,
    specs: Specs,
    *,
    auto_approve: AutoApprove = False,
    override: Overrides = None,
    rewrite: Rewrites = None,
    ignore: Ignores = None,
    lock_timeout: LockTimeout = 0.0,
) -> int:
    """Make both sides as the spec says.

    Plans, asks, applies, reads both sides back and says whether they now are as they should be. SPEC may be a plan that
    `plan --out` saved: it is applied without a question if nothing has changed since, and only once.

    \b
    Examples:
      sso-sync apply specs/justcall.yaml
      sso-sync apply specs/ --auto-approve --format json --output apply.json
      sso-sync apply plan.json
    """
    from sso_sync import engine
    from sso_sync.apply.result import ApplyResult
    from sso_sync.cli import fleet, handover, output
    from sso_sync.cli.approval import Approval
    from sso_sync.cli.codes import plan_code
    from sso_sync.cli.progress import progress
    from sso_sync.cli.sources import source
    from sso_sync.errors import ExitCode, worst
    from sso_sync.report.interface import Unapplied
    from sso_sync.wiring.page_map import page_map

    wanted = source(specs, override, rewrite, ignore)
    with progress(common) as watcher:

        def one(path: Path) -> tuple[ApplyReport, ExitCode]:
            approval = Approval(common, watcher, automatic=auto_approve or wanted.reviewed)
            connection = wanted.open(path)
            words = page_map(connection)
            result = engine.apply(
                connection,
                environ=os.environ,
                approve=wanted.approval(path, approval),
                overrides=wanted.overrides,
                rewrites=wanted.rewrites,
                ignores=wanted.ignores,
                progress=watcher,
                lock_timeout=lock_timeout,
            )
            if isinstance(result, ApplyResult):
                return handover.completed(common, result, words), result.exit_code
            wanted.settle(path, result)
            code = worst([plan_code(result), ExitCode.ERROR if approval.declined else ExitCode.OK])
            return Unapplied(result, code, cancelled=approval.declined), code

        run = fleet.run(wanted.paths, one)
    style = output.stdout_style(common, run.exit_code)
    report = output.formatter(common).applies(run.reports, style, several=run.several)
    return output.deliver(common, report, run.exit_code)

"""`sso-sync apply`: does what plan shows, after somebody said yes."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from sso_sync.cli.command import with_common
from sso_sync.cli.options import (
    PARALLEL,
    AutoApprove,
    Budget,
    ChangedSince,
    Common,
    Ignores,
    LockTimeout,
    NoNotify,
    Only,
    Overrides,
    Parallel,
    Rewrites,
    ShardOf,
    Specs,
)

if TYPE_CHECKING:
    from sso_sync.errors import ExitCode
    from sso_sync.plan.model import Plan
    from sso_sync.progress import Progress
    from sso_sync.report.interface import ApplyReport
    from sso_sync.spec.connection import Connection

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
    only: Only = None,
    changed_since: ChangedSince = None,
    parallel: Parallel = PARALLEL,
    budget: Budget = None,
    no_notify: NoNotify = False,
    shard: ShardOf = None,
) -> int:
    """Make both sides as the spec says.

    Plans, asks, applies, reads both sides back and says whether they now are as they should be. SPEC may be a plan that
    `plan --out` saved: it is applied without a question if nothing has changed since, and only once. Whoever
    SSO_SYNC_NOTIFY names is told when an apply fails, and when all is well again.

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
    from sso_sync.cli.notices import Notices
    from sso_sync.cli.sharding import share
    from sso_sync.cli.sources import source
    from sso_sync.errors import ExitCode, worst
    from sso_sync.report.interface import Unapplied
    from sso_sync.wiring import Accounts
    from sso_sync.wiring.page_map import page_map

    wanted = source(specs, override, rewrite, ignore, only=only, since=changed_since)
    shared = share(wanted.selection, shard, os.environ)
    notices = Notices(common, "apply", silent=no_notify)
    chosen, opened = shared.selection, notices.opening(shared.opener(wanted.open))
    automatic = auto_approve or wanted.reviewed
    with closing(Accounts(budget=budget, writes=True)) as accounts:

        def one(path: Path, connection: Connection, progress: Progress) -> tuple[ApplyReport, ExitCode]:
            approval = Approval(common, progress, automatic=automatic)

            def asked(plan: Plan) -> bool:
                answer = approval(plan)
                if not automatic:  # thinking took its time
                    accounts.forget()
                return answer

            words = page_map(connection)
            result = engine.apply(
                connection,
                environ=os.environ,
                approve=wanted.approval(path, asked),
                overrides=wanted.overrides,
                rewrites=wanted.rewrites,
                ignores=wanted.ignores,
                progress=progress,
                lock_timeout=lock_timeout,
                accounts=accounts,
            )
            if isinstance(result, ApplyResult):
                return handover.completed(common, result, words), result.exit_code
            wanted.settle(path, result)
            code = worst([plan_code(result), ExitCode.ERROR if approval.declined else ExitCode.OK])
            return Unapplied(result, code, cancelled=approval.declined), code

        if automatic:
            # Of one account one after the other: no plan is made from what another connection is changing.
            pace = fleet.Pace(parallel, at_once=1)
            run = fleet.together(common, chosen, opened, notices.heard(one), accounts=accounts, pace=pace)
        else:
            run = fleet.in_turns(common, chosen, opened, notices.heard(one))
    return output.present(
        common, lambda form, style: form.applies(run.reports, style, several=run.several), run.exit_code
    )

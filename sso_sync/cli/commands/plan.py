"""`sso-sync plan`: what would be done. Never writes."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sso_sync.cli.command import with_common
from sso_sync.cli.options import (
    PARALLEL,
    Budget,
    ChangedSince,
    Common,
    Ignores,
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
    from sso_sync.spec.connection import Connection

__all__ = ["plan"]

Detailed = Annotated[
    bool, typer.Option("--detailed-exitcode", help="Exit with 2 when changes are pending, 0 only when in sync.")
]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Save the plan to FILE, to be applied exactly as it is.")
]


@with_common
def plan(
    common: Common,
    specs: Specs,
    *,
    out: Out = None,
    detailed_exitcode: Detailed = False,
    override: Overrides = None,
    rewrite: Rewrites = None,
    ignore: Ignores = None,
    only: Only = None,
    changed_since: ChangedSince = None,
    parallel: Parallel = PARALLEL,
    budget: Budget = None,
    shard: ShardOf = None,
) -> int:
    """Show what differs, and change nothing.

    The report says what apply would do, what a person has to do, and what nobody can know.

    \b
    Examples:
      sso-sync plan specs/justcall.yaml
      sso-sync plan specs/ --detailed-exitcode --format json
      sso-sync plan specs/ --changed-since origin/main
      sso-sync plan specs/justcall.yaml --out plan.json
    """
    from sso_sync import engine
    from sso_sync.cli import fleet, output, saving
    from sso_sync.cli.codes import plan_code
    from sso_sync.cli.selection import select
    from sso_sync.cli.sharding import share
    from sso_sync.errors import ExitCode
    from sso_sync.wiring import Accounts

    if out is not None:
        saving.check(common, out)
    rewrites, ignores = frozenset(rewrite or ()), frozenset(ignore or ())
    chosen = select(specs, only=only, since=changed_since)
    fleet.check_rewrites(chosen.paths, rewrites)
    shared = share(chosen, shard, os.environ)
    opened = shared.opener(fleet.Fleet().open)
    with closing(Accounts(budget=budget)) as accounts:

        def one(_path: Path, connection: Connection, progress: Progress) -> tuple[Plan, ExitCode]:
            made = engine.plan(
                connection,
                environ=os.environ,
                overrides=frozenset(override or ()),
                rewrites=rewrites,
                ignores=ignores,
                progress=progress,
                accounts=accounts,
            )
            return made, plan_code(made, detailed=detailed_exitcode)

        run = fleet.together(
            common, shared.selection, opened, one, accounts=accounts, pace=fleet.Pace(parallel, at_once=4)
        )
    saved = out is not None and saving.save(common, out, run, override or (), rewrites=rewrites, ignores=ignores)
    lost = out is not None and not saved and run.exit_code in (ExitCode.OK, ExitCode.CHANGES)
    code = ExitCode.ERROR if lost else run.exit_code
    kept = str(out) if saved else None
    return output.present(
        common,
        lambda form, style: form.plans(run.reports, replace(style, saved_as=kept), several=run.several),
        code,
    )

"""`sso-sync plan`: what would be done. Never writes."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sso_sync.cli.command import with_common
from sso_sync.cli.options import Common, Ignores, Overrides, Rewrites, Specs

if TYPE_CHECKING:
    from sso_sync.errors import ExitCode
    from sso_sync.plan.model import Plan

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
) -> int:
    """Show what differs, and change nothing.

    The report says what apply would do, what a person has to do, and what nobody can know.

    \b
    Examples:
      sso-sync plan specs/justcall.yaml
      sso-sync plan specs/ --detailed-exitcode --format json
      sso-sync plan specs/justcall.yaml --out plan.json
    """
    from sso_sync import engine
    from sso_sync.cli import fleet, output, saving
    from sso_sync.cli.codes import plan_code
    from sso_sync.cli.progress import progress
    from sso_sync.errors import ExitCode

    if out is not None:
        saving.check(common, out)
    paths, rewrites, ignores = fleet.find(specs), frozenset(rewrite or ()), frozenset(ignore or ())
    fleet.check_rewrites(paths, rewrites)
    opened = fleet.Fleet()
    with progress(common) as watcher:

        def one(path: Path) -> tuple[Plan, ExitCode]:
            made = engine.plan(
                opened.open(path),
                environ=os.environ,
                overrides=frozenset(override or ()),
                rewrites=rewrites,
                ignores=ignores,
                progress=watcher,
            )
            return made, plan_code(made, detailed=detailed_exitcode)

        run = fleet.run(paths, one)
    saved = out is not None and saving.save(common, out, run, override or (), rewrites=rewrites, ignores=ignores)
    lost = out is not None and not saved and run.exit_code in (ExitCode.OK, ExitCode.CHANGES)
    code = ExitCode.ERROR if lost else run.exit_code
    style = replace(output.stdout_style(common, code), saved_as=str(out) if saved else None)
    report = output.formatter(common).plans(run.reports, style, several=run.several)
    return output.deliver(common, report, code)

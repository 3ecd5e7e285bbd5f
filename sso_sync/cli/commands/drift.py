"""`sso-sync drift`: what is not as the spec says any more, and who changed it. Never writes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sso_sync.cli.command import with_common
from sso_sync.cli.options import Common, Ignores, Specs

if TYPE_CHECKING:
    from sso_sync.errors import ExitCode
    from sso_sync.plan.model import Plan

__all__ = ["drift"]


@with_common
def drift(common: Common, specs: Specs, *, ignore: Ignores = None) -> int:
    """Say what is not as the spec says any more, and change nothing.

    Exits with 0 in sync and with 2 on drift, for a schedule to run. The records that apply keeps in this folder tell
    whether OneLogin, JustCall or the spec was changed.

    \b
    Examples:
      sso-sync drift specs/justcall.yaml
      sso-sync drift specs/ --format json --output drift.json
      sso-sync drift specs/justcall.yaml --ignore "onelogin.access.users.*"
    """
    from sso_sync import engine
    from sso_sync.cli import fleet, output
    from sso_sync.cli.codes import drift_code
    from sso_sync.cli.progress import progress

    opened, ignores = fleet.Fleet(), frozenset(ignore or ())
    with progress(common) as watcher:

        def one(path: Path) -> tuple[Plan, ExitCode]:
            found = engine.drift(opened.open(path), environ=os.environ, ignores=ignores, progress=watcher)
            return found, drift_code(found)

        run = fleet.run(fleet.find(specs), one)
    style = output.stdout_style(common, run.exit_code)
    report = output.formatter(common).plans(run.reports, style, several=run.several)
    return output.deliver(common, report, run.exit_code)

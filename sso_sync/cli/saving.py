"""`plan --out`: keeps the plans of a run in one file, for apply to carry out exactly those."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from sso_sync import __version__
from sso_sync.cli import output
from sso_sync.cli.codes import plan_code
from sso_sync.cli.fleet import Run
from sso_sync.cli.options import Common
from sso_sync.errors import SsoSyncError, UsageError
from sso_sync.plan.file import GitRef, Unplanned, render
from sso_sync.plan.model import Plan
from sso_sync.report.interface import Failure, PlanReport
from sso_sync.report.json import connection_failure
from sso_sync.store.git import checkout
from sso_sync.store.plans import check_savable
from sso_sync.store.plans import save as write

__all__ = ["check", "save"]


def check(common: Common, path: Path) -> None:
    """Finds out before the work whether it can be kept. Raises UsageError and PlanFileError."""
    if path.absolute() in {report.absolute() for report in common.files}:
        raise UsageError.because(
            "--out names the file of a report",
            next_action="--out keeps the plan for apply, --output and --also the report; give each a file of its own.",
        )
    check_savable(path)


def save(
    common: Common,
    path: Path,
    run: Run[Plan],
    overrides: Iterable[str],
    *,
    rewrites: Iterable[str] = (),
    ignores: Iterable[str] = (),
) -> bool:
    """Writes the plan file and says so on stderr; False, with the reason there, when that did not work."""
    seen = checkout(os.environ)
    text = render(
        [_kept(report) for report in run.reports],
        several=run.several,
        tool_version=__version__,
        overrides=frozenset(overrides),
        rewrites=frozenset(rewrites),
        ignores=frozenset(ignores),
        git=GitRef(commit=seen.commit, ref=seen.ref, dirty=seen.dirty) if seen else None,
    )
    try:
        write(path, text)
    except SsoSyncError as problem:
        output.complain(common, problem.diagnostics)
        return False
    output.note(common, f"The plan was saved to {path}.")
    return True


def _kept(report: PlanReport) -> tuple[Plan, int] | Unplanned:
    if isinstance(report, Failure):
        return Unplanned(report.path or "", connection_failure(report))
    return report, plan_code(report)

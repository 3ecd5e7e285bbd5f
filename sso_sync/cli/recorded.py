"""What commands keep of what they saw of drift, and what is on record of a connection for a report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sso_sync.apply.history import Told, Unreadable, all_runs
from sso_sync.cli import output
from sso_sync.cli.options import Common
from sso_sync.drifting import seen
from sso_sync.errors import Diagnostic, SsoSyncError
from sso_sync.plan.model import Plan
from sso_sync.report.html.history import Chronicle
from sso_sync.store import drifts
from sso_sync.store.unavailable import StoreUnavailable

__all__ = ["chronicle", "record", "recorded_runs"]


def record(common: Common, found: Plan) -> None:
    """Keeps what a drift saw. Where that cannot be written it is told, and changes nothing of the result."""
    try:
        drifts.remember(found.spec.name, seen(found))
    except SsoSyncError as problem:
        output.complain(common, [_unrecorded(one) for one in problem.diagnostics])


def recorded_runs() -> tuple[Told | Unreadable, ...]:
    """Every run on record; none where the store is out of reach, which each plan says already."""
    try:
        return all_runs()
    except StoreUnavailable:
        return ()


def chronicle(connection: str, runs: Sequence[Told | Unreadable], since: datetime | None, until: datetime) -> Chronicle:
    """What is on record of a connection from `since` on. `runs` are those of all connections, newest first."""
    own = [run for run in reversed(runs) if isinstance(run, Told) and run.connection == connection]
    looks = drifts.drifts(connection)
    if since is not None:
        own = [run for run in own if run.started_at >= since]
        looks = tuple(one for one in looks if one.at >= since)
    return Chronicle(tuple(own), looks, until)


def _unrecorded(problem: Diagnostic) -> Diagnostic:
    return Diagnostic(
        "warning",
        f"What was seen is not recorded: {problem.summary}",
        detail="The result is not touched by that, but the history in later reports lacks this look.",
        next_action=problem.next_action,
    )

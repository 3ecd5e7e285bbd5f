"""`drift` end to end: the plan that everybody makes, and beside each difference what was changed. Never writes.

What was changed is told by the records of earlier runs, and where no run wrote, by the spec as git has it of the last
run that left both sides as it said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sso_sync.apply.facts import facts_of
from sso_sync.errors import SsoSyncError
from sso_sync.plan.direction import Facts, place, told
from sso_sync.plan.model import Action, Plan, Side
from sso_sync.plan.planner import Sides, draft
from sso_sync.spec.connection import Connection
from sso_sync.spec.load import load
from sso_sync.store.drifts import Drift
from sso_sync.store.git import committed
from sso_sync.store.unavailable import StoreUnavailable
from sso_sync.survey import Survey

__all__ = ["drifted", "seen"]


def drifted(survey: Survey, environ: Mapping[str, str]) -> Plan:
    """The plan of fresh reads, with a direction at each of its changes. Raises like the survey."""
    connection, planned = survey.connection, survey.planned()
    facts = _recorded(connection.name)
    if planned.draft.deltas:
        facts = _with_former(connection, facts, planned.draft.sides, environ)
    return told(planned.plan, planned.draft.deltas, facts, connection.digest)


def _recorded(connection: str) -> Facts:
    """What the records tell; nothing where they are out of reach, which the plan says already."""
    try:
        return facts_of(connection)
    except StoreUnavailable:
        return Facts(None, {})


def seen(found: Plan) -> Drift:
    """What to remember of a drift: numbers, and nothing that anybody could be told from."""
    unread = {info.side for info in found.sides if info.error is not None}
    known = [change.side for change in found.changes if change.action is not Action.UNKNOWN]
    days = [fact.days_left for fact in found.certificates if fact.days_left is not None]
    return Drift(
        found.created_at,
        None if Side.ONELOGIN in unread else known.count(Side.ONELOGIN),
        None if Side.JUSTCALL in unread else known.count(Side.JUSTCALL),
        found.summary.unknown,
        min(days, default=None),
    )


def _with_former(connection: Connection, facts: Facts, sides: Sides, environ: Mapping[str, str]) -> Facts:
    """The facts with what the spec wished by then, if it was another one and git still has it."""
    settled = facts.settled
    if settled is None or settled.commit is None or settled.digest == connection.digest:
        return facts
    text = committed(environ, connection.path, settled.commit)
    former = None if text is None else _loaded(connection.path.name, text, environ)
    if former is None or former.digest != settled.digest:
        return facts
    try:
        items = draft(former, sides).items
    except SsoSyncError:
        return facts
    return replace(facts, former={place(item): item.desired for item in items})


def _loaded(name: str, text: str, environ: Mapping[str, str]) -> Connection | None:
    """The connection in a text; None when it cannot stand alone, as one that extends another file."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_text(text, encoding="utf-8")
        try:
            return load(file, environ)
        except SsoSyncError:
            return None

"""Looking into the store of the working folder, and harming what is in it, as nobody should and somebody will."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import text

from sso_sync.store import opening
from sso_sync.store.database import tables
from sso_sync.store.database.moments import now
from sso_sync.store.opening import opened
from sso_sync.store.runs import read_runs

__all__ = ["claimed_plans", "clear", "contents", "execute", "harm", "lines", "look", "only_run", "restart"]


def look(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with opened().reading() as database:
        return [tuple(row) for row in database.execute(text(statement), values)]


def harm(statement: str, **values: Any) -> None:
    """Changes rows, and at least one of them."""
    with opened().writing() as database:
        assert database.execute(text(statement), values).rowcount > 0, "nothing was there to be harmed"


def lines() -> list[list[dict[str, Any]]]:
    """The lines of every run, in the order the runs began."""
    order = [run_id for (run_id,) in look("SELECT run_id FROM sso_sync_runs ORDER BY begun, run_id")]
    found = {run_id: [dict(line) for line in read().lines] for run_id, read in read_runs()}
    return [json.loads(json.dumps(found[run_id])) for run_id in order]


def contents(folder: Path = Path()) -> str:
    """Everything that the store in a folder holds, as somebody with a hex editor reads it."""
    files = sorted((folder / ".sso-sync").glob("store.sqlite*"))
    assert files, "there is no store"
    return "".join(path.read_bytes().decode("utf-8", "replace") for path in files)


def clear() -> None:
    """Takes all records of runs out."""
    with opened().writing() as database:
        for table in ("sso_sync_lines", "sso_sync_runs"):
            database.execute(text(f"DELETE FROM {table}"))


def only_run(run_id: str, connection: str, bodies: Sequence[str]) -> None:
    """Puts one record in the place of all others."""
    clear()
    with opened().writing() as database:
        database.execute(tables.runs.insert().values(run_id=run_id, connection=connection, begun=now()))
        for number, body in enumerate(bodies):
            database.execute(tables.lines.insert().values(run_id=run_id, number=number, body=body))


def execute(statement: str) -> None:
    """Changes the store in any way, its tables included."""
    with opened().writing() as database:
        database.execute(text(statement))


def claimed_plans() -> list[str]:
    """The ids of the plans that were used up."""
    return [plan_id for (plan_id,) in look("SELECT plan_id FROM sso_sync_claims")]


def restart() -> None:
    """From now on this process knows nothing of the store, as one that has just begun."""
    opening._close()
    opening._opened = opening._Opened()

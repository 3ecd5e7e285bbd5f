"""Which plans were applied: one row for each, and its key lets in only the first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from sso_sync.store.database.connecting import Database
from sso_sync.store.database.statements import insert_new
from sso_sync.store.database.tables import claims

__all__ = ["Claims"]


class Claims:
    """The claims in a store. Raises StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, plan_id: str) -> tuple[datetime, str] | None:
        """When a plan was claimed, and by which run."""
        with self._database.reading() as connection:
            found = connection.execute(select(claims.c.at, claims.c.run_id).where(claims.c.plan_id == plan_id)).first()
        return None if found is None else (found.at, found.run_id)

    def make(self, plan_id: str, run_id: str, at: datetime) -> bool:
        """Claims a plan; False when somebody else was first."""
        with self._database.writing() as connection:
            return insert_new(connection, claims, plan_id=plan_id, run_id=run_id, at=at)

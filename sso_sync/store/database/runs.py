"""The record of every run: lines that are only ever added, each in a transaction of its own."""

from __future__ import annotations

from itertools import groupby

from sqlalchemy import select

from sso_sync.store.database.connecting import Database
from sso_sync.store.database.moments import now
from sso_sync.store.database.statements import insert_new
from sso_sync.store.database.tables import evidence, lines, runs

__all__ = ["RunTable"]


class RunTable:
    """The records in a store. Raises StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, run_id: str, connection: str) -> bool:
        """Begins a record; False when there is one of this id already."""
        with self._database.writing() as session:
            return insert_new(session, runs, run_id=run_id, connection=connection, begun=now())

    def add(self, run_id: str, number: int, body: str) -> None:
        """Adds a line, which is on the disk when this returns."""
        with self._database.writing() as session:
            session.execute(lines.insert().values(run_id=run_id, number=number, body=body))

    def of(self, run_id: str) -> list[str] | None:
        """The lines of a run, in the order they were written; None when there is no such run."""
        with self._database.reading() as session:
            if session.execute(select(runs.c.run_id).where(runs.c.run_id == run_id)).first() is None:
                return None
            own = select(lines.c.body).where(lines.c.run_id == run_id).order_by(lines.c.number)
            return list(session.execute(own).scalars())

    def all(self, connection: str | None = None) -> list[tuple[str, list[str]]]:
        """The lines of every run, or of every run of one connection."""
        wanted = (
            select(runs.c.run_id, lines.c.body)
            .outerjoin_from(runs, lines, lines.c.run_id == runs.c.run_id)
            .order_by(runs.c.run_id, lines.c.number)
        )
        if connection is not None:
            wanted = wanted.where(runs.c.connection == connection)
        with self._database.reading() as session:
            rows: list[tuple[str, str | None]] = [(row.run_id, row.body) for row in session.execute(wanted)]
        return [
            (run_id, [body for _, body in found if body is not None])
            for run_id, found in groupby(rows, key=lambda row: row[0])
        ]

    def point(self, run_id: str, host: str, place: str) -> None:
        """Remembers where evidence of a run lies."""
        with self._database.writing() as session:
            insert_new(session, evidence, run_id=run_id, host=host, place=place, at=now())

    def pointers(self, run_id: str) -> list[tuple[str, str]]:
        """Where evidence of a run lies: host and place."""
        wanted = select(evidence.c.host, evidence.c.place).where(evidence.c.run_id == run_id)
        with self._database.reading() as session:
            return [(row.host, row.place) for row in session.execute(wanted.order_by(evidence.c.at))]

"""Texts by kind and connection: one that is replaced, and such as pile up."""

from __future__ import annotations

from sqlalchemy import delete, select

from sso_sync.store.database.connecting import Database
from sso_sync.store.database.moments import now
from sso_sync.store.database.statements import replace
from sso_sync.store.database.tables import documents, entries

__all__ = ["DocumentTable", "EntryTable"]


class DocumentTable:
    """One text for each kind and connection. Raises StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, kind: str, connection: str, body: str) -> None:
        with self._database.writing() as session:
            replace(session, documents, kind=kind, connection=connection, body=body, saved=now())

    def load(self, kind: str, connection: str) -> str | None:
        with self._database.reading() as session:
            found: str | None = session.execute(
                select(documents.c.body).where(documents.c.kind == kind, documents.c.connection == connection)
            ).scalar()
        return found

    def forget(self, kind: str, connection: str) -> None:
        with self._database.writing() as session:
            session.execute(delete(documents).where(documents.c.kind == kind, documents.c.connection == connection))


class EntryTable:
    """Texts in the order they came in. Raises StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, kind: str, connection: str, body: str, *, most: int) -> None:
        """Adds a text, and drops the oldest beyond `most`."""
        own = (entries.c.kind == kind, entries.c.connection == connection)
        with self._database.writing() as session:
            session.execute(entries.insert().values(kind=kind, connection=connection, body=body, added=now()))
            newest = select(entries.c.number).where(*own).order_by(entries.c.number.desc())
            too_old = newest.offset(most).limit(1).scalar_subquery()
            session.execute(delete(entries).where(*own, entries.c.number <= too_old))

    def all(self, kind: str, connection: str) -> list[str]:
        """All of a kind, oldest first."""
        own = (entries.c.kind == kind, entries.c.connection == connection)
        with self._database.reading() as session:
            return list(session.execute(select(entries.c.body).where(*own).order_by(entries.c.number)).scalars())

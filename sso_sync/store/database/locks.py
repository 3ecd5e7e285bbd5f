"""Locks as rows: whoever holds one has a lease that ends by itself, by the clock of the database.

The number `fence` grows with every holder and never goes back, so that a late word of a former one can be told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.engine import Connection

from sso_sync.store.database.connecting import Database
from sso_sync.store.database.moments import in_seconds, now
from sso_sync.store.database.statements import insert_new
from sso_sync.store.database.tables import locks
from sso_sync.store.processes import Process

__all__ = ["Claimant", "LockRow", "LockTable"]


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who wants a lock; `token` is its own alone."""

    token: str
    process: Process
    host: str
    account: str
    command: str


@dataclass(frozen=True, slots=True)
class LockRow:
    """A lock that is held; `now` is the moment at which the database said so."""

    claimant: Claimant
    since: datetime
    until: datetime
    now: datetime


class LockTable:
    """The locks in a store. Raises StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, name: str, claimant: Claimant, lease: float, *, from_dead: str | None = None) -> int | None:
        """Takes a lock for `lease` seconds if nobody holds it, and answers its number; None if somebody does.

        `from_dead` is the token of a holder that is known to be dead, whose lease need not be waited for.
        """
        with self._database.writing() as session:
            insert_new(session, locks, name=name, fence=0)
            free: list[ColumnElement[bool]] = [locks.c.token.is_(None), locks.c.until <= now()]
            if from_dead is not None:
                free.append(locks.c.token == from_dead)
            taken = session.execute(
                update(locks)
                .where(locks.c.name == name, or_(*free))
                .values(
                    fence=locks.c.fence + 1,
                    token=claimant.token,
                    since=now(),
                    until=in_seconds(lease),
                    machine=claimant.process.machine,
                    pid=claimant.process.pid,
                    started=claimant.process.started,
                    host=claimant.host,
                    account=claimant.account,
                    command=claimant.command,
                )
            )
            return self._fence(session, name) if taken.rowcount == 1 else None

    def renew(self, name: str, token: str, lease: float) -> bool:
        """Begins the lease anew; False when the lock is somebody else's by now, or nobody's."""
        with self._database.writing() as session:
            own = update(locks).where(locks.c.name == name, locks.c.token == token)
            return session.execute(own.values(until=in_seconds(lease))).rowcount == 1

    def held(self, name: str, token: str) -> bool:
        """Whether this holder's lease is good."""
        own = select(locks.c.name).where(locks.c.name == name, locks.c.token == token, locks.c.until > now())
        with self._database.reading() as session:
            return session.execute(own).first() is not None

    def release(self, name: str, token: str) -> None:
        """Lets a lock go, if it is still this holder's."""
        with self._database.writing() as session:
            session.execute(
                update(locks).where(locks.c.name == name, locks.c.token == token).values(token=None, until=None)
            )

    def holder(self, name: str) -> LockRow | None:
        """Who holds a lock; None when nobody does, or when the lease has ended."""
        wanted = select(locks, now().label("now")).where(
            locks.c.name == name, locks.c.token.is_not(None), locks.c.until > now()
        )
        with self._database.reading() as session:
            row = session.execute(wanted).first()
        if row is None:
            return None
        process = Process(row.machine, row.pid, row.started)
        return LockRow(Claimant(row.token, process, row.host, row.account, row.command), row.since, row.until, row.now)

    @staticmethod
    def _fence(session: Connection, name: str) -> int:
        return int(session.execute(select(locks.c.fence).where(locks.c.name == name)).scalar_one())

"""The tables of the store, as the newest migration leaves them. Every name has a prefix: a database may be shared."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text

from sso_sync.store.database.moments import Moment

__all__ = ["METADATA", "claims", "documents", "entries", "evidence", "lines", "locks", "runs", "schema"]

METADATA = MetaData()

schema = Table(
    "sso_sync_schema",
    METADATA,
    # One row: the number of the last migration, and the lowest number that a program must know to use the store.
    Column("level", Integer, nullable=False),
    Column("usable_from", Integer, nullable=False),
)

locks = Table(
    "sso_sync_locks",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("fence", BigInteger, nullable=False),  # grows with every holder
    Column("token", Text),  # of the holder; null while nobody holds it
    Column("since", Moment),
    Column("until", Moment),  # the lease; whoever does not renew it in time has lost the lock
    Column("machine", Text),
    Column("pid", BigInteger),
    Column("started", Text),
    Column("host", Text),
    Column("account", Text),
    Column("command", Text),
)

runs = Table(
    "sso_sync_runs",
    METADATA,
    Column("run_id", Text, primary_key=True),
    Column("connection", Text, nullable=False, index=True),
    Column("begun", Moment, nullable=False),
)

lines = Table(
    "sso_sync_lines",
    METADATA,
    Column("run_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("body", Text, nullable=False),
)

claims = Table(
    "sso_sync_claims",
    METADATA,
    Column("plan_id", Text, primary_key=True),
    Column("run_id", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

documents = Table(
    "sso_sync_documents",
    METADATA,
    Column("kind", String(40), primary_key=True),
    Column("connection", Text, primary_key=True),
    Column("body", Text, nullable=False),
    Column("saved", Moment, nullable=False),
)

entries = Table(
    "sso_sync_entries",
    METADATA,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("kind", String(40), nullable=False),
    Column("connection", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("added", Moment, nullable=False),
    Index("ix_sso_sync_entries_of", "kind", "connection", "number"),
)

evidence = Table(
    "sso_sync_evidence",
    METADATA,
    Column("run_id", Text, primary_key=True),
    Column("host", Text, primary_key=True),
    Column("place", Text, primary_key=True),
    Column("at", Moment, nullable=False),
)

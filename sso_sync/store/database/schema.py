"""Which tables a store has, and bringing them to this version's.

A new store gets its tables at once; the migrations, and Alembic, are there for those that earlier versions made. Every
migration only adds, so that an older version can go on beside a newer one: it works with a store of a higher level as
long as that says that it may.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from sso_sync.store.database.tables import METADATA, schema

__all__ = ["HEAD", "LEVEL", "REVISIONS", "USABLE_FROM", "TooNew", "due", "migrate"]

LEVEL, USABLE_FROM = 1, 1
"""The number of the newest migration, and the lowest number that a program has to know to work with its tables."""
HEAD = "0001"
REVISIONS = "sso_sync_revisions"
"""Alembic's own table: another program in the same database may have one by its usual name."""
_MIGRATIONS = Path(__file__).parent / "migrations"
_TURN = 0x5350_5359_4E43  # the number of PostgreSQL's advisory lock: one program at a time


class TooNew(Exception):
    """A newer version made tables that this one cannot work with."""

    def __init__(self, level: int) -> None:
        self.why = f"a newer version of sso-sync made it (level {level}; this one knows {LEVEL})"
        self.next_action = "Use that version, or a newer one."
        super().__init__(self.why)


def due(connection: Connection) -> bool:
    """Whether tables are missing. Raises TooNew for tables that this version cannot work with."""
    found = _found(connection)
    if found is None:
        return True
    level, usable_from = found
    if level > LEVEL and usable_from > LEVEL:
        raise TooNew(level)
    return level < LEVEL


def migrate(connection: Connection) -> None:
    """Makes what is missing, in the transaction of `connection`; of several programs one, and the others wait."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
    if not due(connection):
        return  # somebody else was first
    if _found(connection) is None:
        _create(connection)
    else:
        _upgrade(connection)


def _found(connection: Connection) -> tuple[int, int] | None:
    """The level of the store, and from which on it is usable; None for a store without tables."""
    asked = select(schema.c.level, schema.c.usable_from)
    try:
        with connection.begin_nested():
            row = connection.execute(asked).one()
    except DBAPIError:
        if not inspect(connection).has_table(schema.name):
            return None
        row = connection.execute(asked).one()  # somebody made it in between
    return int(row.level), int(row.usable_from)


def _create(connection: Connection) -> None:
    METADATA.create_all(connection, checkfirst=False)
    connection.execute(schema.insert().values(level=LEVEL, usable_from=USABLE_FROM))
    connection.execute(text(f"CREATE TABLE {REVISIONS} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    connection.execute(text(f"INSERT INTO {REVISIONS} VALUES (:head)"), {"head": HEAD})  # noqa: S608 - a constant


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

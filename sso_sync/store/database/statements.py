"""Statements that both databases have, each in its own dialect."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

__all__ = ["insert_new", "replace"]


def insert_new(database: Connection, table: Table, /, **values: Any) -> bool:
    """Inserts a row; False when there is one of its key already."""
    statement = _insert(database, table).values(**values).on_conflict_do_nothing()
    return database.execute(statement.execution_options(preserve_rowcount=True)).rowcount == 1


def replace(database: Connection, table: Table, /, **values: Any) -> None:
    """Inserts a row in place of the one of its key."""
    keys = [column.name for column in table.primary_key]
    rest = {name: value for name, value in values.items() if name not in keys}
    database.execute(_insert(database, table).values(**values).on_conflict_do_update(index_elements=keys, set_=rest))


def _insert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)

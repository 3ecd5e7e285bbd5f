"""A database that is opened: its connections and its transactions, and why it cannot be used when it cannot."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from sso_sync.store.address import Address
from sso_sync.store.database import schema
from sso_sync.store.private import folder
from sso_sync.store.unavailable import StoreUnavailable

__all__ = ["Database"]

_BUSY = 10.0  # seconds that a writer of SQLite waits for another one, which is done within milliseconds
_PAUSE = 0.01  # seconds
_REACH = 5  # seconds until a server that does not answer is out of reach
_ACKNOWLEDGED = 15_000  # milliseconds until a connection that nobody answers on is given up


class Database:
    """Safe to use from several threads, but not across a fork."""

    def __init__(self, address: Address) -> None:
        """Makes the file, and the tables or those that are missing. Raises StoreUnavailable."""
        self.address = address
        with self._explained():
            self._engine = _engine(address)
        try:
            with self._explained():
                self._made_ready()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads. Raises StoreUnavailable."""
        with self._explained(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is on the disk when the block has ended. Raises StoreUnavailable."""
        with (
            self._explained(),
            self._engine.connect().execution_options(sso_sync_writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    def close(self) -> None:
        """Closes the connections that nobody uses; the others when they are given back."""
        self._engine.dispose()

    def _made_ready(self) -> None:
        with self.reading() as connection:
            due = schema.due(connection)
        if due:
            with self.writing() as connection:
                schema.migrate(connection)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except schema.TooNew as problem:
            raise StoreUnavailable.of(self.address.shown, problem.why, next_action=problem.next_action) from None
        except ModuleNotFoundError as missing:
            raise StoreUnavailable.of(
                self.address.shown,
                f"the Python package {missing.name} is not installed",
                next_action="Install it with: pip install 'sso-sync[postgres]'",
            ) from None
        except SQLAlchemyError as error:
            raise StoreUnavailable.of(self.address.shown, self.address.discreet(_words(error))) from None
        except OSError as error:
            raise StoreUnavailable.of(self.address.shown, error.strerror or "unknown reason") from None


def _words(error: SQLAlchemyError) -> str:
    """The database's own words, and neither a statement nor its values."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        return str(error.orig).strip() or type(error.orig).__name__
    return type(error).__name__


def _engine(address: Address) -> Engine:
    if address.server is not None:
        return _postgresql(address.server)
    _made(address)
    engine = create_engine(
        URL.create("sqlite", database=str(address.file)), connect_args={"timeout": _BUSY}, hide_parameters=True
    )
    event.listen(engine, "connect", _durable)
    event.listen(engine, "begin", _begin)
    return engine


def _postgresql(url: URL) -> Engine:
    limits = {"connect_timeout": _REACH, "tcp_user_timeout": _ACKNOWLEDGED}
    arguments: dict[str, Any] = {key: value for key, value in limits.items() if key not in url.query}
    arguments["prepare_threshold"] = None  # prepared statements do not pass through PgBouncer
    return create_engine(url, connect_args=arguments, hide_parameters=True, pool_pre_ping=True)


def _made(address: Address) -> None:
    """The file, for its owner alone before there is anything in it. Raises SsoSyncError and OSError."""
    if address.file is None:
        raise AssertionError("an address is a file or a server")
    if address.private:
        folder()
    handle = os.open(address.file, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    os.close(handle)


def _durable(connection: sqlite3.Connection, _record: object) -> None:
    """A commit is on the disk when it returns, and readers wait for no writer.

    Transactions are begun by `_begin`, because Python's own begin too late.
    """
    connection.isolation_level = None
    _switch_to_log(connection)
    connection.execute("PRAGMA synchronous = FULL")


def _switch_to_log(connection: sqlite3.Connection) -> None:
    """Write-ahead logging, once and for all of a file; SQLite itself does not wait for others with this one."""
    patience = time.monotonic() + _BUSY
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                raise
            time.sleep(_PAUSE)


def _begin(connection: Connection) -> None:
    """Who is going to write takes his turn at once: a reader that becomes a writer could only fail."""
    writes = connection.get_execution_options().get("sso_sync_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

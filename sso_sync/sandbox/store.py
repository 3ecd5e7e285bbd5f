"""The sandbox's state in one SQLite file, so that it outlives the process, however the process ends.

A request's changes and its line in the request log are one SQLite transaction, committed before the answer is sent. In
WAL mode that survives a killed process; `synchronous=NORMAL` spares a disk flush per request, at the price of the last
moments before a power cut. One process at a time: the file stays locked while a sandbox has it open.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from sso_sync.errors import SsoSyncError
from sso_sync.sandbox.tables import Change, Table

__all__ = ["Store"]

_VERSION = 1
_SCHEMA = """
CREATE TABLE records (kind TEXT NOT NULL, id INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, id));
CREATE TABLE runs (run INTEGER PRIMARY KEY, started_at TEXT NOT NULL);
CREATE TABLE requests (number INTEGER PRIMARY KEY, body TEXT NOT NULL);
"""
_START_AGAIN = "Delete the file (and its -wal and -shm companions) to start with a fresh sandbox."


class Store:
    """One open state file. SsoSyncError when it is in use, no sandbox's, or from another version."""

    def __init__(self, path: Path, *, patience: float = 5.0) -> None:
        """Opens or creates `path`, readable by its owner only; waits `patience` seconds for another process."""
        self.path = path
        self._adapters: dict[type, TypeAdapter[object]] = {}
        with self._explained():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            self._db = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
        try:
            with self._explained():
                self._prepare()
        except BaseException:
            self._db.close()
            raise

    def load(self, tables: Mapping[str, Table[object]]) -> bool:
        """Fills the tables from the file; False when the file holds nothing yet."""
        rows = self._db.execute("SELECT kind, id, body FROM records").fetchall()
        try:
            for kind, key, body in rows:
                table = tables[kind]
                table.place(key, self._adapter(table.record_type).validate_json(body))
        except (KeyError, ValidationError) as error:
            raise SsoSyncError.because(
                f"{self.path} holds sandbox records that this version cannot read", next_action=_START_AGAIN
            ) from error
        return bool(rows)

    def save(self, changes: Sequence[Change], lines: Sequence[str]) -> None:
        """Makes changes and log lines durable, all or nothing."""
        with self._db:
            self._db.execute("BEGIN")
            for change in changes:
                self._write(change)
            self._db.executemany("INSERT INTO requests (body) VALUES (?)", [(line,) for line in lines])

    def begin_run(self, started_at: str) -> int:
        """Counts this opening of the file; answers how many there have been."""
        return self._db.execute("INSERT INTO runs (started_at) VALUES (?)", (started_at,)).lastrowid or 0

    def lines(self) -> list[str]:
        """Every log line ever kept, oldest first."""
        return [body for (body,) in self._db.execute("SELECT body FROM requests ORDER BY number")]

    def forget_lines(self) -> None:
        """Empties the log of every run."""
        self._db.execute("DELETE FROM requests")

    def close(self) -> None:
        self._db.close()

    def _prepare(self) -> None:
        """Locks the file, makes or checks its schema; only then anything about it is changed."""
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._db.execute("BEGIN EXCLUSIVE")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version == 0 and not self._db.execute("SELECT 1 FROM sqlite_master").fetchone():
            for statement in filter(None, map(str.strip, _SCHEMA.split(";"))):
                self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {_VERSION}")
        elif version != _VERSION:
            raise SsoSyncError.because(f"{self.path} is not this version's sandbox state", next_action=_START_AGAIN)
        self._db.execute("COMMIT")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turns what SQLite and the file system say into one clear error."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise SsoSyncError.because(
                    f"the sandbox in {self.path} is in use by another run",
                    next_action="Wait for it to end, or use another state file.",
                ) from error
            raise SsoSyncError.because(f"the sandbox cannot open {self.path}: {error}") from error
        except sqlite3.DatabaseError as error:
            raise SsoSyncError.because(f"{self.path} is not a sandbox's state", next_action=_START_AGAIN) from error
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise SsoSyncError.because(f"the sandbox cannot keep its state in {self.path}: {reason}") from error

    def _write(self, change: Change) -> None:
        if change.record is None:
            self._db.execute("DELETE FROM records WHERE kind = ? AND id = ?", (change.table, change.id))
            return
        body = self._adapter(type(change.record)).dump_json(change.record).decode()
        self._db.execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", (change.table, change.id, body))

    def _adapter(self, record_type: type) -> TypeAdapter[object]:
        if record_type not in self._adapters:
            self._adapters[record_type] = TypeAdapter(record_type)
        return self._adapters[record_type]

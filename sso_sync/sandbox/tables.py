"""Records in memory, and the transaction that either keeps all changes of one request or none.

Records are frozen: to change one is to put another in its place. So a snapshot is a shallow copy, an undo is putting
the former record back, and nobody holds something that changes under them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

__all__ = ["Change", "Database", "Saver", "Table", "replaced"]

R = TypeVar("R")
Key = tuple[str, int]


@dataclass(frozen=True)
class Change:
    """What a transaction did to one record: `record` is what stands there now, None = removed."""

    table: str
    id: int
    record: object | None


Saver = Callable[[Sequence[Change], Sequence[str]], None]
"""Makes changes and log lines durable, together; raises when it cannot."""


@dataclass
class _Open:
    """The transaction under way: what stood at each touched place before, and the log lines to keep with it."""

    before: dict[Key, object | None] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    depth: int = 0


class Table(Generic[R]):
    """The records of one kind by id, in the order of their ids."""

    def __init__(self, name: str, record_type: type[R], touch: Callable[[str, int, object | None], None]) -> None:
        self.name = name
        self.record_type = record_type
        self._touch = touch
        self._records: dict[int, R] = {}
        self._order: list[int] | None = None

    def __iter__(self) -> Iterator[R]:
        if self._order is None:
            self._order = sorted(self._records)
        return iter([self._records[key] for key in self._order])

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, key: object) -> bool:
        return key in self._records

    def __getitem__(self, key: int) -> R:
        return self._records[key]

    def get(self, key: int) -> R | None:
        return self._records.get(key)

    def put(self, key: int, record: R) -> R:
        """Writes the record at `key` and answers it; only inside a transaction."""
        self._touch(self.name, key, self._records.get(key))
        self.place(key, record)
        return record

    def remove(self, key: int) -> None:
        """Removes the record at `key`, which must exist; only inside a transaction."""
        self._touch(self.name, key, self._records[key])
        self.place(key, None)

    def place(self, key: int, record: R | None) -> None:
        """Puts a record (None: nothing) at `key` past any transaction; for loading, undoing and resetting."""
        if record is None:
            self._records.pop(key, None)
            self._order = None
            return
        if key not in self._records:
            self._order = None
        self._records[key] = record

    def copy(self) -> dict[int, R]:
        """All records by id, as they are now."""
        return dict(self._records)


class Database:
    """All tables of a sandbox under one lock."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.tables: dict[str, Table[Any]] = {}
        self._saver: Saver | None = None
        self._open: _Open | None = None

    def save_with(self, saver: Saver | None) -> None:
        """From now on `saver` is called at the end of every transaction, before the transaction counts."""
        self._saver = saver

    def table(self, name: str, record_type: type[R]) -> Table[R]:
        """A new, empty table."""
        made = Table(name, record_type, self._touch)
        self.tables[name] = made
        return made

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; a transaction inside another one is part of it."""
        with self.lock:
            if self._open is None:
                self._open = _Open()
            self._open.depth += 1
            try:
                yield
                if self._open.depth == 1:
                    self._save(self._open)
            except BaseException:
                self._undo(self._open)
                raise
            finally:
                self._open.depth -= 1
                if self._open.depth == 0:
                    self._open = None

    def keep_line(self, line: str) -> None:
        """Saves a log line together with the transaction under way, or at once."""
        with self.lock:
            if self._open is not None:
                self._open.lines.append(line)
            elif self._saver is not None:
                self._saver((), (line,))

    def snapshot(self) -> dict[str, Mapping[int, object]]:
        """Every record of every table, as it is now."""
        with self.lock:
            return {name: table.copy() for name, table in self.tables.items()}

    def restore(self, snapshot: Mapping[str, Mapping[int, object]]) -> None:
        """Makes every table what it was when the snapshot was taken, in one transaction."""
        with self.transaction():
            for name, table in self.tables.items():
                wanted = snapshot.get(name, {})
                for key in set(table.copy()) - set(wanted):
                    table.remove(key)
                for key, record in wanted.items():
                    if table.get(key) is not record:
                        table.put(key, record)

    def _touch(self, name: str, key: int, before: object | None) -> None:
        if self._open is None:
            raise RuntimeError("the sandbox's records change only inside a transaction")
        self._open.before.setdefault((name, key), before)

    def _save(self, done: _Open) -> None:
        if self._saver is None or not (done.before or done.lines):
            return
        changes = [Change(name, key, self.tables[name].get(key)) for name, key in done.before]
        self._saver(changes, done.lines)

    def _undo(self, failed: _Open) -> None:
        for (name, key), before in failed.before.items():
            self.tables[name].place(key, before)
        failed.before.clear()
        failed.lines.clear()


def replaced(record: R, changes: Mapping[str, Any]) -> R:
    """The frozen dataclass `record` with fields changed whose names are known only at run time."""
    made: R = replace(record, **changes)  # type: ignore[type-var]  # every record is a dataclass
    return made

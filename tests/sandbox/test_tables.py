"""Records and transactions: all or nothing, in memory as in the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from sso_sync.sandbox.tables import Change, Database, Table, replaced


@dataclass(frozen=True)
class Thing:
    name: str


@pytest.fixture
def database() -> Database:
    return Database()


@pytest.fixture
def things(database: Database) -> Table[Thing]:
    return database.table("things", Thing)


def test_order_is_by_id(database: Database, things: Table[Thing]) -> None:
    with database.transaction():
        for key in (3, 1, 2):
            things.put(key, Thing(str(key)))
    assert [thing.name for thing in things] == ["1", "2", "3"]
    with database.transaction():
        things.remove(2)
    assert [thing.name for thing in things] == ["1", "3"]
    assert (len(things), 2 in things, things.get(2)) == (2, False, None)


def test_no_change_outside_a_transaction(things: Table[Thing]) -> None:
    with pytest.raises(RuntimeError, match="only inside a transaction"):
        things.put(1, Thing("x"))
    assert len(things) == 0


def test_failure_undoes_everything(database: Database, things: Table[Thing]) -> None:
    with database.transaction():
        things.put(1, Thing("old"))
        things.put(2, Thing("kept"))

    def fail() -> None:
        with database.transaction():
            things.put(1, Thing("new"))
            things.put(1, Thing("newer"))
            things.remove(2)
            things.put(3, Thing("more"))
            raise ValueError("changed my mind")

    with pytest.raises(ValueError, match="changed my mind"):
        fail()
    assert [thing.name for thing in things] == ["old", "kept"]


def test_inner_transactions_are_part_of_the_outer_one(database: Database, things: Table[Thing]) -> None:
    saved: list[tuple[int, Sequence[str]]] = []
    database.save_with(lambda changes, lines: saved.append((len(changes), [*lines])))
    with database.transaction():
        with database.transaction():
            things.put(1, Thing("a"))
        database.keep_line("line")
        assert saved == []
    assert saved == [(1, ["line"])]


def test_a_failed_inner_transaction_leaves_the_outer_one_usable(database: Database, things: Table[Thing]) -> None:
    def fail() -> None:
        with database.transaction():
            things.put(1, Thing("a"))
            raise ValueError("changed my mind")

    with database.transaction():
        with pytest.raises(ValueError, match="changed my mind"):
            fail()
        things.put(2, Thing("b"))
    assert [thing.name for thing in things] == ["b"]


def test_the_saver_sees_the_end_of_each_record(database: Database, things: Table[Thing]) -> None:
    with database.transaction():
        things.put(1, Thing("a"))
    saved: list[Change] = []
    database.save_with(lambda changes, _: saved.extend(changes))
    with database.transaction():
        things.put(2, Thing("b"))
        things.put(2, Thing("c"))
        things.remove(1)
    assert saved == [Change("things", 2, Thing("c")), Change("things", 1, None)]


def test_lines_outside_a_transaction_are_saved_at_once(database: Database) -> None:
    saved: list[str] = []
    database.keep_line("lost, there is nowhere to keep it")
    database.save_with(lambda _, lines: saved.extend(lines))
    database.keep_line("kept")
    assert saved == ["kept"]


def test_nothing_to_save_is_not_saved(database: Database) -> None:
    def explode(*_: object) -> None:
        raise AssertionError("nothing was to be saved")

    database.save_with(explode)
    with database.transaction():
        pass


def test_a_saver_that_fails_undoes_the_transaction(database: Database, things: Table[Thing]) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    database.save_with(fail)
    with pytest.raises(OSError, match="disk full"), database.transaction():
        things.put(1, Thing("a"))
    assert len(things) == 0


def test_snapshot_and_restore(database: Database, things: Table[Thing]) -> None:
    with database.transaction():
        things.put(1, Thing("a"))
        things.put(2, Thing("b"))
    snapshot = database.snapshot()
    with database.transaction():
        things.put(1, replaced(things[1], {"name": "changed"}))
        things.remove(2)
        things.put(3, Thing("c"))
    database.restore(snapshot)
    assert [thing.name for thing in things] == ["a", "b"]
    database.restore({})
    assert len(things) == 0

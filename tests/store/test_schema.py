"""The tables of a store: made at once or by migrations, by several processes at a time, and used by older versions."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from sso_sync.store import probes
from sso_sync.store.database import schema
from sso_sync.store.database.tables import METADATA
from sso_sync.store.locks import locked
from sso_sync.store.missing import without_store
from sso_sync.store.opening import opened
from sso_sync.store.plans import claim, claimed
from sso_sync.store.runs import RunFile, read_run
from sso_sync.store.unavailable import StoreUnavailable
from tests.stored import harm, look, restart

pytestmark = pytest.mark.usefixtures("store_url")

SECOND = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    op.add_column("sso_sync_documents", sa.Column("later", sa.Text))
    op.create_table("sso_sync_later", sa.Column("name", sa.Text, primary_key=True))
    op.execute("UPDATE sso_sync_schema SET level = 2")
"""


def _newer(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """From now on the program is a version that has one more migration."""
    migrations = folder / "migrations"
    shutil.copytree(schema._MIGRATIONS, migrations)
    (migrations / "versions" / "second_0002.py").write_text(SECOND, encoding="utf-8")
    monkeypatch.setattr(schema, "_MIGRATIONS", migrations)
    monkeypatch.setattr(schema, "LEVEL", 2)


def _at_once(*acts: Callable[[], object]) -> list[int]:
    """The exit codes of processes that begin together."""
    ready, go = os.pipe()
    children = []
    for act in acts:
        child = os.fork()
        if child == 0:
            try:
                os.close(go)
                os.read(ready, 1)  # nothing comes; it ends when everybody is there
                act()
                os._exit(0)
            finally:
                os._exit(1)
        children.append(child)
    os.close(ready)
    os.close(go)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def test_migrations_come_to_the_same_tables_as_a_new_store_has() -> None:
    made = opened()
    with made.writing() as database:
        METADATA.drop_all(database)
        database.exec_driver_sql(f"DROP TABLE {schema.REVISIONS}")
        schema._upgrade(database)
        context = MigrationContext.configure(database, opts={"version_table": schema.REVISIONS, "compare_type": True})
        assert compare_metadata(context, METADATA) == []
    assert look("SELECT level, usable_from FROM sso_sync_schema") == [(schema.LEVEL, schema.USABLE_FROM)]
    assert look(f"SELECT version_num FROM {schema.REVISIONS}") == [(schema.HEAD,)]
    with locked("prod", command="a"):
        probes.save("prod", 1)
    restart()
    assert probes.load("prod") == 1


def test_several_that_start_on_nothing_make_one_store() -> None:
    def begin() -> None:
        with locked(f"c{os.getpid()}", command="a", timeout=30):
            probes.save("prod", os.getpid())

    assert _at_once(*[begin] * 6) == [0] * 6
    assert look("SELECT level, usable_from FROM sso_sync_schema") == [(1, 1)]
    assert look(f"SELECT version_num FROM {schema.REVISIONS}") == [(schema.HEAD,)]
    assert look("SELECT count(*) FROM sso_sync_locks") == [(6,)]


def test_an_older_version_works_beside_a_newer_one_that_migrated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    probes.save("prod", "before")

    def older() -> None:
        with locked("prod", command="older", timeout=30):
            probes.save("test", "older")

    def newer() -> None:
        with monkeypatch.context() as patch:
            _newer(patch, tmp_path / str(os.getpid()))
            with locked("prod", command="newer", timeout=30):
                assert look("SELECT later FROM sso_sync_documents WHERE kind = 'probes'")

    assert _at_once(newer, older, newer, older) == [0] * 4
    assert look("SELECT level, usable_from FROM sso_sync_schema") == [(2, 1)]
    assert look(f"SELECT version_num FROM {schema.REVISIONS}") == [("0002",)]
    # This process is still the older version.
    restart()
    assert (probes.load("prod"), probes.load("test")) == ("before", "older")
    RunFile("run", "prod").add({"a": "1"})
    assert read_run("run").lines == ({"a": "1"},)
    assert claim("p", run_id="run", at=datetime(2026, 3, 1, tzinfo=UTC)) is None
    assert claimed("p") is not None
    with locked("prod", command="older"):
        pass


def test_a_store_that_an_older_version_must_not_use_is_one_clear_error() -> None:
    probes.save("prod", 1)
    harm("UPDATE sso_sync_schema SET level = 3, usable_from = 2")
    restart()
    with pytest.raises(StoreUnavailable, match=r"a newer version of sso-sync made it \(level 3; this one knows 1\)"):
        opened()
    assert probes.load("prod") is None
    assert "newer version" in without_store()[0].summary

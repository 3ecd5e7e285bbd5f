"""The first tables.

A migration only ever adds, and says in `sso_sync_schema` which number it is and from which on the store is usable.
It is never changed once it was released; `tables.py` says what all of them come to.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from sso_sync.store.database.moments import Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables."""
    made = op.create_table(
        "sso_sync_schema",
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("usable_from", sa.Integer, nullable=False),
    )
    op.bulk_insert(made, [{"level": 1, "usable_from": 1}])
    op.create_table(
        "sso_sync_locks",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("token", sa.Text),
        sa.Column("since", Moment),
        sa.Column("until", Moment),
        sa.Column("machine", sa.Text),
        sa.Column("pid", sa.BigInteger),
        sa.Column("started", sa.Text),
        sa.Column("host", sa.Text),
        sa.Column("account", sa.Text),
        sa.Column("command", sa.Text),
    )
    op.create_table(
        "sso_sync_runs",
        sa.Column("run_id", sa.Text, primary_key=True),
        sa.Column("connection", sa.Text, nullable=False, index=True),
        sa.Column("begun", Moment, nullable=False),
    )
    op.create_table(
        "sso_sync_lines",
        sa.Column("run_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "sso_sync_claims",
        sa.Column("plan_id", sa.Text, primary_key=True),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
    )
    op.create_table(
        "sso_sync_documents",
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("connection", sa.Text, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("saved", Moment, nullable=False),
    )
    op.create_table(
        "sso_sync_entries",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("connection", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("added", Moment, nullable=False),
    )
    op.create_index("ix_sso_sync_entries_of", "sso_sync_entries", ["kind", "connection", "number"])
    op.create_table(
        "sso_sync_evidence",
        sa.Column("run_id", sa.Text, primary_key=True),
        sa.Column("host", sa.Text, primary_key=True),
        sa.Column("place", sa.Text, primary_key=True),
        sa.Column("at", Moment, nullable=False),
    )

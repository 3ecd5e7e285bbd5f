"""Run by Alembic: carries migrations out on the connection that it is given, in the transaction that is under way."""

from __future__ import annotations

from alembic import context

from sso_sync.store.database.schema import REVISIONS

context.configure(connection=context.config.attributes["connection"], version_table=REVISIONS)
with context.begin_transaction():
    context.run_migrations()

"""Moments in the database: always UTC, and the present one always by the database's own clock.

Leases of several machines are compared, and their clocks need not agree.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, String
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

__all__ = ["Moment", "in_seconds", "now"]

_SQLITE = "%Y-%m-%dT%H:%M:%fZ"  # to the millisecond; such texts sort as the moments do


class Moment(TypeDecorator[datetime]):
    """A moment in UTC: `timestamptz` in PostgreSQL, a text that sorts in SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String(24) if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        moment = value.astimezone(UTC)
        if dialect.name != "sqlite":
            return moment
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return (datetime.fromisoformat(value) if dialect.name == "sqlite" else value).astimezone(UTC)


class now(FunctionElement[datetime]):  # noqa: N801 - a function of SQL
    """The present moment, by the clock of the database; not the moment at which the transaction began."""

    type = Moment()
    inherit_cache = True


class in_seconds(FunctionElement[datetime]):  # noqa: N801 - a function of SQL
    """The moment in so many seconds from now."""

    type = Moment()
    inherit_cache = True


@compiles(now, "sqlite")
def _(_element: now, _compiler: Any, **_options: Any) -> str:
    return f"strftime('{_SQLITE}', 'now')"


@compiles(now, "postgresql")
def _(_element: now, _compiler: Any, **_options: Any) -> str:
    return "clock_timestamp()"


@compiles(in_seconds, "sqlite")
def _(element: in_seconds, compiler: Any, **options: Any) -> str:
    seconds = compiler.process(element.clauses, **options)
    return f"strftime('{_SQLITE}', 'now', {seconds} || ' seconds')"


@compiles(in_seconds, "postgresql")
def _(element: in_seconds, compiler: Any, **options: Any) -> str:
    return f"(clock_timestamp() + make_interval(secs => {compiler.process(element.clauses, **options)}))"

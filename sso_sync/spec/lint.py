"""What types cannot say: contradictions, and values that are possible and unwise, each with what to do about it."""

from __future__ import annotations

from sso_sync.errors import Diagnostic
from sso_sync.marked.problem import by_place
from sso_sync.spec.connection import Connection
from sso_sync.spec.lints import access, app, configuration, ignore, justcall, parameters, sides, text
from sso_sync.spec.lints.look import Lint, Look

__all__ = ["lint"]

_LINTS: tuple[Lint, ...] = (
    text.invisible,
    sides.sandbox,
    sides.addresses,
    sides.urls,
    sides.driver,
    sides.page_map,
    app.identity,
    app.certificate,
    app.rules,
    configuration.initiator,
    configuration.links,
    configuration.blanks,
    configuration.strength,
    configuration.raw,
    configuration.validators,
    parameters.names,
    parameters.nameid,
    parameters.sources,
    access.duplicates,
    access.direct_role,
    justcall.default_role,
    justcall.certificate,
    justcall.swapped,
    justcall.expiry,
    ignore.ignored,
    ignore.ignored_dates,
    ignore.ignored_secrets,
    ignore.ignored_twice,
)


def lint(connection: Connection) -> tuple[Diagnostic, ...]:
    """Errors and warnings about a connection, in the order of the file. Nothing is read but the connection itself."""
    look = Look(connection)
    return by_place((found for check in _LINTS for found in check(look)), (str(connection.path),))

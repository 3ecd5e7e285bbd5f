"""The page map of one connection, tried against its page with the session that the connection has."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

from sso_sync.errors import Diagnostic, SpecError, SsoSyncError
from sso_sync.justcall.browser.map_check import Checked, check_map
from sso_sync.plan.masking import discreet
from sso_sync.spec.connection import Connection
from sso_sync.wiring import start_sandbox
from sso_sync.wiring.browser import browser_room, embedded_access, saved_access

__all__ = ["CheckedMap", "checked_map"]


@dataclass(frozen=True)
class CheckedMap:
    """What became of it. `file` is the user's own map, None for the built-in; `problem` says why the way ended."""

    connection: str
    app_url: str
    label: str
    file: str | None
    entries: tuple[Checked, ...]
    problem: Diagnostic | None

    @property
    def ok(self) -> bool:
        """Whether the driver could work with this page."""
        return self.problem is None and all(one.ok for one in self.entries)


def checked_map(connection: Connection, environ: Mapping[str, str]) -> CheckedMap:
    """Opens the settings page and looks for every entry of the page map; changes nothing.

    Raises SpecError for a connection whose driver is another one, SsoSyncError without a browser, CredentialsRefused
    without a session that JustCall accepts, SideUnavailable when JustCall cannot be reached.
    """
    if connection.spec.justcall.driver != "browser":
        raise SpecError(
            connection.diagnostic(
                "error",
                ("justcall", "driver"),
                "The page map is tried with `driver: browser` alone",
                next_action="Write `driver: browser`, sign in with `sso-sync browser login`, and run it again.",
            )
        )
    with ExitStack() as stack:
        if connection.spec.sandbox:
            access = embedded_access(connection, environ, stack.enter_context(start_sandbox(connection)))
        else:
            access = saved_access(connection, environ)
        room = browser_room(access)
        stack.callback(room.close)
        try:
            entries, problem = room.run(check_map, refusal="refused")
        except SsoSyncError as error:
            error.retell(partial(discreet, connection))
            raise
    file = connection.page_map_file
    hidden = connection.is_sensitive(("justcall", "url")) and not connection.spec.sandbox
    return CheckedMap(
        connection.name,
        "(sensitive)" if hidden else access.app_url,
        access.page_map.settings.label,
        str(file) if file is not None else None,
        entries,
        problem,
    )

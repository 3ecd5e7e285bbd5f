"""What the `browser` commands have to know of JustCall's web app: the one place that knows where it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from sso_sync.errors import SpecError
from sso_sync.spec.connection import Connection, SpecPath
from sso_sync.wiring.page_map import app_url, page_map

__all__ = ["App", "app_of", "check_driven", "needs_session"]


@dataclass(frozen=True, slots=True)
class App:
    """The web app of a connection: its address, and the paths by which a browser finds its way in."""

    url: str
    cookie_domains: tuple[str, ...]
    login_path: str
    signed_out_paths: tuple[str, ...]
    settings_path: str


def app_of(connection: Connection) -> App:
    """The web app that the spec names, or else the page map. Raises SpecError for a page map that is none."""
    known = page_map(connection)
    return App(
        app_url(connection, known),
        tuple(known.app.cookie_domains),
        known.login.path,
        tuple(known.login.signed_out_paths),
        known.settings.path,
    )


def needs_session(connection: Connection) -> bool:
    """Whether a browser drives JustCall for this connection. The embedded sandbox lets itself in."""
    return connection.spec.justcall.driver == "browser" and not connection.spec.sandbox


def check_driven(connection: Connection) -> None:
    """Raises SpecError, at its place in the spec, for a connection that needs nobody to sign in."""
    if needs_session(connection):
        return
    path: SpecPath = ("justcall", "driver")
    why = "its driver is not `browser`"
    if connection.spec.sandbox:
        path, why = ("sandbox",), "its JustCall is the embedded sandbox, which lets itself in"
    raise SpecError(
        connection.diagnostic(
            "error",
            path,
            f"Nobody has to sign in for {connection.name}: {why}",
            next_action="Sign in for a connection with `driver: browser`.",
        )
    )

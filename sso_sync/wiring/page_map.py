"""The page map that a connection goes by, and where its JustCall is."""

from __future__ import annotations

from sso_sync.justcall.page_map.load import load_page_map
from sso_sync.justcall.page_map.model import PageMap
from sso_sync.spec.connection import Connection

__all__ = ["app_url", "page_map"]


def page_map(connection: Connection) -> PageMap:
    """The map that the spec names, laid over the built-in one; the built-in one where none is named, or none is used.

    Raises SpecError with everything that is wrong with the file.
    """
    if connection.spec.justcall.driver == "http":
        return load_page_map(None)
    return load_page_map(connection.page_map_file, named_at=connection.mark(("justcall", "page_map")))


def app_url(connection: Connection, known: PageMap) -> str:
    """Where JustCall's web app is: what the spec says, or the page map's own address."""
    wanted = connection.spec.justcall
    url = wanted.url if wanted.driver == "browser" else None  # the http driver's is a gateway
    return (url or known.app.url).rstrip("/")

"""Where a visitor is sent on to: only the service's own pages, never an address that somebody else chose."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, urlencode

__all__ = ["HOME", "login_address", "own_address"]

HOME = "/portal"
_OWN = ("/admin/", "/launch/", "/trust/saml2/")


def own_address(text: str) -> str:
    r"""`text` when it is a path of these pages, with or without a query; otherwise the portal.

    Browsers drop control characters, turn `\` into `/` and resolve `..` before they go anywhere: none of these passes.
    """
    path = text.partition("?")[0]
    plain = text.isascii() and text.isprintable() and " " not in text and "\\" not in text
    own = path == HOME or path.startswith(_OWN)
    return text if plain and own and ".." not in path.split("/") else HOME


def login_address(path: str, query: Iterable[tuple[str, str]] = ()) -> str:
    """The sign-in page, which leads back to `path` (decoded) with `query`."""
    asked = urlencode(list(query))
    return f"/login?{urlencode({'return': quote(path) + (f'?{asked}' if asked else '')})}"

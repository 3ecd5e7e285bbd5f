"""Where a browser goes in the sandbox instead of a public address: each service's loopback address stands in for it.

Only what a browser is sent to is replaced (a Location header, a form's action). What stands in settings and in SAML
messages keeps the public addresses, because those are what the two sides compare.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import SplitResult, urlsplit

__all__ = ["StandIns"]

_PORTS = {"http": 80, "https": 443}


class StandIns:
    """`origins` answers public origins (`https://acme.onelogin.com`) with the loopback address that stands in for each.

    It is asked at every call, because the addresses are known only once the sandbox listens.
    """

    def __init__(self, origins: Callable[[], Mapping[str, str]]) -> None:
        self._origins = origins

    def here(self, url: str) -> str:
        """`url` with a public origin replaced by its stand-in; any other address, and what is none, as it is."""
        wanted = _origin(url)
        for public, local in self._origins().items():
            if wanted is not None and wanted == _origin(public):
                return local + _rest(urlsplit(url))
        return url


def _origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port, None for what has none of them or more, such as a user name."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    if not parts.hostname or not port or "@" in parts.netloc:
        return None
    return parts.scheme, parts.hostname, port


def _rest(parts: SplitResult) -> str:
    query = f"?{parts.query}" if parts.query else ""
    return parts.path + query + (f"#{parts.fragment}" if parts.fragment else "")

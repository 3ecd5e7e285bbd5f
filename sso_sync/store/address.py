"""Where the store is: `SSO_SYNC_STORE`, or a SQLite file in the tool's own folder.

The address may hold a password, so it is never shown as it is: `shown` says the same without any secret.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from sso_sync.errors import SsoSyncError
from sso_sync.store.private import STATE

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

__all__ = ["FILE", "VARIABLE", "Address", "address"]

VARIABLE = "SSO_SYNC_STORE"
FILE = STATE / "store.sqlite"
"""Where the store is unless the environment names another one."""
_DRIVER = "postgresql+psycopg"
_POSTGRESQL = frozenset({"postgres", "postgresql", _DRIVER})
_MASK = "***"


@dataclass(frozen=True)
class Address:
    """A store. `file` is that of SQLite, `server` the URL of PostgreSQL; `private`: the file is in the tool's folder.

    `shown` is for people; `secrets` are what must not be.
    """

    shown: str
    file: Path | None = None
    server: URL | None = field(default=None, repr=False)
    private: bool = False
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def discreet(self, text: str) -> str:
        """The text on one line, with a mask for every secret of the address."""
        for secret in self.secrets:
            text = text.replace(secret, _MASK)
        return " ".join(text.split())


def address(environ: Mapping[str, str] = os.environ) -> Address:
    """The address of the store. Raises SsoSyncError for one that is none; the error does not repeat it."""
    told = environ.get(VARIABLE, "")
    if not told:
        return Address(str(FILE), Path.cwd() / FILE, private=True)
    scheme, _, rest = told.partition("://")
    if scheme == "sqlite":
        return _sqlite(rest)
    if scheme in _POSTGRESQL:
        return _postgresql(rest)
    raise _wrong("It begins with neither sqlite:// nor postgresql://.")


def _sqlite(rest: str) -> Address:
    """`/relative/path` or `//absolute/path`, as SQLAlchemy writes them."""
    path = rest.removeprefix("/")
    if not rest.startswith("/") or not path or "?" in path or path == ":memory:" or "\0" in path:
        raise _wrong("It names no file.")
    return Address(path, Path.cwd() / path)


def _postgresql(rest: str) -> Address:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import SQLAlchemyError

    try:
        url = make_url(f"{_DRIVER}://{rest}")
    except (SQLAlchemyError, ValueError):
        raise _wrong("The address cannot be understood.") from None
    if url.host is not None and "@" in url.host:
        raise _wrong("There is more than one @ in it; in a password write %40 instead.")
    if not url.database:
        raise _wrong("It names no database.")
    user = f"{url.username}@" if url.username else ""
    port = f":{url.port}" if url.port else ""
    return Address(
        f"postgresql://{user}{url.host or ''}{port}/{url.database}", server=url, secrets=tuple(_secrets(url))
    )


def _secrets(url: URL) -> list[str]:
    """The passwords of an address, as they are and as they may be quoted; the longest first."""
    plain = [url.password] if isinstance(url.password, str) else []
    for key, value in url.query.items():
        if "password" in key.lower():
            plain += [value] if isinstance(value, str) else list(value)
    found = {form for one in plain for form in (one, quote(one), quote(one, safe=""), quote_plus(one)) if form}
    return sorted(found, key=len, reverse=True)


def _wrong(why: str) -> SsoSyncError:
    return SsoSyncError.because(
        f"{VARIABLE} names no store that sso-sync can use",
        detail=f"{why} Its value is not shown, because it may hold a password.",
        next_action=f"Set {VARIABLE} to sqlite:///relative/file, sqlite:////absolute/file or "
        "postgresql://user:password@host:5432/database, or leave it out for a file of this folder's own.",
    )

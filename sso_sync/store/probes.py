"""What probes saw, `.sso-sync/probes/<connection>.json`: for its owner alone, wholly written or not at all.

A record saves somebody a look, no more: one that is damaged is as good as none. What it says is the business of
`justcall/probed.py`.
"""

from __future__ import annotations

import contextlib
import json
import re
import stat

from sso_sync.errors import SsoSyncError
from sso_sync.files import write_whole
from sso_sync.store.private import STATE, folder, unusable
from sso_sync.values import Json

__all__ = ["forget", "load", "save"]

_FOLDER = "probes"
_SUFFIX = ".json"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_LARGEST = 64 * 1024  # bytes


def save(connection: str, document: Json) -> None:
    """Keeps the record of a connection, in place of a former one. Raises SsoSyncError when it cannot be written."""
    text = json.dumps(document, allow_nan=False, indent=2) + "\n"
    write_whole(folder(_FOLDER) / _file(connection), text, mode=0o600)


def load(connection: str) -> Json:
    """The record of a connection; None when there is none that can be read."""
    path = STATE / _FOLDER / _file(connection)
    with contextlib.suppress(OSError, ValueError, RecursionError):
        facts = path.lstat()
        if stat.S_ISREG(facts.st_mode) and facts.st_size <= _LARGEST:
            found: Json = json.loads(path.read_bytes())
            return found
    return None


def forget(connection: str) -> None:
    """Removes the record of a connection, if there is one. Raises SsoSyncError when it cannot be removed."""
    path = STATE / _FOLDER / _file(connection)
    try:
        path.unlink(missing_ok=True)
    except NotADirectoryError:
        return
    except OSError as error:
        raise unusable(path, error) from None


def _file(connection: str) -> str:
    if not _NAME.fullmatch(connection):  # the spec's own rule for names; a path must not get in here
        raise SsoSyncError.because(f"{connection!r} is not the name of a connection")
    return connection + _SUFFIX

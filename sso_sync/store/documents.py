"""One JSON document for each connection, `.sso-sync/<kind>/<connection>.json`: for its owner alone, wholly written or
not at all. It saves somebody a look, no more, so one that is damaged is as good as none.
"""

from __future__ import annotations

import contextlib
import json
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from sso_sync.errors import SsoSyncError
from sso_sync.files import write_whole
from sso_sync.store.private import STATE, folder, unusable
from sso_sync.values import Json

__all__ = ["Documents", "checked_name"]

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_LARGEST = 64 * 1024  # bytes


def checked_name(connection: str) -> str:
    """The name, if it may be part of a file's. Raises SsoSyncError for one that no spec can have."""
    if not _NAME.fullmatch(connection):  # the spec's own rule for names; a path must not get in here
        raise SsoSyncError.because(f"{connection!r} is not the name of a connection")
    return connection


@dataclass(frozen=True)
class Documents:
    """The documents of one kind; `kind` is the name of their folder."""

    kind: str

    def save(self, connection: str, document: Json) -> None:
        """Keeps the document of a connection, in place of a former one. Raises SsoSyncError when it cannot be."""
        text = json.dumps(document, allow_nan=False, indent=2) + "\n"
        name = f"{checked_name(connection)}.json"
        write_whole(folder(self.kind) / name, text, mode=0o600)

    def load(self, connection: str) -> Json:
        """The document of a connection; None when there is none that can be read."""
        path = self._path(connection)
        with contextlib.suppress(OSError, ValueError, RecursionError):
            facts = path.lstat()
            if stat.S_ISREG(facts.st_mode) and facts.st_size <= _LARGEST:
                found: Json = json.loads(path.read_bytes())
                return found
        return None

    def forget(self, connection: str) -> None:
        """Removes the document of a connection, if there is one. Raises SsoSyncError when it cannot be removed."""
        path = self._path(connection)
        try:
            path.unlink(missing_ok=True)
        except NotADirectoryError:
            return
        except OSError as error:
            raise unusable(path, error) from None

    def _path(self, connection: str) -> Path:
        return STATE / self.kind / f"{checked_name(connection)}.json"

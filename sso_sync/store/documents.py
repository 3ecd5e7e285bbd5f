"""One JSON document for each kind and connection, in the store.

It saves somebody a look, no more, so one that is damaged or out of reach is as good as none.
"""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import dataclass

from sso_sync.errors import SsoSyncError
from sso_sync.store.opening import asked, glanced, required
from sso_sync.values import Json

__all__ = ["Documents", "checked_name"]

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


def checked_name(connection: str) -> str:
    """The name, if it is one. Raises SsoSyncError for one that no spec can have."""
    if not _NAME.fullmatch(connection):  # the spec's own rule for names
        raise SsoSyncError.because(f"{connection!r} is not the name of a connection")
    return connection


@dataclass(frozen=True)
class Documents:
    """The documents of one kind; a kind has a short name of its own."""

    kind: str

    def save(self, connection: str, document: Json) -> None:
        """Keeps the document of a connection, in place of a former one. Raises SsoSyncError when it cannot be."""
        text = json.dumps(document, allow_nan=False)
        name = checked_name(connection)
        required(lambda store: store.documents.save(self.kind, name, text))

    def load(self, connection: str) -> Json:
        """The document of a connection; None when there is none that can be read."""
        name = checked_name(connection)
        text = glanced(lambda store: store.documents.load(self.kind, name), otherwise=None)
        with contextlib.suppress(ValueError, RecursionError):
            if text is not None:
                found: Json = json.loads(text)
                return found
        return None

    def forget(self, connection: str) -> None:
        """Removes the document of a connection, if there is one. Raises SsoSyncError when it cannot be removed."""
        name = checked_name(connection)
        asked(lambda store: store.documents.forget(self.kind, name), otherwise=None)

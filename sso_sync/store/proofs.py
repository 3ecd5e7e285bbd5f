"""Login proofs, by connection: what was checked and what came of it, and nothing of the login itself.

No assertion, no password, and not whose login it was.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sso_sync.store.documents import Documents
from sso_sync.values import Json

__all__ = ["Record", "forget", "load", "save"]

_PROOFS = Documents("proofs")
_VERSION = 1
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Record:
    """A login proven `at` (UTC) for the configuration of this fingerprint; `checks` maps a check's name to its status.

    `source` is the command that proved it.
    """

    fingerprint: str
    at: datetime
    checks: Mapping[str, str] = field(default_factory=dict)
    source: str = "verify"


def save(connection: str, record: Record) -> None:
    """Keeps the proof of a connection, in place of a former one. Raises SsoSyncError when it cannot be written."""
    document: Json = {
        "version": _VERSION,
        "fingerprint": record.fingerprint,
        "at": record.at.astimezone(UTC).isoformat(),
        "source": record.source,
        "checks": dict(record.checks),
    }
    _PROOFS.save(connection, document)


def load(connection: str) -> Record | None:
    """The proof of a connection; None when there is none that this version wrote and can read."""
    found = _PROOFS.load(connection)
    with contextlib.suppress(ValueError):  # a moment that is none
        return _read(found)
    return None


def forget(connection: str) -> None:
    """Removes the proof of a connection, if there is one. Raises SsoSyncError when it cannot be removed."""
    _PROOFS.forget(connection)


def _read(found: Json) -> Record | None:
    if not isinstance(found, Mapping) or found.get("version") != _VERSION:
        return None
    fingerprint, at, checks = found.get("fingerprint"), found.get("at"), found.get("checks")
    if not isinstance(fingerprint, str) or not isinstance(at, str) or not isinstance(checks, Mapping):
        return None
    moment = datetime.fromisoformat(at)
    if moment.tzinfo is None or not _FINGERPRINT.fullmatch(fingerprint):
        return None
    statuses = {str(name): str(status) for name, status in checks.items()}
    return Record(fingerprint, moment.astimezone(UTC), statuses, str(found.get("source")))

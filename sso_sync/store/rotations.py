"""How long logins failed in past certificate rotations, `.sso-sync/rotations/<connection>.jsonl`: one line for each.

JustCall holds one certificate, so new logins fail between the two writes of a rotation (fact sheet justcall §6.1). What
was measured last tells people what to expect next time. A damaged line is as good as none.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sso_sync.store.documents import checked_name
from sso_sync.store.private import STATE, append, folder, unusable

__all__ = ["Rotation", "last_window", "remember", "rotations"]

_FOLDER = "rotations"
_LARGEST = 1024 * 1024  # bytes


@dataclass(frozen=True)
class Rotation:
    """One rotation. `seconds` passed between the first write being sent and the second being confirmed.

    `former` and `present` are fingerprints; `rehearsal`: it was done on the sandbox.
    """

    at: datetime
    seconds: float
    former: str
    present: str
    run_id: str
    rehearsal: bool = False


def remember(connection: str, rotation: Rotation) -> None:
    """Adds a rotation. Raises SsoSyncError when it cannot be written."""
    path = folder(_FOLDER) / f"{checked_name(connection)}.jsonl"
    line = {
        "at": rotation.at.isoformat(),
        "seconds": rotation.seconds,
        "former": rotation.former,
        "present": rotation.present,
        "run_id": rotation.run_id,
        "rehearsal": rotation.rehearsal,
    }
    try:
        with append(path) as file:
            file.write(json.dumps(line, allow_nan=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise unusable(path, error) from None


def rotations(connection: str) -> tuple[Rotation, ...]:
    """All that are on record, oldest first."""
    path = STATE / _FOLDER / f"{checked_name(connection)}.jsonl"
    with contextlib.suppress(OSError, UnicodeDecodeError):
        if path.stat().st_size <= _LARGEST:
            lines = path.read_text(encoding="utf-8").splitlines()
            return tuple(found for line in lines if (found := _read(line)) is not None)
    return ()


def last_window(connection: str) -> Rotation | None:
    """The last rotation that was measured, or None."""
    found = rotations(connection)
    return found[-1] if found else None


def _read(line: str) -> Rotation | None:
    try:
        found: Any = json.loads(line)
        made = Rotation(
            datetime.fromisoformat(found["at"]),
            float(found["seconds"]),
            str(found["former"]),
            str(found["present"]),
            str(found["run_id"]),
            found["rehearsal"] is True,
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return made if math.isfinite(made.seconds) and made.seconds >= 0 and made.at.tzinfo is not None else None

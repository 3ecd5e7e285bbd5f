"""How long logins failed in past certificate rotations: one entry of the store for each.

JustCall holds one certificate, so new logins fail between the two writes of a rotation (fact sheet justcall §6.1). What
was measured last tells people what to expect next time. A damaged entry is as good as none.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sso_sync.store.documents import checked_name
from sso_sync.store.opening import glanced, required

__all__ = ["Rotation", "last_window", "remember", "rotations"]

_KIND = "rotations"
_MOST = 1000  # for each connection


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
    name = checked_name(connection)
    line = {
        "at": rotation.at.isoformat(),
        "seconds": rotation.seconds,
        "former": rotation.former,
        "present": rotation.present,
        "run_id": rotation.run_id,
        "rehearsal": rotation.rehearsal,
    }
    text = json.dumps(line, allow_nan=False)
    required(lambda store: store.entries.add(_KIND, name, text, most=_MOST))


def rotations(connection: str) -> tuple[Rotation, ...]:
    """All that are on record and within reach, oldest first."""
    name = checked_name(connection)
    none: list[str] = []
    found = glanced(lambda store: store.entries.all(_KIND, name), otherwise=none)
    return tuple(one for line in found if (one := _read(line)) is not None)


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

"""Plan files on the disk, and which plans have been applied.

A plan is applied once: before the first write its id is claimed in the store, where only one run can have it.
"""

from __future__ import annotations

import contextlib
import os
import stat
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sso_sync.errors import Diagnostic, PlanFileError
from sso_sync.files import write_whole
from sso_sync.store.opening import asked, required

__all__ = ["Claim", "check_savable", "claim", "claimed", "read_text", "save"]

_LARGEST = 64 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """That a plan was applied: when, and by which run. None for what is not known."""

    at: str | None = None
    run_id: str | None = None


def save(path: Path, text: str) -> None:
    """Writes the whole file or none, for its owner alone. Raises SsoSyncError when it cannot be written."""
    write_whole(path.resolve(), text, mode=0o600)


def check_savable(path: Path) -> None:
    """Finds out before the work whether a plan can be saved there. Raises PlanFileError when it cannot.

    An existing file is replaced only if it is a plan itself, or empty: nobody loses a spec to a slip of the keyboard.
    """
    parents = path.absolute().parents
    place = next((parent for parent in parents if parent.exists()), parents[-1])
    if path.is_dir():
        raise _unsavable(path, "It is a folder.")
    if path.exists() and not path.is_file():
        raise _unsavable(path, "It is no ordinary file.")
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        raise _unsavable(path, "The folder is none, or nothing may be written there.")
    if path.exists() and not _replaceable(path):
        raise _unsavable(path, "There is a file already, and it is no saved plan.")


def _replaceable(path: Path) -> bool:
    text = read_text(path)
    return text is not None and (not text or (text.startswith("{") and '"saved"' in text))


def read_text(path: Path) -> str | None:
    """The text of an ordinary file, as it is; bytes that are no UTF-8 become U+FFFD. None when it cannot be read."""
    with contextlib.suppress(OSError, ValueError):
        if not stat.S_ISREG(path.stat().st_mode) or path.stat().st_size > _LARGEST:
            return None
        return path.read_bytes().decode("utf-8", "replace")
    return None


def claimed(plan_id: str) -> Claim | None:
    """Who has applied a plan; None when nobody has. Raises SsoSyncError when that cannot be found out."""
    return _claim(asked(lambda store: store.claims.of(plan_id), otherwise=None))


def claim(plan_id: str, *, run_id: str, at: datetime) -> Claim | None:
    """Marks a plan as applied. None when that worked; else the claim of whoever was first.

    Raises SsoSyncError when the mark cannot be made: what cannot be remembered is not done.
    """
    if required(lambda store: store.claims.make(plan_id, run_id, at)):
        return None
    return claimed(plan_id) or Claim()


def _claim(found: tuple[datetime, str] | None) -> Claim | None:
    return None if found is None else Claim(f"{found[0]:%Y-%m-%dT%H:%M:%SZ}", found[1])


def _unsavable(path: Path, why: str) -> PlanFileError:
    return PlanFileError(
        Diagnostic(
            "error",
            f"The plan cannot be saved to {path}",
            detail=why,
            next_action="Name another file with --out.",
        )
    )

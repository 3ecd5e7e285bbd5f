"""Records that earlier versions kept in files, `.sso-sync/runs/<run_id>.jsonl`; read, and never written any more.

A run that was killed left at most one torn last line there. Such a line is dropped, and said so.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping

from sso_sync.store.private import STATE
from sso_sync.store.unreadable import UnreadableRun, parsed
from sso_sync.values import Json

__all__ = ["lines_of", "run_ids"]

_FOLDER = STATE / "runs"
_SUFFIX = ".jsonl"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,99}")


def run_ids() -> tuple[str, ...]:
    """The ids of all records in files, in no particular order."""
    with contextlib.suppress(OSError):
        return tuple(path.stem for path in _FOLDER.iterdir() if path.suffix == _SUFFIX and _ID.fullmatch(path.stem))
    return ()


def lines_of(run_id: str) -> tuple[tuple[Mapping[str, Json], ...], bool] | None:
    """The lines of a record, and whether a torn one was dropped; None when there is no such file.

    Raises UnreadableRun for a damaged one.
    """
    path = _FOLDER / f"{run_id}{_SUFFIX}"
    try:
        *whole, rest = path.read_bytes().split(b"\n")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UnreadableRun.because(f"{path} cannot be read: {error.strerror}") from None
    return tuple(parsed(str(path), number, line) for number, line in enumerate(whole, start=1)), bool(rest)

"""The record of every run, `.sso-sync/runs/<run_id>.jsonl`: one JSON object a line, on the disk before the next act.

A line is written whole and synchronised before the run goes on, so a run that is killed leaves at most one torn last
line. Such a line is dropped by the reader, which says so; anything else that is no JSON object makes a record
unreadable. What the lines mean is the business of `apply/journal.py`.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sso_sync.errors import SsoSyncError
from sso_sync.files import write_whole
from sso_sync.store.private import STATE, create, folder, unusable
from sso_sync.values import Json

__all__ = ["Record", "RunFile", "UnreadableRun", "keep", "read_run", "run_ids"]

_FOLDER = "runs"
_SUFFIX = ".jsonl"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,99}")
_MOST = 1000  # as many runs of one id as nobody ever has

Line = Mapping[str, Json]


class UnreadableRun(SsoSyncError):
    """There is no such record, or it is damaged."""


@dataclass(frozen=True)
class Record:
    """The lines of one run, in the order they were written. `torn`: a last, unfinished one was dropped."""

    run_id: str
    lines: tuple[Line, ...]
    torn: bool = False


class RunFile:
    """A record that is being written; `run_id` is the id it got, which is the wanted one unless that was taken."""

    def __init__(self, wanted: str) -> None:
        """Creates the file. Raises SsoSyncError when it cannot be created."""
        place = folder(_FOLDER)
        for number in range(1, _MOST):
            self.run_id = wanted if number == 1 else f"{wanted}-{number}"
            path = place / f"{self.run_id}{_SUFFIX}"
            try:
                self._file = create(path, fresh=True)
            except FileExistsError:
                continue
            except OSError as error:
                raise unusable(path, error) from None
            break
        else:
            raise SsoSyncError.because(f"{place} holds too many records of the run {wanted}")
        self._path = path
        _sync_folder(place)

    def add(self, line: Line) -> None:
        """Appends one line and returns when it is on the disk. Raises SsoSyncError when it cannot be written."""
        try:
            self._file.write(json.dumps(line, allow_nan=False, separators=(",", ":")) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise unusable(self._path, error) from None

    def evidence(self) -> Path:
        """A folder of the run's own, beside its record, for what is kept besides. Raises SsoSyncError."""
        return folder(_FOLDER, self.run_id)

    def close(self) -> None:
        with contextlib.suppress(OSError):  # a last buffered line that cannot be written was reported by `add`
            self._file.close()


def keep(run_id: str, name: str, document: Json) -> Path:
    """Writes a document as JSON into the folder of a run, and answers the file. Raises SsoSyncError when it cannot."""
    path = folder(_FOLDER, run_id) / name
    write_whole(path, json.dumps(document, allow_nan=False, indent=2) + "\n", mode=0o600)
    return path


def run_ids() -> tuple[str, ...]:
    """The ids of all records here, in no particular order."""
    with contextlib.suppress(OSError):
        return tuple(
            path.stem for path in (STATE / _FOLDER).iterdir() if path.suffix == _SUFFIX and _ID.match(path.stem)
        )
    return ()


def read_run(run_id: str) -> Record:
    """The record of one run. Raises UnreadableRun when there is none, or when it is damaged."""
    path = STATE / _FOLDER / f"{run_id}{_SUFFIX}"
    try:
        raw = path.read_bytes() if _ID.fullmatch(run_id) else None
    except FileNotFoundError:
        raw = None
    except OSError as error:
        raise UnreadableRun.because(f"{path} cannot be read: {error.strerror}") from None
    if raw is None:
        raise UnreadableRun.because(
            f"There is no record of a run {run_id!r}",
            detail=f"Records are kept in {STATE / _FOLDER}/, in the folder that apply was run in.",
            next_action="`sso-sync history` lists the runs.",
        )
    lines, torn = _lines(path, raw)
    return Record(run_id, lines, torn)


def _lines(path: Path, raw: bytes) -> tuple[tuple[Line, ...], bool]:
    *whole, rest = raw.split(b"\n")
    lines = tuple(_parsed(path, number, line) for number, line in enumerate(whole, start=1))
    return lines, bool(rest)


def _parsed(path: Path, number: int, raw: bytes) -> Line:
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError):
        line = None
    if not isinstance(line, dict):
        raise UnreadableRun.because(
            f"The record {path} is damaged: line {number} is no JSON object",
            next_action="Both sides are as they are: run plan to see what differs from the spec.",
        )
    return line


def _sync_folder(place: Path) -> None:
    """The file's name, too, has to survive a crash; not every file system can be asked for that."""
    with contextlib.suppress(OSError):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

"""The record of every run, in the store: JSON objects in order, each on the disk before the next act.

A line is committed before the run goes on, so a run that is killed loses none. What the lines mean is the business of
`apply/journal.py`. Records that earlier versions kept in files are still read (`files_of_runs`).
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sso_sync.errors import SsoSyncError
from sso_sync.files import write_whole
from sso_sync.store import files_of_runs
from sso_sync.store.address import address
from sso_sync.store.opening import asked, glanced, opened, required
from sso_sync.store.private import folder
from sso_sync.store.unreadable import UnreadableRun, parsed
from sso_sync.values import Json

__all__ = ["Pointer", "Record", "RunFile", "UnreadableRun", "keep", "pointers", "read_run", "read_runs"]

_FOLDER = "runs"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,99}")
_MOST = 1000  # as many runs of one id as nobody ever has

Line = Mapping[str, Json]


@dataclass(frozen=True)
class Record:
    """The lines of one run, in the order they were written. `torn`: a last, unfinished one was dropped."""

    run_id: str
    lines: tuple[Line, ...]
    torn: bool = False


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where evidence of a run lies: a folder of a machine."""

    host: str
    place: str


class RunFile:
    """A record that is being written; `run_id` is the id it got, which is the wanted one unless that was taken."""

    def __init__(self, wanted: str, connection: str) -> None:
        """Begins the record. Raises SsoSyncError when it cannot be begun."""
        self._store = opened()
        self._number = 0
        for number in range(1, _MOST):
            self.run_id = wanted if number == 1 else f"{wanted}-{number}"
            if self._store.runs.begin(self.run_id, connection):
                return
        raise SsoSyncError.because(f"The store holds too many records of the run {wanted}")

    def add(self, line: Line) -> None:
        """Appends one line and returns when it is on the disk. Raises SsoSyncError when it cannot be written."""
        text = json.dumps(line, allow_nan=False, separators=(",", ":"))
        number, self._number = self._number, self._number + 1  # whatever comes of it, none is used twice
        self._store.runs.add(self.run_id, number, text)

    def evidence(self) -> Path:
        """A folder of the run's own, on this machine, for what is kept besides. Raises SsoSyncError."""
        place = folder(_FOLDER, self.run_id)
        self._store.runs.point(self.run_id, socket.gethostname(), str(place.absolute()))
        return place


def keep(run_id: str, name: str, document: Json) -> Path:
    """Writes a document as JSON into the folder of a run, and answers the file. Raises SsoSyncError when it cannot."""
    place = folder(_FOLDER, run_id)
    path = place / name
    write_whole(path, json.dumps(document, allow_nan=False, indent=2) + "\n", mode=0o600)
    required(lambda store: store.runs.point(run_id, socket.gethostname(), str(place.absolute())))
    return path


def pointers(run_id: str) -> tuple[Pointer, ...]:
    """Where evidence of a run lies, as far as anybody can say."""
    none: list[tuple[str, str]] = []
    found = glanced(lambda store: store.runs.pointers(run_id), otherwise=none)
    return tuple(Pointer(host, place) for host, place in found)


def read_run(run_id: str) -> Record:
    """The record of one run. Raises UnreadableRun when there is none or it is damaged; SsoSyncError without a store."""
    if _ID.fullmatch(run_id):
        found = asked(lambda store: store.runs.of(run_id), otherwise=None)
        if found is not None:
            return _record(run_id, found)
        old = files_of_runs.lines_of(run_id)
        if old is not None:
            return Record(run_id, *old)
    raise UnreadableRun.because(
        f"There is no record of a run {run_id!r}",
        detail=f"Records are kept in {address().shown}.",
        next_action="`sso-sync history` lists the runs.",
    )


def read_runs(connection: str | None = None) -> Iterator[tuple[str, Callable[[], Record]]]:
    """Every record, or all that may be of one connection: its id, and what reads it. Raises SsoSyncError."""
    none: list[tuple[str, list[str]]] = []
    found = asked(lambda store: store.runs.all(connection), otherwise=none)
    for run_id, texts in found:
        yield run_id, partial(_record, run_id, texts)
    known = {run_id for run_id, _ in found}
    for run_id in files_of_runs.run_ids():
        if run_id not in known:
            yield run_id, partial(read_run, run_id)


def _record(run_id: str, texts: Sequence[str]) -> Record:
    lines = (parsed(f"of the run {run_id}", number, text) for number, text in enumerate(texts, start=1))
    return Record(run_id, tuple(lines))

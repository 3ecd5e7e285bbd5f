"""One spec or many: finds them, opens them, and runs each so that one that fails does not stop the others.

`run` takes one after the other, `together` many at a time.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from sso_sync.cli import output
from sso_sync.cli.boundary import INTERRUPTED, internal_error
from sso_sync.cli.interrupt import Interrupt
from sso_sync.cli.options import Common
from sso_sync.cli.progress import progress
from sso_sync.cli.selection import Selection
from sso_sync.cli.together import Job
from sso_sync.cli.together import together as in_parallel
from sso_sync.cli.watch import Watch, watch
from sso_sync.errors import Diagnostic, ExitCode, SsoSyncError, UsageError, worst
from sso_sync.plan.model import Plan
from sso_sync.progress import Progress
from sso_sync.report.interface import Applied, Failure, Unapplied
from sso_sync.report.summary import state
from sso_sync.spec.connection import Connection
from sso_sync.spec.discover import discover
from sso_sync.spec.load import check_fleet, load
from sso_sync.tracing import carried
from sso_sync.wiring import Accounts, account_of
from sso_sync.wiring.page_map import page_map

__all__ = ["Fleet", "One", "Pace", "Run", "check_rewrites", "find", "in_turns", "run", "together"]

R = TypeVar("R")
log = logging.getLogger("sso_sync.cli")

One = Callable[[Path, Connection, Progress], tuple[R, ExitCode]]
"""What is done for a connection: its report and exit code."""

_Failed = tuple[Failure, ExitCode]


def find(specs: Sequence[str]) -> tuple[Path, ...]:
    """The spec files behind the words of the command line. Raises SpecError for a missing file or an empty folder."""
    return discover([Path(spec) for spec in specs])


def check_rewrites(paths: Sequence[Path], rewrites: frozenset[str]) -> None:
    """Raises UsageError for --rewrite with several specs: an address belongs to one connection."""
    if rewrites and len(paths) > 1:
        raise UsageError.because(
            "--rewrite takes one spec: an address belongs to one connection",
            next_action="Name the one spec that is meant.",
        )


class Fleet:
    """Opens specs one by one, and none that has the name of a former one."""

    def __init__(self) -> None:
        self._opened: list[Connection] = []

    def open(self, path: Path) -> Connection:
        """The connection in the file. Raises SpecError with everything that is wrong with it, or with its page map."""
        connection = load(path, os.environ)
        page_map(connection)
        check_fleet((*self._opened, connection))
        self._opened.append(connection)
        return connection


@dataclass(frozen=True)
class Run(Generic[R]):
    """The reports of all specs, in order, and the exit code of the run."""

    reports: tuple[R | Failure, ...]
    exit_code: int
    several: bool


def run(paths: Sequence[Path], one: Callable[[Path], tuple[R, ExitCode]], *, several: bool = False) -> Run[R]:
    """Runs `one` for each path. A single spec's error is raised; among several it becomes that connection's report.

    Ctrl-C ends the loop even where `one` itself ends in good order, and what was done until then is still reported.
    """
    if len(paths) == 1 and not several:
        report, code = one(paths[0])
        return Run((report,), code, several=False)
    reports: list[R | Failure] = []
    codes: list[ExitCode] = []
    with Interrupt() as interrupt:
        for path in paths:
            result, code = _interrupted(path) if interrupt.happened else _guarded(path, one, interrupt)
            reports.append(result)
            codes.append(code)
        done = worst(codes)
        stopped = interrupt.happened and done is not ExitCode.PARTIAL
    return Run(tuple(reports), INTERRUPTED if stopped else done, several=True)


def in_turns(
    common: Common,
    selection: Selection,
    opened: Callable[[Path], Connection],
    one: One[R],
) -> Run[R]:
    """The same as `together`, one after the other in this thread: somebody has to be asked about each."""
    for remark in selection.remarks:
        output.note(common, remark)
    with progress(common) as watcher:
        return run(selection.paths, lambda path: one(path, opened(path), watcher), several=selection.several)


@dataclass(frozen=True)
class Pace:
    """How many connections run at the same time: about `parallel` in all, `at_once` of one account."""

    parallel: int
    at_once: int


def together(
    common: Common,
    selection: Selection,
    opened: Callable[[Path], Connection],
    one: One[R],
    *,
    accounts: Accounts,
    pace: Pace,
) -> Run[R]:
    """Runs `one` for each spec of the selection, many at a time, and answers in the order of the specs.

    `opened` loads a spec; all are loaded first, one after the other. Errors and Ctrl-C are dealt with as in `run`;
    what reads both sides ends soon, what writes ends in good order. `common` says who watches.
    """
    for remark in selection.remarks:
        output.note(common, remark)
    paths = selection.paths
    if len(paths) == 1 and not selection.several:
        with progress(common) as watcher:
            report, code = one(paths[0], opened(paths[0]), watcher)
        return Run((report,), code, several=False)
    with Interrupt() as interrupt, watch(common, len(paths)) as view:
        loaded = [_opened(path, opened, interrupt) for path in paths]
        for found in loaded:
            if isinstance(found, Connection):
                accounts.expect(account_of(found))
        work = _Work(one, view, interrupt, pace)
        results = in_parallel(
            [] if interrupt.happened else [work.job(path, found) for path, found in zip(paths, loaded, strict=True)],
            parallel=pace.parallel,
            interrupt=interrupt,
            stop=accounts.stop,
        )
        ended = [results.get(number) or _interrupted(path) for number, path in enumerate(paths)]
        done = worst(code for _, code in ended)
        stopped = interrupt.happened and done is not ExitCode.PARTIAL
    return Run(tuple(report for report, _ in ended), INTERRUPTED if stopped else done, several=True)


def _opened(path: Path, opened: Callable[[Path], Connection], interrupt: Interrupt) -> Connection | _Failed:
    if interrupt.happened:
        return _interrupted(path)
    try:
        return opened(path)
    except KeyboardInterrupt:
        interrupt.happened = True
        return _interrupted(path)
    except SsoSyncError as problem:
        return Failure(problem.diagnostics, problem.exit_code, str(path)), problem.exit_code


@dataclass(frozen=True)
class _Work(Generic[R]):
    """Makes a job of each connection."""

    one: One[R]
    view: Watch
    interrupt: Interrupt
    pace: Pace

    def job(self, path: Path, found: Connection | _Failed) -> Job[tuple[R | Failure, ExitCode]]:
        """A connection as a job. One that could not be loaded is done, and waits for nobody."""
        if not isinstance(found, Connection):
            return Job(partial(self._told, path, found), account=path)
        return Job(
            carried(partial(self._done, path, found)),
            account=account_of(found),
            at_once=1 if found.spec.sandbox else self.pace.at_once,  # the sandbox's state is one file
            alone="browser" if found.spec.justcall.driver == "browser" else None,
        )

    def _told(self, path: Path, failed: _Failed) -> _Failed:
        self.view.ended(str(path), state(failed[0]), 0.0, well=False)
        return failed

    def _done(self, path: Path, connection: Connection) -> tuple[R | Failure, ExitCode]:
        began = time.monotonic()
        mine = self.view.begun(connection.name)
        report, code = _guarded(path, lambda path: self.one(path, connection, mine), self.interrupt)
        seconds = time.monotonic() - began
        self.view.ended(connection.name, _state(report), seconds, well=code in (ExitCode.OK, ExitCode.CHANGES))
        if isinstance(report, Failure) and report.exit_code == INTERRUPTED:
            raise KeyboardInterrupt
        return report, code


def _state(report: object) -> str:
    return state(report) if isinstance(report, Plan | Failure | Applied | Unapplied) else "done"


def _guarded(
    path: Path, one: Callable[[Path], tuple[R, ExitCode]], interrupt: Interrupt
) -> tuple[R | Failure, ExitCode]:
    try:
        return one(path)
    except KeyboardInterrupt:
        interrupt.happened = True
        return _interrupted(path)
    except SsoSyncError as problem:
        return Failure(problem.diagnostics, problem.exit_code, str(path)), problem.exit_code
    except Exception as problem:
        log.exception("internal error")
        return Failure((internal_error(problem),), ExitCode.ERROR, str(path)), ExitCode.ERROR


def _interrupted(path: Path) -> tuple[Failure, ExitCode]:
    stopped = Diagnostic("error", "interrupted", next_action="Run it again: both sides are read afresh.")
    return Failure((stopped,), INTERRUPTED, str(path)), ExitCode.ERROR

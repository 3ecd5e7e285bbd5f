"""One spec or many: finds them, opens them, and runs each so that one that fails does not stop the others."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from sso_sync.cli.boundary import INTERRUPTED, internal_error
from sso_sync.cli.interrupt import Interrupt
from sso_sync.errors import Diagnostic, ExitCode, SsoSyncError, UsageError, worst
from sso_sync.report.interface import Failure
from sso_sync.spec.connection import Connection
from sso_sync.spec.discover import discover
from sso_sync.spec.load import check_fleet, load
from sso_sync.wiring.page_map import page_map

__all__ = ["Fleet", "Run", "check_rewrites", "find", "run"]

R = TypeVar("R")
log = logging.getLogger("sso_sync.cli")


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


def run(paths: Sequence[Path], one: Callable[[Path], tuple[R, ExitCode]]) -> Run[R]:
    """Runs `one` for each path. A single spec's error is raised; among several it becomes that connection's report.

    Ctrl-C ends the loop even where `one` itself ends in good order, and what was done until then is still reported.
    """
    if len(paths) == 1:
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

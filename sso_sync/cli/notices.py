"""Notifications of a command: it is listened to spec by spec, and what changed is told once its result was printed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sso_sync.cli import output
from sso_sync.cli.afterwards import afterwards
from sso_sync.cli.boundary import internal_error
from sso_sync.cli.options import Common
from sso_sync.errors import Diagnostic, ExitCode, SsoSyncError
from sso_sync.notifying.facts import Seen
from sso_sync.notifying.targets import VARIABLE
from sso_sync.plan.model import Plan
from sso_sync.report.interface import ApplyReport, Failure
from sso_sync.spec.connection import Connection

__all__ = ["Notices"]

R = TypeVar("R", bound=Plan | ApplyReport)
P = ParamSpec("P")
One = Callable[Concatenate[Path, P], tuple[R, ExitCode]]
Open = Callable[[Path], Connection]


class Notices:
    """What `command` (`drift`, `apply`) found out about each spec, to be told at its end if the environment says whom.

    `silent`: nobody is told. Each spec is opened through `opening` and run through `heard`, in whatever thread.
    """

    def __init__(self, common: Common, command: str, *, silent: bool = False) -> None:
        self._common = common
        self._command = command
        self._names: dict[Path, str] = {}
        self._seen: dict[Path, Seen] = {}
        self._order: dict[Path, int] = {}
        if not silent and os.environ.get(VARIABLE, "").strip():
            afterwards(self._tell)

    def opening(self, opened: Open) -> Open:
        """`opened`, listened to: the connection's name is known from then on, even if its run fails."""

        def listening(path: Path) -> Connection:
            self._order.setdefault(path, len(self._order))
            with self._watching(path):
                connection = opened(path)
            self._names[path] = connection.name
            return connection

        return listening

    def heard(self, one: One[P, R]) -> One[P, R]:
        """`one`, which runs a spec, listened to: its report or its error, whatever becomes of that."""

        def listening(path: Path, /, *args: P.args, **kwargs: P.kwargs) -> tuple[R, ExitCode]:
            with self._watching(path):
                report, code = one(path, *args, **kwargs)
            self._note(path, report, code)
            return report, code

        return listening

    @contextmanager
    def _watching(self, path: Path) -> Iterator[None]:
        try:
            yield
        except SsoSyncError as problem:
            self._note(path, Failure(problem.diagnostics, problem.exit_code, str(path)), problem.exit_code)
            raise
        except Exception as problem:
            self._note(path, Failure((internal_error(problem),), ExitCode.ERROR, str(path)), ExitCode.ERROR)
            raise

    def _note(self, path: Path, report: Plan | ApplyReport, code: ExitCode) -> None:
        """What is heard of a spec first; an error may come by twice, on its way up."""
        self._seen.setdefault(path, Seen(self._command, str(path), self._names.get(path), report, code))

    def _tell(self) -> None:
        from sso_sync.notifying.tell import tell

        # In the order of the specs: connections that run at the same time end in any.
        ordered = sorted(self._seen, key=lambda path: self._order.get(path, len(self._order)))
        tell(tuple(self._seen[path] for path in ordered), os.environ, self._warn)

    def _warn(self, words: str) -> None:
        output.complain(self._common, (Diagnostic("warning", words),))

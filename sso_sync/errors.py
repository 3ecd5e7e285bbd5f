"""Diagnostics, exit codes and the exception tree: the ground floor that every other module stands on.

SsoSyncError
├── SpecError            the spec is wrong                                  exit 1
├── LiveStateError       a live side is in a state no plan can start from   exit 1
├── UnexpectedAnswer     a service answered what the client cannot take     exit 1
├── PlanFileError        a saved plan cannot be used, or not be written     exit 1
├── StalePlan            a saved plan no longer fits, or was applied        exit 4
├── ReadOnlyViolation    a read-only run tried to write (a bug in us)       exit 1
├── Locked               another run works on the same connection           exit 5
├── SideUnavailable      a side cannot be reached                           exit 6
│   └── CredentialsRefused   … or does not accept who we are               exit 6
└── UsageError           wrong command line                                 exit 64
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Literal, Self

__all__ = [
    "CredentialsRefused",
    "Diagnostic",
    "ExitCode",
    "LiveStateError",
    "Locked",
    "PlanFileError",
    "ReadOnlyViolation",
    "Severity",
    "SideUnavailable",
    "SpecError",
    "SsoSyncError",
    "StalePlan",
    "UnexpectedAnswer",
    "UsageError",
    "worst",
]

Severity = Literal["error", "warning", "info"]


class ExitCode(IntEnum):
    """What a run tells its caller (DESIGN §2). A change is never an error and an error never a change."""

    OK = 0
    ERROR = 1
    CHANGES = 2
    REFUSED = 3
    STALE = 4
    LOCKED = 5
    UNAVAILABLE = 6
    PARTIAL = 7
    USAGE = 64


# DESIGN §2: for several specs the run's code is the first of these that occurs.
_PRECEDENCE = (
    ExitCode.USAGE,
    ExitCode.PARTIAL,
    ExitCode.ERROR,
    ExitCode.UNAVAILABLE,
    ExitCode.LOCKED,
    ExitCode.STALE,
    ExitCode.REFUSED,
    ExitCode.CHANGES,
    ExitCode.OK,
)


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """The code of a run over several specs, by the documented order; OK for none."""
    found = set(codes)
    return next((code for code in _PRECEDENCE if code in found), ExitCode.OK)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing to tell the user: what, where, why, and what to do next.

    `line` and `column` count from 1. `address` is a plan address (`onelogin.app.name`) or None.
    """

    severity: Severity
    summary: str
    detail: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None
    address: str | None = None
    next_action: str | None = None

    @property
    def where(self) -> str | None:
        """`file:line:column` as far as it is known, or None."""
        if self.file is None:
            return None
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)

    def at(self, file: str | None, line: int | None, column: int | None) -> Diagnostic:
        """The same diagnostic, placed in a file."""
        return replace(self, file=file, line=line, column=column)


class SsoSyncError(Exception):
    """Everything the tool reports on purpose: one or more diagnostics and the exit code they lead to."""

    exit_code: ExitCode = ExitCode.ERROR

    def __init__(self, *diagnostics: Diagnostic) -> None:
        if not diagnostics:
            raise ValueError("an error without a diagnostic tells nobody anything")
        self.diagnostics = diagnostics
        super().__init__("\n".join(d.summary for d in diagnostics))

    def retell(self, rewrite: Callable[[Diagnostic], Diagnostic]) -> None:
        """Puts every diagnostic in other words, in place: the kind of the error and its traceback stay."""
        self.diagnostics = tuple(rewrite(diagnostic) for diagnostic in self.diagnostics)
        self.args = ("\n".join(diagnostic.summary for diagnostic in self.diagnostics),)

    def another(self) -> Self:
        """An equal error for somebody else, who may retell and raise it without touching this one."""
        made = type(self).__new__(type(self))
        made.__dict__.update(self.__dict__)
        made.args = self.args
        return made

    @classmethod
    def because(
        cls,
        summary: str,
        *,
        detail: str | None = None,
        next_action: str | None = None,
        address: str | None = None,
    ) -> Self:
        """The common case: one error diagnostic that has no place in a file."""
        return cls(Diagnostic("error", summary, detail=detail, next_action=next_action, address=address))


class SpecError(SsoSyncError):
    """The spec cannot be used as it is written."""


class LiveStateError(SsoSyncError):
    """A live side is in a state from which no plan can start, such as two apps of one name."""


class UnexpectedAnswer(SsoSyncError):
    """A service answered, but with an error or a shape that the client cannot go on from."""


class PlanFileError(SsoSyncError):
    """A file is no saved plan that this version can use, or a plan cannot be saved."""


class StalePlan(SsoSyncError):
    """A saved plan no longer fits the spec or the live sides, or has been applied already. Nothing was changed."""

    exit_code = ExitCode.STALE


class ReadOnlyViolation(SsoSyncError):
    """A write was tried through a read-only transport. Always a bug in sso-sync, never in the spec."""


class Locked(SsoSyncError):
    """Another run works on the same connection; the diagnostic says whose and since when."""

    exit_code = ExitCode.LOCKED


class SideUnavailable(SsoSyncError):
    """A side could not be reached, or kept failing until the retries were used up."""

    exit_code = ExitCode.UNAVAILABLE


class CredentialsRefused(SideUnavailable):
    """A side answered, but does not accept the credentials or their scope."""


class UsageError(SsoSyncError):
    """The command line makes no sense."""

    exit_code = ExitCode.USAGE

"""A check and what came of it. What could not be looked at is never passed in silence: it is not made, and says why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sso_sync.errors import Diagnostic, ExitCode, worst
from sso_sync.values import Json

__all__ = ["Check", "Status", "Verification"]


class Status(StrEnum):
    """What came of a check."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    NOT_MADE = "not_made"


@dataclass(frozen=True)
class Check:
    """One check. `address` is the plan address of what was looked at.

    `expected` and `found` are None where there is nothing to compare; `known` says how `found` is known, as in
    "observed (probe)". `unreachable`: it was not made because a side was out of reach, and may well be made later.
    """

    name: str
    status: Status
    summary: str
    address: str
    detail: str | None = None
    expected: Json = None
    found: Json = None
    known: str | None = None
    next_action: str | None = None
    unreachable: bool = False

    @property
    def exit_code(self) -> ExitCode:
        """What this check alone would have a run end with."""
        if self.status is Status.PASS:
            return ExitCode.OK
        return ExitCode.UNAVAILABLE if self.unreachable else ExitCode.ERROR


@dataclass(frozen=True)
class Verification:
    """All checks of one connection, in the order in which they matter; `path` is its spec.

    `how` tells what was looked at, for a heading. `findings` are worth knowing, and neither good nor bad.
    """

    connection: str
    path: str
    how: str
    checks: tuple[Check, ...]
    findings: tuple[Diagnostic, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """OK when every check passed, ERROR when one failed, UNAVAILABLE when a side that was out of reach is all."""
        return worst(check.exit_code for check in self.checks)

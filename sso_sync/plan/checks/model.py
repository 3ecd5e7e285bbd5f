"""A check and what came of it. What could not be looked at is never passed in silence: it is not made, and says why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from sso_sync.errors import Diagnostic, ExitCode, worst
from sso_sync.plan.cost import Cost
from sso_sync.plan.proof import Proof
from sso_sync.values import Json

__all__ = ["Check", "Group", "Status", "Verification", "required"]


class Group(StrEnum):
    """What a check looked at, in the order of a report; the word is what `--require` takes."""

    SETTINGS = "settings"
    METADATA = "metadata"
    CERTIFICATES = "certificates"
    ASSERTION = "assertion"
    PROBE = "probe"


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
    `optional`: it was not made because nobody set it up, which is no failure.
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
    optional: bool = False
    group: Group = Group.PROBE

    @property
    def exit_code(self) -> ExitCode:
        """What this check alone would have a run end with."""
        if self.status is Status.PASS or (self.status is Status.NOT_MADE and self.optional):
            return ExitCode.OK
        return ExitCode.UNAVAILABLE if self.unreachable else ExitCode.ERROR


@dataclass(frozen=True)
class Verification:
    """All checks of one connection, in the order in which they matter; `path` is its spec.

    `how` tells what was looked at, group by group, for a heading. `findings` are worth knowing, and neither good nor
    bad. `proof` is the login proof, if it is one; `evidence` the file that keeps the checks.
    """

    connection: str
    path: str
    how: Mapping[Group, str]
    checks: tuple[Check, ...]
    findings: tuple[Diagnostic, ...] = ()
    proof: Proof | None = None
    evidence: str | None = None
    cost: Cost | None = field(default=None, compare=False)

    @property
    def exit_code(self) -> ExitCode:
        """OK when every check passed, ERROR when one failed, UNAVAILABLE when a side that was out of reach is all.

        What nobody set up does not count.
        """
        return worst(check.exit_code for check in self.checks)

    @property
    def groups(self) -> dict[Group, tuple[Check, ...]]:
        """The checks by what they looked at; a group without a check is left out."""
        found = {group: tuple(check for check in self.checks if check.group is group) for group in Group}
        return {group: checks for group, checks in found.items() if checks}

    @property
    def unmade(self) -> tuple[str, ...]:
        """Names of the checks that were not made, a group by its own name where that is all of it."""
        names: list[str] = []
        for group, checks in self.groups.items():
            missing = [check.name for check in checks if check.status is Status.NOT_MADE]
            names += [group.value] if len(missing) == len(checks) else missing
        return tuple(names)


_REQUIRED = "It was required, and nobody set it up."


def required(checks: tuple[Check, ...], names: frozenset[str]) -> tuple[Check, ...]:
    """The checks, with those that nobody set up failed where `names` has their name, or their group's."""
    return tuple(
        replace(check, status=Status.FAIL, optional=False, detail="\n".join(filter(None, (check.detail, _REQUIRED))))
        if check.optional and check.status is Status.NOT_MADE and names & {check.name, check.group.value}
        else check
        for check in checks
    )

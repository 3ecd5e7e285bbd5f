"""A result as a flat list of findings: the common ground of the formats for machines that look for trouble.

SARIF, JUnit and GitHub's annotations all tell the same findings; only the drawing differs. A finding has a verdict, as
in a test report, and a severity, as in a compiler's. Its texts hold names from outside: each format escapes for itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from sso_sync.errors import Diagnostic, Severity
from sso_sync.marked.place import Mark

__all__ = ["Finding", "Group", "Report", "Verdict", "of_diagnostic"]


class Verdict(StrEnum):
    """What came of one thing that was looked at.

    `failed`: it is not as it should be. `not_made`: nobody looked, or could say. `error`: it could not be reached.
    `remark`: nothing was tested, but it is worth knowing.
    """

    PASSED = "passed"
    FAILED = "failed"
    NOT_MADE = "not_made"
    ERROR = "error"
    REMARK = "remark"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell. `rule` is a stable id such as `guard.max_removals` or `change.update`.

    `name` tells it apart from others of its rule; `place` is where in the spec to look, None when that is not known.
    """

    rule: str
    name: str
    verdict: Verdict
    level: Severity
    summary: str
    detail: str | None = None
    next_action: str | None = None
    address: str | None = None
    place: Mark | None = None

    @property
    def told(self) -> bool:
        """Whether there is something to tell: a thing that is as it should be, or is merely not set up, is not."""
        return self.verdict is not Verdict.PASSED

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything there is to say, line by line."""
        lines = [self.summary, *(text for text in (self.detail or "").splitlines() if text.strip())]
        return (*lines, f"Next: {self.next_action}") if self.next_action else tuple(lines)


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one connection, or of none; `path` is its spec. `failed`: it got no result at all."""

    connection: str
    path: str | None
    headline: str
    findings: tuple[Finding, ...] = ()
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of one run. `exit_code` is None when nobody said what it is."""

    command: str
    groups: tuple[Group, ...] = field(default=())
    exit_code: int | None = None


def of_diagnostic(found: Diagnostic, verdict: Verdict | None = None, place: Mark | None = None) -> Finding:
    """A diagnostic as a finding; an error is a failure, everything else a remark, unless `verdict` says otherwise.

    `place` is for a diagnostic that has none of its own.
    """
    if found.file is not None:
        place = Mark(found.file, found.line or 1, found.column or 1)
    return Finding(
        rule=f"diagnostic.{found.severity}",
        name=found.address or found.summary,
        verdict=verdict or (Verdict.FAILED if found.severity == "error" else Verdict.REMARK),
        level=found.severity,
        summary=found.summary,
        detail=found.detail,
        next_action=found.next_action,
        address=found.address,
        place=place,
    )

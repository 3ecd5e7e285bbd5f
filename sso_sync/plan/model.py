"""The plan: what differs, what would be done about it, what stands in the way. Every report is made from it alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sso_sync.errors import Diagnostic
from sso_sync.plan.operations import Operation
from sso_sync.values import Json

if TYPE_CHECKING:
    from sso_sync.plan.premise import Premise

__all__ = ["Action", "Change", "Plan", "Refusal", "Side", "SideInfo", "SpecRef", "Step", "Summary"]


class Side(StrEnum):
    ONELOGIN = "onelogin"
    JUSTCALL = "justcall"


class Action(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    MANUAL = "manual"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Change:
    """One address that is not as the spec says, or cannot be compared.

    `before` and `after` are what a reader may see: friendly words, certificates as
    `{"fingerprint", "not_after", …}`, and `"(sensitive)"` for anything that came from `!env`.
    """

    address: str
    side: Side
    action: Action
    before: Json = None
    after: Json = None
    reason: str | None = None
    sensitive: bool = False
    known_after_apply: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One operation on a service and what must be done before it.

    `addresses` names the changes that this step brings about; `needs` the ids of earlier steps.
    """

    id: str
    side: Side
    summary: str
    operation: Operation
    needs: frozenset[str] = frozenset()
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why this plan must not be applied: the guard, the numbers, the setting to change, the next action (DESIGN §4)."""

    guard: str
    summary: str
    detail: str | None = None
    setting: str | None = None
    next_action: str | None = None
    address: str | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SideInfo:
    """One side in the plan's heading.

    `label` names the place ("acme.onelogin.com"), `how` the way it was read ("browser, observed 12:04"); `error` says
    why it could not be read at all.
    """

    side: Side
    label: str
    how: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    create: int = 0
    update: int = 0
    delete: int = 0
    manual: int = 0
    unknown: int = 0

    @property
    def total(self) -> int:
        return self.create + self.update + self.delete + self.manual + self.unknown

    @property
    def automatic(self) -> int:
        """How many changes an apply can bring about by itself."""
        return self.create + self.update + self.delete


@dataclass(frozen=True, slots=True)
class SpecRef:
    path: str
    name: str
    digest: str


@dataclass(frozen=True)
class Plan:
    """What one connection needs to be as its spec says. `fingerprint` covers the spec and the managed live values.

    `premises` is what was wanted and found at each address, for a saved plan; secrets included, so never shown whole.
    `undoes` is the run that the plan puts back; then "as the spec says" reads "as before that run".
    """

    plan_id: str
    created_at: datetime
    spec: SpecRef
    fingerprint: str
    changes: tuple[Change, ...] = ()
    steps: tuple[Step, ...] = ()
    findings: tuple[Diagnostic, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    sides: tuple[SideInfo, ...] = ()
    premises: tuple[Premise, ...] = field(default=(), repr=False, compare=False)
    undoes: str | None = None

    @property
    def summary(self) -> Summary:
        counts = dict.fromkeys(Action, 0)
        for change in self.changes:
            counts[change.action] += 1
        return Summary(**{action.value: count for action, count in counts.items()})

    @property
    def empty(self) -> bool:
        """In sync: nothing to change and nothing unknown."""
        return not self.changes

    @property
    def unread(self) -> bool:
        """Whether a side could not be read at all."""
        return any(side.error is not None for side in self.sides)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")

"""What an apply did: every step with its outcome, and whether both sides now are as the spec says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sso_sync.errors import Diagnostic, ExitCode
from sso_sync.justcall.settings import SettingField
from sso_sync.plan.cost import Cost
from sso_sync.plan.model import Plan, Step
from sso_sync.values import Json

__all__ = ["ApplyResult", "Handover", "Outcome", "Rotated", "RotationState", "StepResult"]


class Outcome(StrEnum):
    APPLIED = "applied"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step. `diagnostic` says why it failed or was skipped; for an applied one it is a remark, and mostly None."""

    step: Step
    outcome: Outcome
    diagnostic: Diagnostic | None = None


@dataclass(frozen=True, slots=True)
class Handover:
    """Exact values that a person has to enter in JustCall (driver `attested`)."""

    values: Mapping[SettingField, Json]


class RotationState(StrEnum):
    """How far a rotation came.

    `prepared`: the target is known, and was not found fit, or was not looked at. `checked`: fit, and nothing was
    switched. `handed_over`: OneLogin has it, a person gives it to JustCall. `switched`: both have it, as far as they
    said. `verified`: both were read back, and JustCall's test succeeded. `rolled_back`: both have the former one again.
    `apart`: the two sides hold different certificates, or nobody can say.
    """

    PREPARED = "prepared"
    CHECKED = "checked"
    HANDED_OVER = "handed_over"
    SWITCHED = "switched"
    VERIFIED = "verified"
    ROLLED_BACK = "rolled_back"
    APART = "apart"


@dataclass(frozen=True)
class Rotated:
    """What became of a rotation.

    `seconds` passed between the first write being sent and the second being confirmed; None where that was not both in
    this run. `held` says what each side holds, by side, where that is in question.
    """

    state: RotationState
    seconds: float | None = None
    rolled_back: bool = False
    held: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ApplyResult:
    """`after` is the second plan, made from fresh reads; None when the run never got there.

    `verified` means: the second plan is empty. `handover` is there when a person has to go on. `cost` is that of the
    whole run, both plans included.
    """

    run_id: str
    plan: Plan
    steps: tuple[StepResult, ...]
    after: Plan | None
    verified: bool
    exit_code: ExitCode
    handover: Handover | None = None
    findings: tuple[Diagnostic, ...] = ()
    rotation: Rotated | None = None
    cost: Cost | None = field(default=None, compare=False)

    def by_outcome(self, outcome: Outcome) -> tuple[StepResult, ...]:
        return tuple(result for result in self.steps if result.outcome is outcome)

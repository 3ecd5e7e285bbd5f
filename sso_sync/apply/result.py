"""What an apply did: every step with its outcome, and whether both sides now are as the spec says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sso_sync.errors import Diagnostic, ExitCode
from sso_sync.justcall.settings import SettingField
from sso_sync.plan.model import Plan, Step
from sso_sync.values import Json

__all__ = ["ApplyResult", "Handover", "Outcome", "StepResult"]


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


@dataclass(frozen=True)
class ApplyResult:
    """`after` is the second plan, made from fresh reads; None when the run never got there.

    `verified` means: the second plan is empty. `handover` is there when a person has to go on.
    """

    run_id: str
    plan: Plan
    steps: tuple[StepResult, ...]
    after: Plan | None
    verified: bool
    exit_code: ExitCode
    handover: Handover | None = None
    findings: tuple[Diagnostic, ...] = ()

    def by_outcome(self, outcome: Outcome) -> tuple[StepResult, ...]:
        return tuple(result for result in self.steps if result.outcome is outcome)

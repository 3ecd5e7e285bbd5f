"""How a plan is carried out: as it stands, or by somebody who takes back what cannot be finished."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sso_sync.apply.context import Context
from sso_sync.apply.executor import Execution, execute
from sso_sync.apply.journal import Journal
from sso_sync.apply.result import ApplyResult
from sso_sync.plan.model import Step
from sso_sync.progress import Progress

__all__ = ["Conduct", "Plainly"]


class Conduct(Protocol):
    """What an apply asks for: the execution of its steps, and the last word on what came of them."""

    def carry_out(self, steps: Sequence[Step], context: Context, progress: Progress, journal: Journal) -> Execution:
        """Carries out the steps; never raises for one that fails."""

    def concluded(self, result: ApplyResult) -> ApplyResult:
        """The result once both sides were read back, before the record of the run is closed."""


class Plainly:
    """Step by step, and what failed has failed."""

    def carry_out(self, steps: Sequence[Step], context: Context, progress: Progress, journal: Journal) -> Execution:
        return execute(steps, context, progress, journal)

    def concluded(self, result: ApplyResult) -> ApplyResult:
        return result

"""What the formats for machines have in common: every report becomes one list of findings, and each only draws it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from sso_sync.errors import Diagnostic
from sso_sync.plan.doctor.model import Examination
from sso_sync.report.change_findings import apply_group, failure_group, plan_group
from sso_sync.report.check_findings import attested_group, examination_group, validation_group, verification_group
from sso_sync.report.findings import Group, Report
from sso_sync.report.interface import ApplyReport, Attested, Failure, PlanReport, Style, VerifyReport, planning_command

__all__ = ["FindingsFormatter"]


class FindingsFormatter(ABC):
    """A format that draws findings. One document for one connection and for several alike."""

    is_json = False

    @abstractmethod
    def written(self, report: Report) -> str:
        """The whole document."""

    def plans(self, reports: Sequence[PlanReport], style: Style, *, several: bool) -> str:
        """Every change, and what stands in the way."""
        del several
        return self._of(planning_command(reports, style), [plan_group(one) for one in reports], style)

    def applies(self, reports: Sequence[ApplyReport], style: Style, *, several: bool) -> str:
        """Every step, and what is left."""
        del several
        return self._of("apply", [apply_group(one) for one in reports], style)

    def verifications(self, reports: Sequence[VerifyReport], style: Style, *, several: bool) -> str:
        """Every check."""
        del several
        return self._of("verify", [verification_group(one) for one in reports], style)

    def examination(self, report: Examination, style: Style) -> str:
        """Every diagnosis."""
        return self._of("doctor", [examination_group(report)], style)

    def validation(self, diagnostics: Sequence[Diagnostic], specs: int, style: Style) -> str:
        """Every diagnostic."""
        return self._of("validate", [validation_group(diagnostics, specs)], style)

    def attested(self, report: Attested, style: Style) -> str:
        """That it is recorded."""
        return self._of("attest", [attested_group(report)], style)

    def failure(self, failure: Failure, style: Style) -> str:
        """Why there is nothing else."""
        report = Report(failure.command or "run", (failure_group(failure),), int(failure.exit_code))
        del style
        return self.written(report)

    def _of(self, command: str, groups: Sequence[Group], style: Style) -> str:
        return self.written(Report(command, tuple(groups), style.exit_code))

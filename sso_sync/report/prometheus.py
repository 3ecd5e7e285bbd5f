"""Metrics for Prometheus: what differs on which side, how long certificates last, what was refused, how it ended.

The text is what a textfile collector or a push gateway takes. Only what was read is counted: a side that could not be
read has no drift of zero, it has none at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sso_sync.apply.result import Outcome
from sso_sync.clock import utc_now
from sso_sync.errors import Diagnostic
from sso_sync.plan.checks.model import Verification
from sso_sync.plan.cost import Cost
from sso_sync.plan.doctor.model import Examination
from sso_sync.plan.model import Action, Plan, Side
from sso_sync.report.exposition import Metric
from sso_sync.report.interface import (
    Applied,
    ApplyReport,
    Attested,
    Failure,
    PlanReport,
    Style,
    Unapplied,
    VerifyReport,
    planning_command,
)

__all__ = ["PrometheusFormatter"]


class PrometheusFormatter:
    """One page of metrics for one connection and for several alike."""

    is_json = False

    def plans(self, reports: Sequence[PlanReport], style: Style, *, several: bool) -> str:
        """Changes and unknowns per side, certificates, refusals."""
        del several
        page = _Page(planning_command(reports, style))
        for one in reports:
            page.failed(one) if isinstance(one, Failure) else page.planned(one)
        return page.text(style.exit_code)

    def applies(self, reports: Sequence[ApplyReport], style: Style, *, several: bool) -> str:
        """What is left after the apply, and its steps."""
        del several
        page = _Page("apply")
        for one in reports:
            page.failed(one) if isinstance(one, Failure) else page.applied(one)
        return page.text(style.exit_code)

    def verifications(self, reports: Sequence[VerifyReport], style: Style, *, several: bool) -> str:
        """Every check by its status."""
        del several
        page = _Page("verify")
        for one in reports:
            page.failed(one) if isinstance(one, Failure) else page.verified(one)
        return page.text(style.exit_code)

    def examination(self, report: Examination, style: Style) -> str:
        """Every case that was found."""
        page = _Page("doctor")
        page.examined(report)
        return page.text(style.exit_code)

    def validation(self, diagnostics: Sequence[Diagnostic], specs: int, style: Style) -> str:
        """How many specs there are, and how many diagnostics of each severity."""
        page = _Page("validate")
        page.specs.set(specs)
        for severity in ("error", "warning", "info"):
            page.diagnostics.set(sum(one.severity == severity for one in diagnostics), severity=severity)
        return page.text(style.exit_code)

    def attested(self, report: Attested, style: Style) -> str:
        """Until when it is good."""
        page = _Page("attest")
        page.attested_until.set(report.attestation.until.timestamp(), connection=report.attestation.connection)
        return page.text(style.exit_code)

    def failure(self, failure: Failure, style: Style) -> str:
        """That the run failed, and with which code."""
        del style
        page = _Page(failure.command or "run")
        page.failed(failure)
        return page.text(int(failure.exit_code))


class _Page:
    """The metrics of one run, in the order in which they are written."""

    def __init__(self, command: str) -> None:
        self._command = command
        self._failures = 0
        self.drift = Metric("sso_sync_drift", "Changes that one side needs to be as the spec says.")
        self.unknown = Metric("sso_sync_unknown", "Values of one side that could not be compared.")
        self.ignored = Metric("sso_sync_ignored", "Values that differ and are ignored for a while.")
        self.readable = Metric("sso_sync_side_readable", "1 if the side could be read, else 0.")
        self.days = Metric("sso_sync_certificate_days_left", "Whole days until the side's signing certificate expires.")
        self.refusals = Metric("sso_sync_refusals", "Guards that refuse the plan.")
        self.steps = Metric("sso_sync_steps", "Steps of the apply, by outcome.")
        self.checks = Metric("sso_sync_checks", "1 for every check, by its status: pass, fail or not_made.")
        self.diagnoses = Metric("sso_sync_diagnoses", "1 for every case that doctor found.")
        self.specs = Metric("sso_sync_specs", "Specs that were validated.")
        self.diagnostics = Metric("sso_sync_diagnostics", "Diagnostics of the validated specs, by severity.")
        self.attested_until = Metric("sso_sync_attested_until_timestamp_seconds", "When the attestation expires.")
        self.requests = Metric("sso_sync_requests", "HTTP requests that the run sent to the side, retries included.")
        self.retries = Metric("sso_sync_request_retries", "Of the requests, those that were sent again.")
        self.duration = Metric("sso_sync_run_duration_seconds", "How long the run took for the connection.")
        self.last = Metric("sso_sync_last_run_timestamp_seconds", "When the connection was looked at last.")

    def failed(self, failure: Failure) -> None:
        """A connection without a result; it may have no name yet, so it is only counted."""
        del failure
        self._failures += 1

    def planned(self, plan: Plan) -> None:
        """What the plan knows. Unknown is not a change, and an unread side has no number."""
        name = plan.spec.name
        self._differences(plan)
        self.refusals.set(len(plan.refusals), connection=name)
        self.ignored.set(len({address for rule in plan.ignored for address in rule.addresses}), connection=name)
        for fact in plan.certificates:
            if fact.days_left is not None:
                self.days.set(fact.days_left, connection=name, side=fact.side.value)
        self.last.set(plan.created_at.timestamp(), connection=name)
        self._spent(name, plan.cost)

    def applied(self, report: Applied | Unapplied) -> None:
        """The second look, if there was one; what was planned is done, or nobody knows."""
        if isinstance(report, Unapplied):
            self.planned(report.plan)
            return
        result = report.result
        for outcome in Outcome:
            number = len(result.by_outcome(outcome))
            self.steps.set(number, connection=result.plan.spec.name, outcome=outcome.value)
        if result.after is not None:
            self.planned(result.after)
        self._spent(result.plan.spec.name, result.cost)

    def verified(self, report: Verification) -> None:
        """One sample for each check."""
        for check in report.checks:
            self.checks.set(1, connection=report.connection, check=check.name, status=check.status.value)
        self.last.set(_now(), connection=report.connection)
        self._spent(report.connection, report.cost)

    def examined(self, report: Examination) -> None:
        """One sample for each case that was found."""
        name = report.connection or ""
        for one in report.diagnoses:
            self.diagnoses.set(1, connection=name, case=one.case, side=one.side.value)
        for side in report.sides:
            self.readable.set(int(side.error is None), connection=name, side=side.side.value)
        self.last.set(_now(), connection=name)

    def text(self, exit_code: int | None) -> str:
        """The whole page."""
        run = [
            self._one("sso_sync_failed_connections", "Connections without a result.", self._failures),
            *([self._one("sso_sync_exit_code", "How the run ended.", exit_code)] if exit_code is not None else []),
        ]
        own = (one for one in vars(self).values() if isinstance(one, Metric))
        return "".join(metric.text for metric in (*own, *run))

    def _spent(self, name: str, cost: Cost | None) -> None:
        if cost is None:
            return
        for side in Side:
            self.requests.set(cost.requests[side], connection=name, side=side.value)
            self.retries.set(cost.retries[side], connection=name, side=side.value)
        self.duration.set(round(cost.seconds, 3), connection=name)

    def _one(self, name: str, told: str, value: int) -> Metric:
        made = Metric(name, told)
        made.set(value, command=self._command)
        return made

    def _differences(self, plan: Plan) -> None:
        unread = {info.side for info in plan.sides if info.error is not None}
        for side in Side:
            labels = {"connection": plan.spec.name, "side": side.value}
            self.readable.set(int(side not in unread), **labels)
            actions = [change.action for change in plan.changes if change.side is side]
            self.unknown.set(_count(actions, lambda action: action is Action.UNKNOWN), **labels)
            if side not in unread:
                self.drift.set(_count(actions, lambda action: action is not Action.UNKNOWN), **labels)


def _count(actions: Iterable[Action], holds: Callable[[Action], bool]) -> int:
    return sum(map(holds, actions))


def _now() -> float:
    return utc_now().timestamp()

"""What every format does: it gets whole results, returns a whole document, and knows nothing of files or terminals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sso_sync.apply.result import ApplyResult
from sso_sync.errors import Diagnostic, ExitCode
from sso_sync.justcall.attestation import Attestation
from sso_sync.plan.checks.model import Verification
from sso_sync.plan.doctor.model import Examination
from sso_sync.plan.model import Plan

__all__ = [
    "Applied",
    "ApplyReport",
    "Attested",
    "Failure",
    "Formatter",
    "PlanReport",
    "Style",
    "Unapplied",
    "VerifyReport",
    "planning_command",
]


@dataclass(frozen=True, slots=True)
class Style:
    """How to draw: `width` in terminal cells, colours only if asked for, `verbose` = nothing shortened or folded.

    `saved_as` is the file that a plan was saved to: then that is what to apply next. `exit_code` is the run's, for the
    formats that tell it; `command` is what was run, for a run of which no plan tells.
    """

    width: int = 100
    colour: bool = False
    verbose: bool = False
    saved_as: str | None = None
    exit_code: int | None = None
    command: str = "plan"


@dataclass(frozen=True, slots=True)
class Failure:
    """A connection that got no document of its own; `path` is its spec, None if the run failed before there was one.

    `command` is the word after `sso-sync`, None when that is not known.
    """

    diagnostics: tuple[Diagnostic, ...]
    exit_code: ExitCode | int
    path: str | None = None
    command: str | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """An apply that did something. `runbook` is for the person who goes on by hand, line by line."""

    result: ApplyResult
    runbook: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unapplied:
    """An apply that changed nothing: in sync, refused, or not approved (`cancelled`)."""

    plan: Plan
    exit_code: ExitCode
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Attested:
    """What a person vouches for, and the file that now says so."""

    attestation: Attestation
    path: Path


PlanReport = Plan | Failure
VerifyReport = Verification | Failure
ApplyReport = Applied | Unapplied | Failure


def planning_command(reports: Sequence[PlanReport], style: Style) -> str:
    """The command that made these plans; where there is none among them, the one that was run."""
    return next((report.command for report in reports if isinstance(report, Plan)), style.command)


class Formatter(Protocol):
    """One output format. With `several` false there is exactly one report, and it is the document itself."""

    @property
    def is_json(self) -> bool:
        """Whether the documents are JSON, and so UTF-8 whatever the terminal speaks."""

    def plans(self, reports: Sequence[PlanReport], style: Style, *, several: bool) -> str:
        """What would be done."""

    def applies(self, reports: Sequence[ApplyReport], style: Style, *, several: bool) -> str:
        """What was done."""

    def verifications(self, reports: Sequence[VerifyReport], style: Style, *, several: bool) -> str:
        """What was checked, and what came of it."""

    def examination(self, report: Examination, style: Style) -> str:
        """What is wrong, and what heals it."""

    def validation(self, diagnostics: Sequence[Diagnostic], specs: int, style: Style) -> str:
        """What is wrong with `specs` spec files; nothing, if there is no diagnostic."""

    def attested(self, report: Attested, style: Style) -> str:
        """What was recorded, and where."""

    def failure(self, failure: Failure, style: Style) -> str:
        """Why there is no document at all."""

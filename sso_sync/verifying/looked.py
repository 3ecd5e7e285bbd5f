"""What came of looking at one thing."""

from __future__ import annotations

from dataclasses import dataclass

from sso_sync.errors import Diagnostic
from sso_sync.plan.checks.model import Check, Group

__all__ = ["Looked"]


@dataclass(frozen=True)
class Looked:
    """The checks of one group. `how` says where and how it was looked, for a heading."""

    group: Group
    how: str
    checks: tuple[Check, ...]
    findings: tuple[Diagnostic, ...] = ()

"""What a guard says against a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Refusal"]


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

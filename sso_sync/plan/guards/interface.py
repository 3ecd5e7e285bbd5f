"""What a guard is: a name that `--override` takes, and a pure function from an outcome to a verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sso_sync.errors import Diagnostic
from sso_sync.plan.model import Refusal
from sso_sync.plan.outcome import Outcome, Value

__all__ = ["FINE", "Guard", "Verdict", "passed_with", "refusal", "refuse"]


@dataclass(frozen=True)
class Verdict:
    """Why the plan must not be applied, and what its reader should know all the same."""

    refusals: tuple[Refusal, ...] = ()
    findings: tuple[Diagnostic, ...] = ()


FINE = Verdict()


@dataclass(frozen=True)
class Guard:
    """One guard of DESIGN §4. `judge` never raises and reads nothing but the outcome.

    `identity`: it asks whose the two sides are, not what becomes of them, and so refuses even a plan without a step.
    """

    name: str
    judge: Callable[[Outcome], Verdict]
    identity: bool = False


def passed_with(guard: str) -> str:
    """How to pass one guard, as the end of a sentence."""
    return f"or pass this guard with --override {guard}."


def refusal(guard: str, summary: str, *, at: Value, detail: str, setting: str, remedy: str) -> Refusal:
    """A refusal because of one value; `remedy` is a sentence without its full stop."""
    return Refusal(
        guard=guard,
        summary=summary,
        detail=detail,
        setting=setting,
        next_action=f"{remedy}, {passed_with(guard)}",
        address=at.address,
    )


def refuse(guard: str, summary: str, *, at: Value, detail: str, setting: str, remedy: str) -> Verdict:
    """A verdict of one such refusal."""
    return Verdict((refusal(guard, summary, at=at, detail=detail, setting=setting, remedy=remedy),))

"""A growing list of steps, with the few questions that the areas ask of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from sso_sync.plan.diff import Delta
from sso_sync.plan.model import Side, Step
from sso_sync.plan.operations import Operation

__all__ = ["Builder", "addresses", "targeting"]

T = TypeVar("T")


def targeting(deltas: Iterable[Delta], kind: type[T]) -> list[tuple[Delta, T]]:
    """The differences at one kind of target, with the target typed."""
    return [(delta, delta.item.target) for delta in deltas if isinstance(delta.item.target, kind)]


def addresses(deltas: Iterable[Delta]) -> tuple[str, ...]:
    return tuple(delta.change.address for delta in deltas)


class Builder:
    """Collects steps in an order in which each comes after all that it needs."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def add(
        self,
        identity: str,
        side: Side,
        summary: str,
        operation: Operation,
        *,
        needs: Iterable[str] = (),
        deltas: Sequence[Delta] = (),
    ) -> str:
        """Appends a step and answers its id. Needed ids that were never added are dropped: nothing to wait for."""
        present = {step.id for step in self.steps}
        if identity in present:
            raise ValueError(f"two steps are called {identity!r}")
        self.steps.append(Step(identity, side, summary, operation, frozenset(needs) & present, addresses(deltas)))
        return identity

    def ids(self, *prefixes: str) -> set[str]:
        """Ids of the steps so far that start with one of the prefixes; all of them for none."""
        return {step.id for step in self.steps if not prefixes or step.id.startswith(prefixes)}

"""What it cost to find something out, or to do it: requests to each side, and time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sso_sync.plan.side import Side
from sso_sync.values import Json

__all__ = ["Cost", "cost_document"]


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a whole command for one connection, from the moment its wires were opened; no part of what was found.

    `requests` and `retries` (those of them that were sent again) by side, `seconds` by the clock on the wall: what a
    person took to say yes is among them, what another run's lock took is not. A browser's page loads are no requests.
    """

    requests: Mapping[Side, int]
    retries: Mapping[Side, int]
    seconds: float


def cost_document(cost: Cost | None) -> Json:
    """`{requests: {onelogin, justcall}, retries: {…}, seconds}`; null where it is told elsewhere, or not known."""
    if cost is None:
        return None
    return {
        "requests": {side.value: number for side, number in cost.requests.items()},
        "retries": {side.value: number for side, number in cost.retries.items()},
        "seconds": round(cost.seconds, 3),
    }

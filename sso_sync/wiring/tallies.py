"""How many requests a connection costs, on each side. What a browser loads is none of them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from sso_sync.http import UNOBSERVED, Observer, Tally, together
from sso_sync.plan.cost import Cost
from sso_sync.plan.model import Side

__all__ = ["Tallies"]


@dataclass(frozen=True, slots=True)
class Tallies:
    """One tally for each side; `also` is told of the requests of both. `began` is a moment of the monotonic clock."""

    onelogin: Tally = field(default_factory=Tally)
    justcall: Tally = field(default_factory=Tally)
    also: Observer = UNOBSERVED
    began: float = field(default_factory=time.monotonic)

    @property
    def cost(self) -> Cost:
        """What was spent since these tallies were begun."""
        counts = {Side.ONELOGIN: self.onelogin.count, Side.JUSTCALL: self.justcall.count}
        return Cost(
            requests={side: count.sent for side, count in counts.items()},
            retries={side: count.repeated for side, count in counts.items()},
            seconds=time.monotonic() - self.began,
        )

    @property
    def at_onelogin(self) -> Observer:
        """Whom OneLogin's wires tell."""
        return together(self.onelogin, self.also)

    @property
    def at_justcall(self) -> Observer:
        """Whom JustCall's wires tell."""
        return together(self.justcall, self.also)

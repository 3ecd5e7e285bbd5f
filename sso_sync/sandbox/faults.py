"""What can go wrong between a client and a service, on demand: the rules, and which call they strike.

A fault strikes before the service does anything (`when="before"`) or after everything is done and saved
(`when="after"`): the second kind is how a write succeeds that its caller takes for failed. What a struck call is
answered is `sandbox/broken.py`'s business.
"""

from __future__ import annotations

import random
import re
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Literal

from sso_sync.sandbox.wire import ServiceName

__all__ = ["MISHAPS", "Fault", "Faults", "Fired", "Strike"]

Kind = Literal["latency", "rate_limit", "error", "drop", "hang", "garbage", "stale"]
When = Literal["before", "after"]
Garbage = Literal["html", "truncated", "not_utf8", "empty", "wrong_shape"]


@dataclass(frozen=True)
class Fault:
    """One rule. It matches calls by `service`, `method` and `path` (a regex searched in the path); None matches all.

    It strikes the `nth` matching call from its adding on (1 = the first) and the ones after it, `times` in all
    (None = for ever). Further fields by kind:

    - latency: `seconds` of waiting, before or after the call is served
    - rate_limit: 429. The token path answers the edge's bare HTML; elsewhere `hint` says how the wait of `seconds` is
      announced: "retry-after", "reset" (the service's own headers), or "none". Always before.
    - error: `status` with `body` "json", "html" or "empty"
    - drop: the connection is closed without a byte of answer
    - hang: the answer is held back until `Faults.release()`; with "before", the call is not served until then either
    - garbage: the call is served, but its answer replaced: `garbage`
    - stale: a GET is answered with what the same URL answered last; a URL never asked before is served normally
    """

    kind: Kind
    service: ServiceName | None = None
    method: str | None = None
    path: str | None = None
    nth: int = 1
    times: int | None = 1
    when: When = "before"
    status: int = 500
    body: Literal["json", "html", "empty"] = "json"
    seconds: float = 0.0
    hint: Literal["retry-after", "reset", "none"] = "retry-after"
    garbage: Garbage = "html"

    def matches(self, service: ServiceName, method: str, path: str) -> bool:
        """Whether a call is this rule's business."""
        return (
            self.service in (None, service)
            and self.method in (None, method)
            and (self.path is None or re.search(self.path, path) is not None)
        )


MISHAPS: tuple[Fault, ...] = (
    Fault("rate_limit"),
    Fault("error", status=500),
    Fault("error", status=502, body="html"),
    Fault("error", status=504, when="after", body="html"),
    Fault("error", status=500, when="after"),
    Fault("drop"),
    Fault("drop", when="after"),
)
"""What the random mode chooses from unless told otherwise: everything a retry is meant to get over."""


@dataclass
class Strike:
    """A fault that hits one call; a hang waits for `released`. A stale read needs something to show to take effect."""

    fault: Fault
    takes_effect: bool = False
    released: Future[object] = field(default_factory=Future)

    def __post_init__(self) -> None:
        self.takes_effect = self.fault.kind != "stale"

    def release(self) -> None:
        """Lets a hanging call go on to its answer."""
        if not self.released.done():
            self.released.set_result(None)


@dataclass(frozen=True)
class Fired:
    """A strike that happened."""

    fault: Fault
    service: ServiceName
    method: str
    path: str


@dataclass
class _Armed:
    """A rule and how often it has matched so far."""

    fault: Fault
    seen: int = 0

    def strike(self) -> Strike | None:
        self.seen += 1
        first, times = self.fault.nth, self.fault.times
        if self.seen < first or (times is not None and self.seen >= first + times):
            return None
        return Strike(self.fault)


@dataclass
class _Random:
    """The random mode: each call is struck with probability `rate`."""

    rate: float
    dice: random.Random
    menu: tuple[Fault, ...]


class Faults:
    """The faults of a running sandbox; may be changed at any time, from any thread. `fired` is what has struck."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: list[_Armed] = []
        self._random: _Random | None = None
        self._hanging: list[Strike] = []
        self._reached = threading.Condition(self._lock)
        self.fired: list[Fired] = []

    def add(self, fault: Fault) -> None:
        """Arms a rule. The first armed rule that strikes a call decides; every matching rule counts the call.

        ValueError when `path` is no regular expression.
        """
        try:
            re.compile(fault.path or "")
        except re.error as error:
            raise ValueError(f"path {fault.path!r} is no regular expression: {error}") from None
        with self._lock:
            self._armed.append(_Armed(fault))

    def random(self, rate: float, *, seed: int = 0, menu: tuple[Fault, ...] = MISHAPS) -> None:
        """Strikes each call with probability `rate` (0 to 1) by a fault of `menu`; the same seed, the same dice."""
        with self._lock:
            # Reproducible on purpose: this is a rehearsal, not cryptography.
            self._random = _Random(rate, random.Random(seed), menu)  # noqa: S311

    def clear(self) -> None:
        """Disarms everything, ends the random mode, releases what hangs and forgets what has fired."""
        with self._lock:
            self._armed.clear()
            self._random = None
            self.fired.clear()
        self.release()

    def release(self) -> None:
        """Lets every hanging call go on to its answer."""
        with self._lock:
            waiting, self._hanging = self._hanging, []
        for strike in waiting:
            strike.release()

    def wait_for_hang(self, seconds: float = 10.0) -> bool:
        """Waits until a call hangs; False when none did within `seconds`."""
        with self._reached:
            return self._reached.wait_for(lambda: bool(self._hanging), seconds)

    def strike(self, service: ServiceName, method: str, path: str) -> Strike | None:
        """The strike on this call, if any; every matching rule's counter moves on."""
        with self._lock:
            strikes = [armed.strike() for armed in self._armed if armed.fault.matches(service, method, path)]
            return next((strike for strike in strikes if strike is not None), None) or self._by_chance(
                service, method, path
            )

    def happened(self, strike: Strike, service: ServiceName, method: str, path: str) -> None:
        """Notes that a strike took effect."""
        with self._reached:
            self.fired.append(Fired(strike.fault, service, method, path))
            if strike.fault.kind == "hang":
                self._hanging.append(strike)
                self._reached.notify_all()

    def rules(self) -> tuple[Fault, ...]:
        """The armed rules, in the order they are asked."""
        with self._lock:
            return tuple(armed.fault for armed in self._armed)

    def _by_chance(self, service: ServiceName, method: str, path: str) -> Strike | None:
        chance = self._random
        if chance is None or chance.dice.random() >= chance.rate:
            return None
        fault = chance.dice.choice(chance.menu)
        return Strike(fault) if fault.matches(service, method, path) else None

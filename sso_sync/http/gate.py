"""What all requests to one account pass in one run: so many at a time, so many in all, and none while the service asks
to wait.

OneLogin counts the calls of an account, whoever makes them (fact sheet §2), so the gate belongs to the account and not
to a connection.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace

import requests

from sso_sync.http.problems import BudgetSpent

__all__ = ["OPEN", "Gate", "Passage"]


def _silent(_response: requests.Response) -> None:
    """An answer that says nothing of limits."""


class Gate:
    """Safe to use from many threads.

    `name` is the account, for people. At most `at_once` requests are under way, at most `budget` are sent in all (None:
    as many as it takes). `pause` tells from an answer for how many seconds the account must be left alone; up to
    `patience` seconds are waited for, more is an error. `left` tells how many calls the service still allows, None when
    an answer does not say.
    """

    def __init__(
        self,
        name: str,
        *,
        at_once: int = 8,
        budget: int | None = None,
        pause: Callable[[requests.Response], float | None] = _silent,
        left: Callable[[requests.Response], int | None] = _silent,
        patience: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._name = name
        self._slots = threading.BoundedSemaphore(at_once)
        self._lock = threading.Lock()
        self._budget = budget
        self._sent = 0
        self._pause = pause
        self._left = left
        self._allowed: int | None = None
        self._free_from = 0.0
        self._patience = patience
        self._clock = clock
        self._sleep = sleep

    @property
    def sent(self) -> int:
        """How many requests passed until now."""
        return self._sent

    @contextmanager
    def passing(self, *, exempt: bool, slot: bool = True) -> Iterator[None]:
        """Holds the request back until it may be sent; the block sends it and reads its answer.

        `exempt`: it is sent even beyond the budget, because it finishes what was begun. `slot` False: it is part of a
        request that has its place already, such as a token that is fetched for it. Raises BudgetSpent.
        """
        with self._slots if slot else nullcontext():
            self._wait(exempt=exempt)
            with self._lock:
                if self._budget is not None and self._sent >= self._budget and not exempt:
                    raise self._spent()
                self._sent += 1
            yield

    def heard(self, response: requests.Response) -> None:
        """Takes note of what an answer says about the calls that are still allowed."""
        seconds, left = self._pause(response), self._left(response)
        with self._lock:
            if left is not None:
                self._allowed = left
            if seconds:
                self._free_from = max(self._free_from, self._clock() + seconds)

    def afford(self, requests: int) -> None:
        """Raises BudgetSpent when `requests` more are not to be had: to be asked before what must not stop half-way."""
        with self._lock:
            ours = None if self._budget is None else self._budget - self._sent
            if ours is not None and ours < requests:
                raise BudgetSpent.because(
                    f"The budget of {self._budget} requests to {self._name} does not suffice: {max(ours, 0)} are left, "
                    f"and this may take {requests}",
                    detail="Nothing was changed.",
                    next_action="Give the run more with --budget, or fewer connections with --only.",
                )
            begun_anew = self._allowed == 0 and self._clock() >= self._free_from
            if self._allowed is not None and self._allowed < requests and not begun_anew:
                raise BudgetSpent.because(
                    f"{self._name} allows {self._allowed} more requests this hour, and this may take {requests}",
                    detail="Nothing was changed.",
                    next_action="Run the command again when the hour is over.",
                )

    def _wait(self, *, exempt: bool) -> None:
        while (seconds := self._free_from - self._clock()) > 0:
            if seconds > self._patience:
                if exempt:  # the service itself has the last word about what must not stop half-way
                    return
                raise BudgetSpent.because(
                    f"{self._name} asks to be left alone for {seconds:.0f} s: its limit of requests is used up",
                    next_action=f"Run the command again in {seconds:.0f} s.",
                )
            self._sleep(seconds)

    def _spent(self) -> BudgetSpent:
        return BudgetSpent.because(
            f"The budget of {self._budget} requests to {self._name} is spent",
            next_action="Give the run more with --budget, or fewer connections with --only or --changed-since.",
        )


@dataclass(frozen=True, slots=True)
class Passage:
    """How one transport passes the gate, if there is any: see `Gate.passing`."""

    gate: Gate | None = None
    exempt: bool = False
    slot: bool = True

    def exempted(self) -> Passage:
        """The same way for what must not stop half-way."""
        return replace(self, exempt=True)

    @contextmanager
    def sending(self) -> Iterator[None]:
        """The block sends one request and reads its answer. Raises BudgetSpent."""
        with nullcontext() if self.gate is None else self.gate.passing(exempt=self.exempt, slot=self.slot):
            yield

    def heard(self, response: requests.Response) -> None:
        """Tells the gate of an answer."""
        if self.gate is not None:
            self.gate.heard(response)


OPEN = Passage()
"""Nobody holds anything back."""

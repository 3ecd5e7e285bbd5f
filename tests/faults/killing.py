"""kill -9 at a chosen call: the call hangs, its sender dies, and the service does what it was asked, or never did."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from multiprocessing.context import ForkServerProcess
from typing import Literal

from sso_sync.sandbox.faults import Fault, Strike
from tests.faults.world import World

__all__ = ["Begin", "Hangs", "Moment", "killed"]

Moment = Literal["before", "after", "late"]
"""When the process dies: before the service does what it was asked (which it then never does), after it has done it
but before it answers, or before, and the request is carried out all the same when its sender is dead.
"""
Begin = Callable[[World, str], AbstractContextManager[ForkServerProcess]]
"""Starts a child that works on the world, in a folder; it does not outlive the block."""


@dataclass
class Hangs:
    """The calls that hang, as they are struck, so that one of them can be lost."""

    struck: list[Strike]

    def lose(self) -> None:
        """Makes hanging calls as if they had never arrived."""
        for strike in self.struck:
            strike.fault = Fault("drop")
        self.struck.clear()


def killed(begin: Begin, world: World, hangs: Hangs, call: Fault, moment: Moment) -> bool:
    """Runs a child that dies at the call that `call` hangs; False when it ended before that."""
    sandbox = world.sandbox
    sandbox.faults.add(replace(call, when="after" if moment == "after" else "before"))
    with begin(world, str(world.path.parent)) as child:
        while not sandbox.faults.wait_for_hang(0.05):
            if not child.is_alive():
                sandbox.faults.clear()
                return False
        child.kill()
        child.join()
        if moment == "before":
            hangs.lose()
        served = len(sandbox.requests)
        sandbox.faults.clear()
        if moment != "after":
            _wait_until(lambda: len(sandbox.requests) > served)
    return True


def _wait_until(happened: Callable[[], bool]) -> None:
    for _ in range(1000):
        if happened():
            return
        time.sleep(0.005)
    raise AssertionError("the request that hung did not go on")

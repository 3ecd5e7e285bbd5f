"""Carrying a plan out on a world, in the plan's order or in any other that its needs allow."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sso_sync.apply.context import Context
from sso_sync.apply.perform import perform
from sso_sync.onelogin.models import App
from sso_sync.plan.model import Plan, Step
from sso_sync.plan.operations import HandOver
from tests.plan.world import World, WorldDriver, WorldWriter

__all__ = ["carry_out"]

Pick = Callable[[Sequence[Step]], Step]


def _first(ready: Sequence[Step]) -> Step:
    return ready[0]


def carry_out(plan: Plan, world: World, pick: Pick = _first) -> list[Step]:
    """Performs the steps on `world`; `pick` chooses among those that may go next. Answers what was done, in order.

    What a person has to do is not done, nor is anything that waits for it.
    """
    app = App.model_validate(world.shown()) if world.app else None
    context = Context(WorldWriter(world), WorldDriver(world), app=app, settings=world.sp())
    left = [step for step in plan.steps if not isinstance(step.operation, HandOver)]
    done: list[Step] = []
    while ready := [step for step in left if step.needs <= {other.id for other in done}]:
        chosen = pick(ready)
        perform(chosen.operation, context)
        left.remove(chosen)
        done.append(chosen)
    return done

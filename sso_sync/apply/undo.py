"""From the record of a run to what an undo has to know of it."""

from __future__ import annotations

from sso_sync.apply.history import Told
from sso_sync.errors import LiveStateError
from sso_sync.plan.undo.past import Past, PastStep
from sso_sync.spec.connection import Connection

__all__ = ["past_of"]


def past_of(run: Told, connection: Connection) -> Past:
    """What the run changed. Steps that it never began count for nothing; those that failed or whose end nobody knows
    may have been done, which their addresses will show. To be called under the connection's lock, so that the run is
    not at work any more.

    Raises LiveStateError for a run of another connection.
    """
    if run.connection != connection.name:
        raise LiveStateError.because(
            f"The run {run.run_id} was a run of {run.connection!r}, and this spec is {connection.name!r}",
            next_action=f"Name the spec of {run.connection!r}, or leave it out to take {run.spec_path}.",
        )
    steps = [PastStep(step.changes, step.learnt, step.rules) for step in run.steps if step.begun]
    return Past.of(run.run_id, steps)

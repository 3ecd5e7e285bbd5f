"""What the records of a connection's runs tell about each address: who wrote it last, and when all was as it should be.

Only what is in the store is known; a record that cannot be read says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sso_sync.apply.history import RunStep, Told, all_runs
from sso_sync.apply.result import Outcome
from sso_sync.plan.direction import Facts, Place, Settled, Wrote
from sso_sync.plan.undo.past import Past, PastStep

__all__ = ["facts_of", "told_facts"]

_COMMIT = re.compile(r"(?:^| at )([0-9a-f]{7,64})$")


def facts_of(name: str) -> Facts:
    """What is recorded of the connection of this name. Raises SsoSyncError when the store cannot be used."""
    return told_facts(run for run in all_runs(name) if isinstance(run, Told))


def told_facts(runs: Iterable[Told]) -> Facts:
    """The facts of one connection's runs, in whatever order they come."""
    settled: Settled | None = None
    wrote: dict[Place, Wrote] = {}
    for run in sorted(runs, key=lambda run: (run.started_at, run.run_id)):
        if run.verified and run.undoes is None and run.rotation is None and run.exit_code == 0:
            settled = Settled(run.run_id, run.ended_at or run.started_at, run.spec_digest, _commit(run.git_ref))
        # What failed, or was under way when the run died, may be written or not.
        for step in (step for step in run.steps if step.begun):
            wrote |= _written(run, step)
    return Facts(settled, wrote)


def _commit(git_ref: str | None) -> str | None:
    """The commit that has the spec of the run; one with changes on top of it does not."""
    found = _COMMIT.search(git_ref or "")
    return found[1] if found else None


def _written(run: Told, step: RunStep) -> dict[Place, Wrote]:
    changes = Past.of(run.run_id, [PastStep(step.changes, step.learnt, step.rules)]).changes
    at, done = run.started_at, step.outcome is Outcome.APPLIED
    return {
        (change.address, change.kind): Wrote(
            run.run_id, at, run.spec_digest, change.wanted, done, run.undoes is not None
        )
        for change in changes
    }

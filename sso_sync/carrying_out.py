"""From a plan to what became of it: asks, does the steps while it keeps the record, and looks again.

One way for apply, undo and the rotation of a certificate, which differ in how the steps are carried out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from sso_sync.apply.conduct import Conduct, Plainly
from sso_sync.apply.context import Context
from sso_sync.apply.journal import Ground, RunJournal
from sso_sync.apply.prover import Prover
from sso_sync.apply.result import ApplyResult
from sso_sync.apply.verdict import result_of, unfinished, waits
from sso_sync.errors import Diagnostic
from sso_sync.justcall.settings import Settings
from sso_sync.onelogin.state import LiveIdp
from sso_sync.onelogin.writer import Writer
from sso_sync.plan.items.rules import running_order
from sso_sync.plan.masking import discreet
from sso_sync.plan.model import Plan
from sso_sync.spec.connection import Connection
from sso_sync.store.git import checkout
from sso_sync.store.locks import Lock
from sso_sync.survey import Planned, Survey
from sso_sync.tracing import span

__all__ = ["carried_out"]

_CALLS_PER_STEP = 4  # at most, as a rule: attaching roles reads, writes and reads again
# OneLogin's writes are eventually consistent (fact sheet §12.15): a difference seen right after a write is looked at
# again.
_SECOND_LOOKS = (1.0, 2.0, 4.0)


def carried_out(
    run: Survey,
    first: Planned,
    approve: Callable[[Plan], bool],
    sleep: Callable[[float], None],
    environ: Mapping[str, str],
    *,
    lock: Lock,
    undoes: str | None = None,
    conduct: Conduct | None = None,
) -> ApplyResult | Plan:
    """Asks, does the steps while it keeps the record, and looks again; the plan itself when nothing was done."""
    if not _applicable(first.plan):
        return first.plan
    wires = run.wires
    wires.idp.afford(len(first.plan.steps) * _CALLS_PER_STEP + wires.tallies.onelogin.count.sent)
    if not approve(first.plan):
        return first.plan
    conduct = conduct or Plainly()
    idp, sp = first.draft.sides.idp, first.draft.sides.sp
    tell = partial(discreet, run.connection)
    ground = _ground(first, _git_ref(run.connection, environ))
    lock.confirm()  # somebody may have thought about it for a long time
    journal = RunJournal(first.plan, ground, tell=tell, undoes=undoes, lock=lock.token)
    writable = run.wires.writable(journal.evidence, lock.ensure)
    context = Context(
        Writer(writable.idp),
        writable.sp,
        app=idp.app if isinstance(idp, LiveIdp) else None,
        settings=sp if isinstance(sp, Settings) else None,
        prover=_prover(run, journal),
        permit=lock.confirm,
    )
    with span("run", run_id=journal.run_id):
        execution = conduct.carry_out(first.plan.steps, context, run.progress, journal).retold(tell)
        # Only a run that should be complete is worth waiting for: after a failed step a difference is no surprise.
        looks = () if unfinished(execution) or waits(execution) else _SECOND_LOOKS
        result = conduct.concluded(
            replace(result_of(first.plan, execution, _after(run, looks, sleep)), run_id=journal.run_id)
        )
    journal.end(result.exit_code, verified=result.verified)
    told = tuple(found for found in (journal.problem, _evidence(writable.sp.evidence)) if found is not None)
    return replace(result, findings=(*result.findings, *told))


def _prover(run: Survey, journal: RunJournal) -> Prover | None:
    """What tries a login; None without a test user."""
    fetch, email = run.wires.assertion, run.wires.test_user
    if fetch is None or email is None:
        return None
    return Prover(run.connection, email, fetch, run.wires.finishing().idp.app, lambda: journal.run_id)


def _evidence(place: Path | None) -> Diagnostic | None:
    """Where to look for what the driver kept of the run."""
    if place is None:
        return None
    return Diagnostic("info", f"What the browser saw and did is kept in {place}: screenshots and trace.zip")


def _git_ref(connection: Connection, environ: Mapping[str, str]) -> str | None:
    """Where the spec came from: `refs/heads/main at 1a2b3c…`, and whether it was changed since."""
    seen = checkout(environ, connection.path.parent)
    if seen is None:
        return None
    words = " at ".join(word for word in (seen.ref, seen.commit) if word)
    return f"{words}, with changes" if seen.dirty else words or None


def _ground(planned: Planned, git_ref: str | None) -> Ground:
    """What the record of a run keeps of the state that its plan was made from."""
    made, turn = planned.draft, planned.plan.rotation
    rotation = turn.record if turn is not None else None
    idp = made.sides.idp
    if not isinstance(idp, LiveIdp):
        return Ground(made.deltas, git_ref=git_ref, rotation=rotation)
    rules = sorted((rule for rule in idp.rules or () if rule.enabled), key=running_order)
    return Ground(made.deltas, idp.app.id if idp.app else None, tuple(rule.id for rule in rules), git_ref, rotation)


def _after(run: Survey, looks: Sequence[float], sleep: Callable[[float], None]) -> Plan | Diagnostic:
    """Both sides read back. What was done is reported even when somebody presses Ctrl-C by now."""
    try:
        return run.read_back(looks, sleep)
    except KeyboardInterrupt:
        return Diagnostic(
            "error",
            "Interrupted before both sides were read back",
            next_action="Run plan to see whether both sides are as the spec says.",
        )


def _applicable(made: Plan) -> bool:
    return bool(made.steps) and not (made.unread or made.errors or made.refusals)

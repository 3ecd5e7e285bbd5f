"""What a run writes down while it works: what it is about to do before each call, and what came of it afterwards.

The lines of a record: `run` (who, what, why), then for each step an `intent` that is on the disk before anything is
sent, and an `outcome`; last an `end`. A record without an end belongs to a run that died. `added` names steps that were
not planned: the way back out of a rotation.
"""

from __future__ import annotations

import socket
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from os import getpid
from typing import Protocol

from sso_sync import __version__
from sso_sync.apply.context import Context
from sso_sync.apply.result import Outcome, StepResult
from sso_sync.clock import Clock, utc_now
from sso_sync.errors import Diagnostic, ExitCode, SsoSyncError
from sso_sync.plan.diff import Delta
from sso_sync.plan.document import SCHEMA_VERSION, diagnostic_document, plain, timestamp
from sso_sync.plan.model import Plan, Step
from sso_sync.plan.operations import CreateApp, CreateRole, Operation, Pending, RoleRef, UpdateSettings
from sso_sync.plan.records import record
from sso_sync.store.locks import user
from sso_sync.store.runs import RunFile
from sso_sync.values import Json

__all__ = ["Ground", "Journal", "NoJournal", "RunJournal"]


class Journal(Protocol):
    """Told of every step by the thread that schedules them."""

    def intent(self, step: Step) -> None:
        """The step is about to be carried out. Raises SsoSyncError when that cannot be written down."""

    def outcome(self, result: StepResult, context: Context) -> None:
        """The step ended, or will never begin. Never raises: what was done cannot be undone by a full disk."""

    def added(self, steps: Sequence[Step]) -> None:
        """These steps come on top of the planned ones. Never raises."""


class NoJournal:
    """Nothing is written down."""

    def intent(self, step: Step) -> None:
        """Drops it."""

    def outcome(self, result: StepResult, context: Context) -> None:
        """Drops it."""

    def added(self, steps: Sequence[Step]) -> None:
        """Drops it."""


@dataclass(frozen=True)
class Ground:
    """What a plan was made from, as far as a record needs it: the differences, the app's id, and the order of rules.

    `rules` are the ids of the enabled rules in the order they ran in. `git_ref` is where the spec came from. `rotation`
    names the two certificates of a rotation.
    """

    deltas: Sequence[Delta] = ()
    app_id: int | None = None
    rules: Sequence[int] = ()
    git_ref: str | None = None
    rotation: Mapping[str, Json] | None = None


class RunJournal:
    """Keeps the record of one run.

    `run_id` is the id the run got, `evidence()` makes the folder for what is kept besides the record.
    """

    def __init__(
        self,
        plan: Plan,
        ground: Ground,
        *,
        tell: Callable[[Diagnostic], Diagnostic] = lambda diagnostic: diagnostic,
        undoes: str | None = None,
        lock: str | None = None,
        clock: Clock = utc_now,
    ) -> None:
        """Begins the record. `tell` takes out of a diagnostic what must not be written down. `lock` is the token of the
        run's lock, by which others know whether it is still at work.

        Raises SsoSyncError when the record cannot be written: then nothing may be changed either.
        """
        self._tell = tell
        self._clock = clock
        self._ground = ground
        self._deltas: defaultdict[str, list[Delta]] = defaultdict(list)
        for delta in ground.deltas:
            self._deltas[delta.change.address].append(delta)
        self.problem: Diagnostic | None = None
        self._file = RunFile(plan.plan_id, plan.spec.name)
        self.run_id = self._file.run_id
        self.evidence = self._file.evidence
        self._file.add({**self._header(plan, undoes), "lock": lock})

    def intent(self, step: Step) -> None:
        deltas = [delta for address in step.addresses for delta in self._deltas[address]]
        changes: list[Json] = [self._harmless(record(delta, app_id=self._ground.app_id)) for delta in deltas]
        self._file.add(
            {
                "type": "intent",
                "at": timestamp(self._clock()),
                "step": step.id,
                "changes": plain(changes),
                **({"rules": list(self._ground.rules)} if step.id.startswith("rule") else {}),
            }
        )

    def outcome(self, result: StepResult, context: Context) -> None:
        found = learnt(result.step.operation, context) if result.outcome is Outcome.APPLIED else {}
        self._add(
            {
                "type": "outcome",
                "at": timestamp(self._clock()),
                "step": result.step.id,
                "outcome": result.outcome.value,
                "diagnostic": diagnostic_document(self._tell(result.diagnostic)) if result.diagnostic else None,
                "learnt": plain(found),
            }
        )

    def added(self, steps: Sequence[Step]) -> None:
        self._add({"type": "added", "steps": _told_steps(steps)})

    def end(self, exit_code: ExitCode, *, verified: bool) -> None:
        """The run came to its end, happy or not."""
        line: Json = timestamp(self._clock())
        self._add({"type": "end", "at": line, "exit_code": int(exit_code), "verified": verified})

    def _harmless(self, change: dict[str, Json]) -> dict[str, Json]:
        """The change without any text that came from the environment, wherever it got in: the second line of defence.

        A value that holds such a text is masked as a whole, so that nobody takes the rest for the former value.
        """
        return {
            key: {"masked": True} if key in ("prior", "wanted") and self._hides(value) else self._spoken(value)
            for key, value in change.items()
        }

    def _hides(self, value: Json) -> bool:
        return self._spoken(value) != plain(value)

    def _spoken(self, value: Json) -> Json:
        if isinstance(value, str):
            return self._tell(Diagnostic("info", value)).summary
        if isinstance(value, Mapping):
            return {key: self._spoken(part) for key, part in value.items()}
        return [self._spoken(part) for part in value] if isinstance(value, list | tuple) else value

    def _add(self, line: Mapping[str, Json]) -> None:
        try:
            self._file.add(line)
        except SsoSyncError as problem:
            (self.problem,) = problem.diagnostics

    def _header(self, plan: Plan, undoes: str | None) -> dict[str, Json]:
        return {
            "type": "run",
            "schema_version": SCHEMA_VERSION,
            "run_id": self.run_id,
            "connection": plain(plan.spec.name),
            "spec": {"path": plain(plan.spec.path), "digest": plan.spec.digest},
            "plan_id": plan.plan_id,
            "fingerprint": plan.fingerprint,
            "tool_version": __version__,
            "started_at": timestamp(self._clock()),
            "user": plain(user()),
            "host": plain(socket.gethostname()),
            "pid": getpid(),
            "git_ref": plain(self._ground.git_ref),
            "undoes": undoes,
            **({"rotation": plain(self._ground.rotation)} if self._ground.rotation is not None else {}),
            "steps": _told_steps(plan.steps),
        }


def _told_steps(steps: Sequence[Step]) -> list[Json]:
    return [
        {
            "id": plain(step.id),
            "side": step.side.value,
            "summary": plain(step.summary),
            "addresses": plain(step.addresses),
        }
        for step in steps
    ]


def learnt(operation: Operation, context: Context) -> dict[str, Json]:
    """What only the services could say, and what an undo has to know: new ids, and values that were pending."""
    try:
        match operation:
            case CreateApp():
                return {"app_id": context.app_id}
            case CreateRole(name):
                return {"role_id": context.role_id(RoleRef(name))}
            case UpdateSettings(values):
                pending = {key: value for key, value in values.items() if isinstance(value, Pending)}
                return (
                    {"settings": {key.value: value for key, value in context.resolve(pending).items()}}
                    if pending
                    else {}
                )
            case _:
                return {}
    except SsoSyncError:
        return {}

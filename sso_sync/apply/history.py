"""Runs as their records tell them: what was done, what was not, and what nobody knows because the run died."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

from sso_sync.apply.result import Outcome
from sso_sync.errors import Diagnostic, ExitCode, LiveStateError, SsoSyncError
from sso_sync.plan.records import Recorded, from_document
from sso_sync.store.locks import at_work
from sso_sync.store.runs import Pointer, Record, pointers, read_run, read_runs
from sso_sync.store.unavailable import StoreUnavailable
from sso_sync.values import Json

__all__ = ["RunState", "RunStep", "Told", "Unreadable", "all_runs", "one_run"]


class RunState(StrEnum):
    """How a run ended. `interrupted`: it died; the next apply reads what is there and goes on from that."""

    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    RUNNING = "running"


@dataclass(frozen=True)
class RunStep:
    """One step of a run. `outcome` is None when it is not known (`begun`) or the step was never reached."""

    id: str
    side: str
    summary: str
    addresses: tuple[str, ...] = ()
    begun: bool = False
    outcome: Outcome | None = None
    diagnostic: str | None = None
    changes: tuple[Recorded, ...] = ()
    learnt: Mapping[str, Json] = field(default_factory=dict)
    rules: tuple[int, ...] = ()

    @property
    def word(self) -> str:
        """`applied`, `failed`, `skipped`, `unknown` (begun when the run died) or `not started`."""
        if self.outcome is not None:
            return self.outcome.value
        return "unknown" if self.begun else "not started"


@dataclass(frozen=True)
class Told:
    """One run. `torn`: the last line of its record was unfinished and was dropped. `rotation`: the two certificates of
    a rotation, as `plan.signing` records them.
    """

    run_id: str
    connection: str
    spec_path: str
    started_at: datetime
    state: RunState
    steps: tuple[RunStep, ...]
    ended_at: datetime | None = None
    exit_code: int | None = None
    verified: bool | None = None
    user: str = ""
    tool_version: str = ""
    git_ref: str | None = None
    undoes: str | None = None
    torn: bool = False
    rotation: Mapping[str, Json] | None = None
    spec_digest: str = ""
    evidence: tuple[Pointer, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many steps ended how; every word always there."""
        words = [step.word for step in self.steps]
        return {word: words.count(word) for word in ("applied", "failed", "skipped", "unknown", "not started")}


@dataclass(frozen=True)
class Unreadable:
    """A record that cannot be read, and why."""

    run_id: str
    problem: Diagnostic


def all_runs(connection: str | None = None) -> tuple[Told | Unreadable, ...]:
    """Every run in the store, or every one of a connection, newest first; those that cannot be read last.

    Raises SsoSyncError when the store cannot be used.
    """
    told: list[Told] = []
    unreadable: list[Unreadable] = []
    for run_id, read in read_runs(connection):
        try:
            run = _understood(run_id, read)
        except StoreUnavailable:
            raise
        except SsoSyncError as problem:
            unreadable.append(Unreadable(run_id, problem.diagnostics[0]))
        else:
            told += [run] if connection in (None, run.connection) else []
    told.sort(key=lambda run: (run.started_at, run.run_id), reverse=True)
    return (*told, *sorted(unreadable, key=lambda run: run.run_id, reverse=True))


def one_run(run_id: str) -> Told:
    """One run, and where its evidence lies. Raises SsoSyncError when there is no such record, or it makes no sense."""
    return replace(_understood(run_id, lambda: read_run(run_id)), evidence=pointers(run_id))


def _understood(run_id: str, read: Callable[[], Record]) -> Told:
    record = read()
    try:
        return _told(record)
    except (KeyError, TypeError, ValueError):
        raise LiveStateError.because(
            f"The record of the run {run_id} cannot be understood",
            detail="Another version of sso-sync may have written it, or it was cut off before it began.",
            next_action="Run plan to see what differs from the spec.",
        ) from None


def _told(record: Record) -> Told:
    if not record.lines:
        raise ValueError("no header")
    head, end = record.lines[0], _last(record, "end")
    spec = _object(head["spec"])
    connection = str(head["connection"])
    code = end.get("exit_code") if end is not None else None
    return Told(
        run_id=record.run_id,
        connection=connection,
        spec_path=str(spec["path"]),
        started_at=_moment(head["started_at"]),
        state=_state(code, connection, head.get("lock")),
        steps=tuple(_step(_object(step), record.lines) for step in (*_list(head["steps"]), *_added(record))),
        ended_at=_moment(end["at"]) if end is not None else None,
        exit_code=int(str(code)) if code is not None else None,
        verified=end.get("verified") is True if end is not None else None,
        user=str(head.get("user") or ""),
        tool_version=str(head.get("tool_version") or ""),
        git_ref=_text(head.get("git_ref")),
        undoes=_text(head.get("undoes")),
        torn=record.torn,
        rotation=_object(head["rotation"]) if head.get("rotation") is not None else None,
        spec_digest=_text(spec.get("digest")) or "",
    )


def _added(record: Record) -> Sequence[Json]:
    """The steps that came on top of the planned ones."""
    return [step for line in record.lines if line.get("type") == "added" for step in _list(line["steps"])]


def _last(record: Record, kind: str) -> Mapping[str, Json] | None:
    return next((line for line in reversed(record.lines) if line.get("type") == kind), None)


def _state(code: Json, connection: str, lock: Json) -> RunState:
    if code is None:
        alive = isinstance(lock, str) and at_work(connection, lock)
        return RunState.RUNNING if alive else RunState.INTERRUPTED
    return {int(ExitCode.OK): RunState.DONE, int(ExitCode.PARTIAL): RunState.PARTIAL}.get(
        int(str(code)), RunState.FAILED
    )


def _step(head: Mapping[str, Json], lines: Sequence[Mapping[str, Json]]) -> RunStep:
    identity = str(head["id"])
    own = [line for line in lines if line.get("step") == identity]
    intent = next((line for line in own if line.get("type") == "intent"), None)
    outcome = next((line for line in reversed(own) if line.get("type") == "outcome"), {})
    diagnostic = outcome.get("diagnostic")
    learnt = outcome.get("learnt")
    return RunStep(
        id=identity,
        side=str(head["side"]),
        summary=str(head["summary"]),
        addresses=tuple(str(address) for address in _list(head["addresses"])),
        begun=intent is not None,
        outcome=Outcome(str(outcome["outcome"])) if outcome else None,
        diagnostic=str(_object(diagnostic)["summary"]) if diagnostic is not None else None,
        changes=tuple(from_document(change) for change in _list(intent["changes"])) if intent is not None else (),
        learnt=_object(learnt) if learnt is not None else {},
        rules=tuple(int(str(rule)) for rule in _list(intent.get("rules", []))) if intent is not None else (),
    )


def _object(value: Json) -> Mapping[str, Json]:
    if not isinstance(value, Mapping):
        raise TypeError("no object")
    return value


def _list(value: Json) -> Sequence[Json]:
    if not isinstance(value, list):
        raise TypeError("no list")
    return value


def _text(value: Json) -> str | None:
    return None if value is None else str(value)


def _moment(value: Json) -> datetime:
    return datetime.fromisoformat(str(value)).astimezone(UTC)

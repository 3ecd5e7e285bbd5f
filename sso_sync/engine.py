"""The way through: read both sides → plan → apply → read back → plan again. One path for plan, drift and apply.

Read-only until somebody approves: `plan` only ever holds read-only wires, and `apply` asks for writable ones after the
approval.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from sso_sync.apply.context import Context
from sso_sync.apply.executor import Execution, execute
from sso_sync.apply.result import ApplyResult, Outcome
from sso_sync.clock import utc_now
from sso_sync.errors import Diagnostic, ExitCode, LiveStateError, SideUnavailable, SpecError, SsoSyncError
from sso_sync.justcall.settings import Attested, Observed, SettingField, Settings
from sso_sync.onelogin import reader
from sso_sync.onelogin.state import LiveIdp
from sso_sync.onelogin.writer import Writer
from sso_sync.plan.cells import Known
from sso_sync.plan.link import Unread
from sso_sync.plan.masking import MASK, discreet
from sso_sync.plan.model import Plan, Side, SideInfo
from sso_sync.plan.planner import Draft, Sides, desired_settings, draft, finish
from sso_sync.plan.scope import scope
from sso_sync.progress import Progress, Silent
from sso_sync.spec.connection import Connection
from sso_sync.spec.lint import lint
from sso_sync.values import Json
from sso_sync.wiring import Wires, open_wires

__all__ = ["apply", "handover", "plan"]

T = TypeVar("T")

_SANDBOX = "embedded sandbox"

# OneLogin's writes are eventually consistent (fact sheet §12.15): a difference seen right after a write is looked at
# again.
_SECOND_LOOKS = (1.0, 2.0, 4.0)


def plan(
    connection: Connection,
    *,
    environ: Mapping[str, str],
    overrides: frozenset[str] = frozenset(),
    progress: Progress | None = None,
) -> Plan:
    """What it takes to make both sides as the spec says. Never writes.

    A side that cannot be reached is in the plan as unread. Raises SpecError for a wrong spec, LiveStateError and
    UnexpectedAnswer for a live side that makes no sense.
    """
    with _opened(connection, environ) as wires:
        return _Run(connection, wires, overrides, progress or Silent()).planned().plan


def apply(
    connection: Connection,
    *,
    environ: Mapping[str, str],
    approve: Callable[[Plan], bool],
    overrides: frozenset[str] = frozenset(),
    progress: Progress | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> ApplyResult | Plan:
    """Plans, asks `approve`, carries the plan out, reads both sides back and plans again.

    Answers the plan itself when nothing was done: nothing to do, a side unread, the plan in error or refused, or not
    approved. Raises like `plan`; a step that fails is part of the result.
    """
    watcher = progress or Silent()
    with _opened(connection, environ) as wires:
        run = _Run(connection, wires, overrides, watcher)
        first = run.planned()
        if not _applicable(first.plan) or not approve(first.plan):
            return first.plan
        idp, sp = first.draft.sides.idp, first.draft.sides.sp
        writable = wires.writable()
        context = Context(
            Writer(writable.idp),
            writable.sp,
            app=idp.app if isinstance(idp, LiveIdp) else None,
            settings=sp if isinstance(sp, Settings) else None,
        )
        execution = execute(first.plan.steps, context, watcher).retold(partial(discreet, connection))
        # Only a run that should be complete is worth waiting for: after a failed step a difference is no surprise.
        looks = () if _unfinished(execution) else _SECOND_LOOKS
        return _result(first.plan, execution, run.read_back(looks, sleep))


def handover(connection: Connection, *, environ: Mapping[str, str]) -> dict[SettingField, Json]:
    """JustCall's settings as the spec wants them: what a person enters, and what `attest` records.

    Raises LiveStateError when a value is not known yet, because OneLogin has no app to give it.
    """
    with _opened(connection, environ) as wires:
        desired = desired_settings(_Run(connection, wires).drafted())
    missing = sorted(field.value for field, cell in desired.items() if not isinstance(cell, Known))
    if missing or SettingField.SSO_URL not in desired:
        raise LiveStateError.because(
            f"Not known yet: {', '.join(missing) or 'what OneLogin gives JustCall'}",
            detail="These values come from the OneLogin app.",
            next_action=f"Run `sso-sync apply {connection.path}` first, enter what it prints, then attest.",
        )
    return {field: cell.value for field, cell in desired.items() if isinstance(cell, Known)}


@contextmanager
def _opened(connection: Connection, environ: Mapping[str, str]) -> Iterator[Wires]:
    """The connection's wires; an error that leaves here says nothing that came from the environment."""
    try:
        with open_wires(connection, environ) as wires:
            yield wires
    except SsoSyncError as problem:
        problem.retell(partial(discreet, connection))
        raise


@dataclass(frozen=True)
class _Planned:
    draft: Draft
    plan: Plan


@dataclass(frozen=True)
class _Run:
    """One connection on its wires: everything that reads, as often as it takes."""

    connection: Connection
    wires: Wires
    overrides: frozenset[str] = frozenset()
    progress: Progress = field(default_factory=Silent)

    def planned(self) -> _Planned:
        made = self.drafted()
        roles = made.roles_to_read
        members = reader.role_members(self.wires.idp, roles, self.progress) if roles else {}
        moment = utc_now()
        plan_id = f"{moment:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        finished = finish(made, plan_id=plan_id, created_at=moment, members=members, overrides=self.overrides)
        return _Planned(made, finished)

    def drafted(self) -> Draft:
        found = lint(self.connection)
        if any(finding.severity == "error" for finding in found):
            raise SpecError(*found)
        return draft(self.connection, self._read(), found)

    def read_back(self, looks: Sequence[float], sleep: Callable[[float], None]) -> Plan | Diagnostic:
        """The second plan, from fresh reads; made again after each of `looks` (seconds) while it is not empty."""
        self.progress.note("reading both sides back")
        for pause in (*looks, None):
            try:
                after = self.planned().plan
            except (LiveStateError, SideUnavailable) as problem:
                return discreet(self.connection, problem.diagnostics[0])
            if pause is None or not (after.summary.automatic or after.unread):
                return after
            sleep(pause)
        raise AssertionError("the last look always answers")

    def _read(self) -> Sides:
        """Both sides at the same time; one that is out of reach does not hide the other."""
        wires = self.wires
        with ThreadPoolExecutor(max_workers=2, thread_name_prefix="read") as pool:
            idp_future = pool.submit(reader.read, wires.idp, scope(self.connection.spec), self.progress)
            sp_future = pool.submit(wires.sp.read)
            idp, sp = self._answer(idp_future), self._answer(sp_future)
        embedded = self.connection.spec.sandbox
        how = wires.sp.how if isinstance(sp, Unread) else f"{wires.sp.how}{_seen(sp)}"
        return Sides(
            idp=idp,
            sp=sp,
            by_hand=not wires.sp.automatic,
            info=(
                SideInfo(Side.ONELOGIN, _SANDBOX if embedded else self._onelogin, "api", _reason(idp)),
                SideInfo(Side.JUSTCALL, _SANDBOX if embedded else wires.sp.label, how, _reason(sp)),
            ),
        )

    def _answer(self, future: Future[T]) -> T | Unread:
        try:
            return future.result()
        except SideUnavailable as problem:
            return Unread(discreet(self.connection, problem.diagnostics[0]).summary)

    @property
    def _onelogin(self) -> str:
        """Where OneLogin is; an address that came from the environment is not shown."""
        hidden = any(self.connection.is_sensitive(("onelogin", key)) for key in ("url", "subdomain"))
        return MASK if hidden else self.wires.idp.label


def _reason(side: object) -> str | None:
    return side.reason if isinstance(side, Unread) else None


def _seen(settings: Settings) -> str:
    """When JustCall's values were learnt, and from whom."""
    for knowledge in settings.fields.values():
        if isinstance(knowledge, Observed):
            return f", observed {knowledge.at:%H:%M} UTC"
        if isinstance(knowledge, Attested) and knowledge.by != "the spec":
            return f", by {knowledge.by} until {knowledge.until:%Y-%m-%d}"
    return ""


def _applicable(made: Plan) -> bool:
    return bool(made.steps) and not (made.unread or made.errors or made.refusals)


def _result(made: Plan, execution: Execution, after: Plan | Diagnostic) -> ApplyResult:
    second = after if isinstance(after, Plan) else None
    findings = (after,) if isinstance(after, Diagnostic) else ()
    verified = second is not None and second.empty
    code = _exit_code(execution, second)
    if code is ExitCode.PARTIAL and second is not None and not _outcomes(execution, Outcome.FAILED):
        lie = Diagnostic(
            "error",
            f"Every step was confirmed, yet {second.summary.automatic} of the values are not as they were written",
            detail="A service said yes and did something else, or somebody changed the values at the same time.",
            next_action="Run plan to see what differs now.",
        )
        findings = (*findings, lie)
    return ApplyResult(
        run_id=made.plan_id,
        plan=made,
        steps=execution.results,
        after=second,
        verified=verified,
        exit_code=code,
        handover=execution.handover,
        findings=findings,
    )


def _outcomes(execution: Execution, outcome: Outcome) -> int:
    return sum(result.outcome is outcome for result in execution.results)


def _unfinished(execution: Execution) -> bool:
    return execution.interrupted or _outcomes(execution, Outcome.FAILED) > 0


def _exit_code(execution: Execution, after: Plan | None) -> ExitCode:
    """0 done; 7 some of it; 1 nothing. What a person still has to do is no failure of this run."""
    if _unfinished(execution):
        return ExitCode.PARTIAL if _outcomes(execution, Outcome.APPLIED) else ExitCode.ERROR
    if after is None or after.unread or after.summary.automatic:
        return ExitCode.PARTIAL
    return ExitCode.OK

"""The way through: read both sides → plan → apply → read back → plan again. One path for plan, drift and apply.

Read-only until somebody approves: `plan` only ever holds read-only wires, and `apply` asks for writable ones after the
approval.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TypeVar

from sso_sync.apply.history import one_run
from sso_sync.apply.result import ApplyResult
from sso_sync.apply.undo import past_of
from sso_sync.carrying_out import carried_out
from sso_sync.diagnosing import Complaint, diagnosed, diagnosed_alone
from sso_sync.drifting import drifted
from sso_sync.errors import LiveStateError, SsoSyncError
from sso_sync.http import AnswerError
from sso_sync.justcall.settings import SettingField
from sso_sync.onelogin.models import App
from sso_sync.plan.cells import Known
from sso_sync.plan.checks.model import Verification
from sso_sync.plan.doctor.model import Examination
from sso_sync.plan.ignoring import is_ignored
from sso_sync.plan.masking import discreet, without_secrets
from sso_sync.plan.model import Plan
from sso_sync.plan.planner import desired_settings
from sso_sync.progress import Progress, Silent
from sso_sync.rotating import Request, Rotating, prepared, proof
from sso_sync.spec.connection import Connection
from sso_sync.spec.model import UNMANAGED
from sso_sync.store.locks import Lock, locked
from sso_sync.survey import Survey
from sso_sync.tracing import hiding, span
from sso_sync.values import Json
from sso_sync.verifying import verified
from sso_sync.wiring import Accounts, Wires, open_wires
from sso_sync.wiring.origin import origin
from sso_sync.wiring.rehearsal import NEXT_CERTIFICATE, rehearsal

__all__ = ["Complaint", "apply", "diagnose", "drift", "handover", "plan", "rehearse", "rotate", "undo", "verify"]

_Priced = TypeVar("_Priced", bound=Plan | ApplyResult | Verification)

_GONE = 404
_SSO_URL = "justcall.sso.sso_url"


def plan(
    connection: Connection,
    *,
    environ: Mapping[str, str],
    overrides: frozenset[str] = frozenset(),
    rewrites: frozenset[str] = frozenset(),
    ignores: frozenset[str] = frozenset(),
    progress: Progress | None = None,
    accounts: Accounts | None = None,
) -> Plan:
    """What it takes to make both sides as the spec says. Never writes.

    `rewrites` are addresses to be written again although nothing differs; `ignores` are to be left as they are, beside
    those that the spec ignores. UsageError for one that cannot be. `accounts` are shared with the other connections of
    the run.
    A side that cannot be reached is in the plan as unread. Raises SpecError for a wrong spec, LiveStateError and
    UnexpectedAnswer for a live side that makes no sense.
    """
    with _opened(connection, environ, accounts) as wires:
        seen = origin(connection, environ, applying=False)
        survey = Survey(
            connection, wires, overrides, progress or Silent(), rewrites=rewrites, ignores=ignores, origin=seen
        )
        return _priced(survey.planned().plan, wires)


def drift(
    connection: Connection,
    *,
    environ: Mapping[str, str],
    ignores: frozenset[str] = frozenset(),
    progress: Progress | None = None,
    accounts: Accounts | None = None,
    everybody: bool = False,
) -> Plan:
    """What differs from the spec, and what was changed: OneLogin, JustCall or the spec itself. Never writes.

    The same plan as `plan` makes, with a direction at each change, from what earlier runs recorded in the store.
    `everybody`: with all who have access by name, which may cost more requests. Raises like `plan`.
    """
    with _opened(connection, environ, accounts) as wires:
        seen = origin(connection, environ, applying=False)
        survey = Survey(
            connection, wires, progress=progress or Silent(), ignores=ignores, everybody=everybody, origin=seen
        )
        return _priced(drifted(survey, environ), wires)


def apply(
    connection: Connection,
    *,
    environ: Mapping[str, str],
    approve: Callable[[Plan], bool],
    overrides: frozenset[str] = frozenset(),
    rewrites: frozenset[str] = frozenset(),
    ignores: frozenset[str] = frozenset(),
    progress: Progress | None = None,
    sleep: Callable[[float], None] = time.sleep,
    lock_timeout: float = 0.0,
    accounts: Accounts | None = None,
) -> ApplyResult | Plan:
    """Plans, asks `approve`, carries the plan out, reads both sides back and plans again.

    Answers the plan itself when nothing was done: nothing to do, a side unread, the plan in error or refused, or not
    approved. Raises like `plan`, and Locked when another run holds the connection for longer than `lock_timeout`
    seconds; a step that fails is part of the result.
    """
    command = f"apply {connection.path}"
    with (
        locked(connection.name, command=command, timeout=lock_timeout) as lock,
        _opened(connection, environ, accounts) as wires,
    ):
        seen = origin(connection, environ, applying=True)
        run = Survey(
            connection, wires, overrides, progress or Silent(), rewrites=rewrites, ignores=ignores, origin=seen
        )
        return _priced(carried_out(run, run.planned(), approve, sleep, environ, lock=lock), wires)


def undo(
    connection: Connection,
    run_id: str,
    *,
    environ: Mapping[str, str],
    approve: Callable[[Plan], bool],
    overrides: frozenset[str] = frozenset(),
    progress: Progress | None = None,
    sleep: Callable[[float], None] = time.sleep,
    lock_timeout: float = 0.0,
) -> ApplyResult | Plan:
    """Plans what the recorded run `run_id` changed back to what it found, and goes on like `apply`.

    What somebody changed since the run is a finding of the plan and stays. Raises like `apply`; also UnreadableRun and
    LiveStateError for a record that is none, or that belongs to another connection.
    """
    command = f"undo {run_id} {connection.path}"
    with locked(connection.name, command=command, timeout=lock_timeout) as lock, _opened(connection, environ) as wires:
        past = past_of(one_run(run_id), connection)
        opened = {role: frozenset(app.id for app in _role_apps(wires, role)) for role in past.created_roles}
        past = replace(past, role_apps=opened)
        seen = origin(connection, environ, applying=True)
        run = Survey(connection, wires, overrides, progress or Silent(), past, origin=seen)
        return _priced(carried_out(run, run.planned(), approve, sleep, environ, lock=lock, undoes=run_id), wires)


def rotate(
    connection: Connection,
    request: Request,
    *,
    environ: Mapping[str, str],
    approve: Callable[[Plan], bool],
    overrides: frozenset[str] = frozenset(),
    progress: Progress | None = None,
    sleep: Callable[[float], None] = time.sleep,
    lock_timeout: float = 0.0,
) -> ApplyResult | Plan:
    """Switches both sides to another signing certificate, back to back, and nothing else; rolls back what fails.

    Answers and raises like `apply`; also UsageError and LiveStateError when the target cannot be told.
    """
    command = f"rotate-certificate {connection.path}"
    with locked(connection.name, command=command, timeout=lock_timeout) as lock, _opened(connection, environ) as wires:
        seen = origin(connection, environ, applying=True)
        survey = Survey(connection, wires, overrides, progress or Silent(), origin=seen)
        return _priced(_rotated(survey, request, approve, sleep, environ, lock=lock), wires)


def rehearse(
    connection: Connection,
    *,
    environ: Mapping[str, str],
    progress: Progress | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> ApplyResult | Plan:
    """The same rotation on a throwaway sandbox; how long it took is remembered for `connection`.

    Nothing of the connection's own sides is touched, or even asked. Raises SpecError where there is no sandbox.
    """
    request = Request(NEXT_CERTIFICATE, remember_as=connection.name)
    with rehearsal(connection, environ) as (stand_in, wires):
        command = f"rotate-certificate {connection.path} --rehearse"
        with locked(stand_in.name, command=command) as lock:
            survey = Survey(stand_in, wires, progress=progress or Silent())
            return _priced(_rotated(survey, request, lambda _plan: True, sleep, environ, lock=lock), wires)


def _rotated(
    survey: Survey,
    request: Request,
    approve: Callable[[Plan], bool],
    sleep: Callable[[float], None],
    environ: Mapping[str, str],
    *,
    lock: Lock,
) -> ApplyResult | Plan:
    ready = prepared(survey, request)
    conduct = Rotating(ready, request.remember_as or survey.connection.name, sleep, proof(ready, sleep))
    return carried_out(ready.survey, ready.planned, approve, sleep, environ, lock=lock, conduct=conduct)


def _role_apps(wires: Wires, role_id: int) -> tuple[App, ...]:
    """The apps that a role opens; none for a role that is gone."""
    try:
        return wires.idp.role_apps(role_id)
    except AnswerError as problem:
        if problem.status != _GONE:
            raise
        return ()


def verify(
    connection: Connection,
    email: str | None = None,
    *,
    environ: Mapping[str, str],
    probe: bool = True,
    require: frozenset[str] = frozenset(),
    progress: Progress | None = None,
) -> Verification:
    """Finds out whether a login can work: both sides, their certificates, the metadata, a real assertion, a probe.

    Nothing is written on either side. The test user of the environment signs in to OneLogin; JustCall's public login
    page is asked for `email`, or else for the test user if there is a browser, unless `probe` is False. What nobody set
    up is not made, and fails only if `require` names the check or its group. A side that is out of reach leaves its
    checks unmade.

    The checks are kept as evidence, the login proof for the guard, and what the probe saw for connections that cannot
    see it themselves. Raises SpecError for a wrong spec, LiveStateError for a OneLogin that makes no sense,
    SsoSyncError without a browser if there is an `email`.
    """
    progress = progress or Silent()
    with _opened(connection, environ) as wires:
        survey = Survey(connection, wires, progress=progress)
        return _priced(verified(survey, email, probe=probe, require=require), wires)


def diagnose(
    connection: Connection | None,
    complaint: Complaint,
    *,
    environ: Mapping[str, str],
    progress: Progress | None = None,
) -> Examination:
    """Why logins fail, or are not safe: from what `complaint` tells, and from both sides as they are. Never writes.

    Without a connection only the captured response is looked at, and nobody is asked. A side that is out of reach is
    told of. Raises SpecError for a wrong spec, LiveStateError and UnexpectedAnswer for a live side that makes no sense,
    SsoSyncError for a response that is none.
    """
    if connection is None:
        return diagnosed_alone(complaint)
    with _opened(connection, environ) as wires:
        return diagnosed(Survey(connection, wires, progress=progress or Silent()), complaint)


def handover(connection: Connection, *, environ: Mapping[str, str]) -> dict[SettingField, Json]:
    """JustCall's settings as the spec wants them: what a person enters, and what `attest` records.

    Raises LiveStateError when a value is not known yet, because OneLogin has no app to give it.
    """
    with _opened(connection, environ) as wires:
        made = Survey(connection, wires).drafted()
    desired = desired_settings(made)
    missing = sorted(field.value for field, cell in desired.items() if not isinstance(cell, Known))
    spec = connection.spec
    # A side that was not read leaves its values out; on the way out, and where it is unmanaged, none is expected.
    managed = spec.justcall.sso.sso_url is not UNMANAGED and not is_ignored(made.ignored, _SSO_URL)
    expected = spec.state == "present" and managed
    if missing or (expected and SettingField.SSO_URL not in desired):
        raise LiveStateError.because(
            f"Not known yet: {', '.join(missing) or 'what OneLogin gives JustCall'}",
            detail="These values come from the OneLogin app.",
            next_action=f"Run `sso-sync apply {connection.path}` first, enter what it prints, then attest.",
        )
    return {field: cell.value for field, cell in desired.items() if isinstance(cell, Known)}


@contextmanager
def _opened(connection: Connection, environ: Mapping[str, str], accounts: Accounts | None = None) -> Iterator[Wires]:
    """The connection's wires; an error that leaves here says nothing that came from the environment."""
    try:
        with (
            hiding(partial(without_secrets, connection)),
            span("connection", connection=connection.name),
            open_wires(connection, environ, accounts=accounts) as wires,
        ):
            yield wires
    except SsoSyncError as problem:
        problem.retell(partial(discreet, connection))
        raise


def _priced(result: _Priced, wires: Wires) -> _Priced:
    """The result with what it took to come to it."""
    return replace(result, cost=wires.tallies.cost)

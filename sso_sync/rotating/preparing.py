"""What has to be known before a rotation: both sides, the target, the former certificate, what a former run left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sso_sync.apply.history import RunState, Told, all_runs
from sso_sync.clock import utc_now
from sso_sync.errors import Diagnostic, LiveStateError, SideUnavailable
from sso_sync.justcall.settings import SettingField, Settings
from sso_sync.onelogin.models import App
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.checks.rotation import flaws
from sso_sync.plan.link import Unread
from sso_sync.plan.masking import discreet
from sso_sync.plan.model import Refusal
from sso_sync.plan.planner import Sides
from sso_sync.plan.rotation import pins, unpinned, wished
from sso_sync.plan.signing import Signing, Turn, signing_from
from sso_sync.rotating.known import Known, Request, differ, own_certificate, short
from sso_sync.spec.connection import Connection
from sso_sync.spec.model import CertificateRef
from sso_sync.store.rotations import last_window
from sso_sync.survey import Planned, Survey

__all__ = ["Prepared", "prepared"]


@dataclass(frozen=True)
class Prepared:
    """A rotation that could begin: the survey that plans it, the plan, what it turns, and whether the spec names it."""

    survey: Survey
    planned: Planned
    turn: Turn
    pinned: bool


def prepared(survey: Survey, request: Request) -> Prepared:
    """Looks at both sides, finds the target and plans the rotation; `survey` is one of the connection as it is.

    Raises SpecError for a wrong spec, UsageError when nothing says which certificate, LiveStateError for a target that
    nobody can tell, or an app that is not there, and SideUnavailable when a side cannot be read.
    """
    survey.check()
    connection = survey.connection
    if connection.spec.state == "absent":
        raise LiveStateError.because(
            "The spec takes the app down (state: absent), so there is no certificate to rotate",
            next_action="Leave `state` out of the spec, or decommission with apply.",
        )
    sides = replace(survey, connection=unpinned(connection)).sides()
    app, held = _ground(sides, connection)
    runs = _runs(connection.name)
    past = tuple(run for run in runs if run.rotation is not None)
    known = Known(survey, app, past)
    own = own_certificate(app)
    stalled = _stalled(runs) if differ(own, held) else None
    target = known.target(request, stalled)
    turn = Turn(
        target=known.discreet(target),
        former=known.discreet(known.former(held)),
        held=known.in_full(held),
        last=last_window(request.remember_as or connection.name),
        back=request.back,
        unchecked=request.unchecked,
        pins=pins(connection, target),
        notes=tuple(discreet(connection, note) for note in _notes(runs, own, held)),
        rehearsal=request.remember_as is not None,
    )
    if _unfit(turn, survey) and stalled is not None and stalled.id == target.id:
        turn = _turned_around(turn, connection)
    # Going back must not be refused because what was good enough before is about to expire.
    passed = survey.overrides | ({"certificate_expiry"} if turn.back else frozenset())
    ready = replace(survey, connection=wished(connection, turn.target), turn=turn, overrides=passed)
    pinned = isinstance(connection.spec.onelogin.app.certificate, CertificateRef)
    return Prepared(ready, ready.planned(sides), turn, pinned)


def _ground(sides: Sides, connection: Connection) -> tuple[App, str | None]:
    """The app, and the certificate that JustCall holds as far as anybody knows. Raises as `prepared` does."""
    for side, name in ((sides.idp, "OneLogin"), (sides.sp, "JustCall")):
        if isinstance(side, Unread):
            raise SideUnavailable.because(
                f"{name} could not be read: {side.reason}",
                detail="A rotation begins only when both sides are there to be switched. Nothing was changed.",
            )
    if not isinstance(sides.idp, LiveIdp) or sides.idp.app is None:
        raise LiveStateError.because(
            "There is no app in OneLogin yet, and so no certificate to rotate",
            address="onelogin.app",
            next_action=f"Run `sso-sync apply {connection.path}` first.",
        )
    held = sides.sp.value(SettingField.CERTIFICATE) if isinstance(sides.sp, Settings) else None
    return sides.idp.app, held if isinstance(held, str) else None


def _runs(connection: str) -> tuple[Told, ...]:
    """The recorded runs of the connection, newest first."""
    return tuple(run for run in all_runs(connection) if isinstance(run, Told))


def _open_ended(runs: Sequence[Told]) -> Told | None:
    """The last rotation, if it died or was not finished."""
    last = next((run for run in runs if run.rotation is not None), None)
    return last if last is not None and last.state in (RunState.INTERRUPTED, RunState.PARTIAL) else None


def _stalled(runs: Sequence[Told]) -> Signing | None:
    """Where the last rotation was on its way to, if it never came to an end."""
    last = _open_ended(runs)
    return signing_from((last.rotation or {}).get("to")) if last is not None else None


def _notes(runs: Sequence[Told], own: Signing, held: str | None) -> tuple[Diagnostic, ...]:
    """What a former rotation left behind, and that the two sides do not agree."""
    apart = (_apart(own, held),) if held is not None and differ(own, held) else ()
    last = _open_ended(runs)
    # Once another run has ended well, and both sides agree, nobody has to hear of it any more.
    if last is None or not (apart or last is runs[0]):
        return apart
    how = "was interrupted" if last.state is RunState.INTERRUPTED else "was not finished"
    begun = [step.summary for step in last.steps if step.begun]
    where = f"after it had begun to {begun[-1]}" if begun else "before it had sent anything"
    note = Diagnostic(
        "warning",
        f"The rotation {last.run_id} {how} {where}",
        detail=f"It had set out for {signing_from((last.rotation or {}).get('to'))}.",
        next_action="This run goes on from what is there; --rollback goes back to the former certificate instead.",
    )
    return (note, *apart)


def _apart(own: Signing, held: str) -> Diagnostic:
    return Diagnostic(
        "warning",
        "The two sides hold different certificates, so new logins fail now",
        detail=f"OneLogin signs with {short(own.pem)}, JustCall holds {short(held)}.",
        address="justcall.sso.certificate",
    )


def _unfit(turn: Turn, survey: Survey) -> tuple[Refusal, ...]:
    """Why the target must not be used any more, as far as nobody passes over it."""
    found, limits = turn.target.certificate, survey.connection.spec.guards.certificate_expiry
    wrong = flaws(found, now=utc_now(), limits=limits) if found else ()
    return tuple(one for one in wrong if one.guard not in survey.overrides)


def _turned_around(turn: Turn, connection: Connection) -> Turn:
    """The way back, where a run stalled between the writes and its target is not fit any more."""
    if turn.back or turn.former.id == turn.target.id:
        return turn
    why = Diagnostic(
        "warning",
        f"The interrupted rotation goes back to the former certificate, because {turn.target} is not fit any more",
        address="onelogin.app.certificate",
    )
    return replace(turn, target=turn.former, back=True, pins=pins(connection, turn.former), notes=(*turn.notes, why))

"""What a report says of a certificate rotation: a few labelled lines for people, one object for programs."""

from __future__ import annotations

from sso_sync.apply.result import ApplyResult, Rotated, RotationState
from sso_sync.errors import ExitCode
from sso_sync.plan.document import plain
from sso_sync.plan.model import Plan
from sso_sync.plan.rotation import duration
from sso_sync.report.interface import Unapplied
from sso_sync.report.summary import command
from sso_sync.safe import visible
from sso_sync.values import Json

__all__ = ["apart", "next_words", "rotated_document", "rotation_rows", "unrotated_document"]

_BOTH = frozenset({RotationState.SWITCHED, RotationState.VERIFIED})


def rotation_rows(result: ApplyResult) -> tuple[tuple[str, str], ...]:
    """Label and words, for a run that switched something or tried to; empty for a plan that is no rotation."""
    turn, rotated = result.plan.rotation, result.rotation
    if turn is None or rotated is None:
        return ()
    rows = [("Certificate", str(turn.target if rotated.state in _BOTH else turn.former))]
    if rotated.state is RotationState.HANDED_OVER:
        rows = [("OneLogin signs with", str(turn.target)), ("JustCall still holds", str(turn.former))]
        rows.append(("Window", "new logins fail until a person has entered the certificate in JustCall"))
    elif rotated.state is RotationState.APART:
        names = {"onelogin": "OneLogin signs with", "justcall": "JustCall holds"}
        rows = [(names[side], held) for side, held in rotated.held.items()]
    if rotated.seconds is not None:
        rows.append(("Window", f"new logins failed for {duration(rotated.seconds)}"))
    if rotated.state in _BOTH:
        rows.append(("Former", str(turn.former)))
        if not turn.rehearsal:
            rows.append(("Way back", command("undo", result.run_id, result.plan.spec.path)))
    return tuple((label, visible(words)) for label, words in rows)


def next_words(plan: Plan) -> str:
    """The command that goes on with a rotation that was not finished."""
    turn = plan.rotation
    number = turn.target.id if turn is not None else None
    target = ("--to", str(number)) if number is not None else ()
    return command("rotate-certificate", plan.spec.path, *target)


def apart(result: ApplyResult) -> bool:
    """Whether this was a rotation that did not come to both sides: then its own words say which side holds what."""
    return result.rotation is not None and result.rotation.state not in _BOTH


def rotated_document(result: ApplyResult) -> dict[str, Json]:
    """The rotation of a run that was begun: `{rotation: {…}}`, nothing for another run."""
    return _document(result.plan, result.rotation)


def unrotated_document(report: Unapplied) -> dict[str, Json]:
    """The same for one that was not."""
    stopped = report.exit_code in (ExitCode.REFUSED, ExitCode.UNAVAILABLE) or bool(report.plan.errors)
    state = RotationState.PREPARED if stopped else RotationState.CHECKED
    if report.plan.empty and not report.plan.unread:
        state = RotationState.VERIFIED
    return _document(report.plan, Rotated(state))


def _document(plan: Plan, rotated: Rotated | None) -> dict[str, Json]:
    turn = plan.rotation
    if turn is None or rotated is None:
        return {}
    return {
        "rotation": {
            "state": rotated.state.value,
            "from": plain(turn.former.facts),
            "to": plain(turn.target.facts),
            "seconds": rotated.seconds,
            "rolled_back": rotated.rolled_back,
            "held": plain(rotated.held),
            "rehearsal": turn.rehearsal,
        }
    }

"""A prepared rotation being carried out, and which certificate each side holds where that was not finished."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sso_sync.apply.context import Context
from sso_sync.apply.executor import Execution
from sso_sync.apply.journal import Journal
from sso_sync.apply.result import ApplyResult, Rotated, RotationState
from sso_sync.apply.rotation import Prove, Switch
from sso_sync.clock import utc_now
from sso_sync.errors import Diagnostic, ExitCode, SsoSyncError
from sso_sync.justcall.settings import SettingField, Settings, Unknown
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.checks.rotation import flaws
from sso_sync.plan.model import Step
from sso_sync.progress import Progress
from sso_sync.rotating.known import short
from sso_sync.rotating.preparing import Prepared
from sso_sync.saml import certificate
from sso_sync.store.rotations import Rotation, remember

__all__ = ["Rotating"]

_Held = Mapping[str, tuple[bool, str | None]]
"""By side: whether anybody knows what it holds, and what that is."""
_LOOKS = (1.0, 2.0, 4.0)  # seconds before each further look at sides that may show the truth a moment late


@dataclass
class Rotating:
    """Carries a prepared rotation out, and says which certificate each side holds where it was not finished.

    `connection` is the name that the measured window is kept under.
    """

    prepared: Prepared
    connection: str
    sleep: Callable[[float], None]
    prove: Prove | None = None
    _switch: Switch = field(init=False)
    _handed_over: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        limits = self.prepared.survey.connection.spec.guards.certificate_expiry
        passed = self.prepared.survey.overrides

        def fit(found: certificate.Certificate) -> list[str]:
            return [one.summary for one in flaws(found, now=utc_now(), limits=limits) if one.guard not in passed]

        self._switch = Switch(self.prepared.turn, fit=fit, prove=self.prove)

    def carry_out(self, steps: Sequence[Step], context: Context, progress: Progress, journal: Journal) -> Execution:
        execution = self._switch.carry_out(steps, context, progress, journal)
        self._handed_over = execution.handover is not None
        return execution

    def concluded(self, result: ApplyResult) -> ApplyResult:
        """The result with the rotation's own words: finished, rolled back, or which side holds what."""
        way, turn = self._switch.way, self.prepared.turn
        if not way.finished:
            return self._unfinished(result)
        state = RotationState.VERIFIED if result.verified else RotationState.SWITCHED
        if self._handed_over:
            state = RotationState.HANDED_OVER
        told = [*result.findings, *self._remembered(result.run_id, way.seconds)]
        if result.exit_code is ExitCode.OK and not turn.rehearsal:
            told += self._pinning()
        return replace(result, findings=tuple(told), rotation=Rotated(state, way.seconds))

    def _remembered(self, run_id: str, seconds: float | None) -> tuple[Diagnostic, ...]:
        turn = self.prepared.turn
        if seconds is None:
            return ()
        former, present = (one.certificate for one in (turn.former, turn.target))
        measured = Rotation(
            at=utc_now(),
            seconds=seconds,
            former=former.fingerprint if former else "unknown",
            present=present.fingerprint if present else "unknown",
            run_id=run_id,
            rehearsal=turn.rehearsal,
        )
        try:
            remember(self.connection, measured)
        except SsoSyncError as problem:
            return (replace(problem.diagnostics[0], severity="warning"),)
        return ()

    def _pinning(self) -> tuple[Diagnostic, ...]:
        """A word of advice where the spec leaves the certificate alone."""
        target = self.prepared.turn.target
        if self.prepared.turn.back or self.prepared.pinned:
            return ()
        return (
            Diagnostic(
                "info",
                "The spec does not manage the certificate, so nothing notices when somebody switches it",
                address="onelogin.app.certificate",
                next_action=f"Pin it: write `certificate: {{id: {target.id}}}` under onelogin.app in the spec.",
            ),
        )

    def _unfinished(self, result: ApplyResult) -> ApplyResult:
        turn, went_back = self.prepared.turn, self._switch.way.went_back
        sides = self._sides(patiently=went_back and self._switch.way.arrived)
        held = {side: short(pem) if known else "nobody can say what" for side, (known, pem) in sides.items()}
        if self._as_before(sides):
            state, code = RotationState.ROLLED_BACK if went_back else RotationState.CHECKED, ExitCode.ERROR
            words = "Rolled back: nothing is changed" if went_back else "Nothing is changed"
            said = Diagnostic("info", f"{words}, both sides are as before the rotation", detail="Both were read again.")
        else:
            state, code = RotationState.APART, ExitCode.PARTIAL
            said = Diagnostic(
                "error",
                f"OneLogin signs with {held['onelogin']}, JustCall holds {held['justcall']}",
                detail="New logins fail while the two differ."
                if held["onelogin"] != held["justcall"]
                else "The two agree, but not on the certificate that was there before.",
                next_action=f"sso-sync rotate-certificate {self.prepared.survey.connection.path} --to {turn.target.id} "
                "finishes it; --rollback goes back.",
            )
        rotated = Rotated(state, None, rolled_back=state is RotationState.ROLLED_BACK, held=held)
        return replace(result, exit_code=code, findings=(*result.findings, said), rotation=rotated)

    def _as_before(self, sides: _Held) -> bool:
        turn = self.prepared.turn
        (own_known, own), (held_known, held) = sides["onelogin"], sides["justcall"]
        there = own_known and turn.former.pem is not None and certificate.same(own, turn.former.pem)
        return there and held_known and certificate.same(held, turn.held)

    def _sides(self, *, patiently: bool) -> _Held:
        """What each side holds; looked at again where it should be as before and is not, because reads may be late."""
        found = self._look()
        for pause in _LOOKS if patiently else ():
            if self._as_before(found):
                break
            self.sleep(pause)
            found = self._look()
        return found

    def _look(self) -> _Held:
        try:
            sides = self.prepared.survey.sides()
        except SsoSyncError:
            return {"onelogin": (False, None), "justcall": (False, None)}
        own = sides.idp.app.sso.certificate.value if isinstance(sides.idp, LiveIdp) and sides.idp.app else None
        if not isinstance(sides.sp, Settings):
            return {"onelogin": (own is not None, own), "justcall": (False, None)}
        held = sides.sp.value(SettingField.CERTIFICATE)
        known = not isinstance(sides.sp.knowledge(SettingField.CERTIFICATE), Unknown)
        return {
            "onelogin": (own is not None, own),
            "justcall": (known, held if isinstance(held, str) else None),
        }

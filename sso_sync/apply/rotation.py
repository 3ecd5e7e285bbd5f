"""The state machine of a certificate rotation: both writes back to back, and the way back when it cannot be finished.

JustCall holds one certificate, so new logins fail between the two writes (fact sheet justcall §6.1). Nothing is read or
waited for in between: OneLogin's confirmed answer is compared with the prepared certificate, and that one goes out to
JustCall at once.

The way back has two orders. Is OneLogin ahead of JustCall, then OneLogin goes back at once, and only then is JustCall
looked at: the sooner the two agree, the sooner people can sign in. Hold both the new one, and JustCall's test fails,
then JustCall goes first: it is the write that may fail, and as long as it has not succeeded both still agree.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from sso_sync.apply.context import Context
from sso_sync.apply.executor import Execution, execute
from sso_sync.apply.journal import Journal
from sso_sync.apply.result import Outcome, StepResult
from sso_sync.errors import Diagnostic, SsoSyncError, UnexpectedAnswer
from sso_sync.justcall.settings import SettingField
from sso_sync.onelogin.models import App
from sso_sync.plan.model import Side, Step
from sso_sync.plan.operations import TestConnection, UpdateApp, UpdateSettings
from sso_sync.plan.signing import Turn
from sso_sync.progress import Progress
from sso_sync.saml import certificate
from sso_sync.saml.certificate import Certificate, CertificateError

__all__ = ["BACK_JUSTCALL", "BACK_ONELOGIN", "PROOF", "Prove", "Switch", "Way"]

BACK_ONELOGIN, BACK_JUSTCALL, PROOF = "rollback.onelogin", "rollback.justcall", "justcall.proof"
Prove = Callable[[], Diagnostic | None]
"""Proves a login with the new certificate: None when it works; an error takes everything back, a warning is told."""


@dataclass(frozen=True)
class Way:
    """What a switch did: whether it was finished, how long logins failed, whether it went back, and all the way."""

    finished: bool = False
    seconds: float | None = None
    went_back: bool = False
    arrived: bool = False


@dataclass
class Switch:
    """Carries out one rotation. `fit` says why an unchecked certificate must not be used. `way` tells afterwards.

    `clock` answers seconds that only ever grow.
    """

    turn: Turn
    fit: Callable[[Certificate], Sequence[str]] = lambda _found: ()
    prove: Prove | None = None
    clock: Callable[[], float] = time.monotonic
    way: Way = field(default_factory=Way)

    def carry_out(self, steps: Sequence[Step], context: Context, progress: Progress, journal: Journal) -> Execution:
        """Both writes, the test, the proof; and back, where one of them fails or the run is interrupted in between."""
        context.accept = self._accept
        watch = _Watch(journal, self.clock)
        patient, context.sp = context.sp, context.sp.hurried()
        done = execute(steps, context, progress, watch)
        context.sp = patient
        if _Found(done).both_written:
            done = self._proved(done, context, progress, watch)
        found = _Found(done)
        self.way = Way(found.complete, watch.seconds)
        context.accept = _anything
        back = self._back(found, _Back(self.turn, context, journal, progress))
        if not back:
            return done
        arrived = all(one.outcome is Outcome.APPLIED for one in back)
        self.way = replace(self.way, finished=False, went_back=True, arrived=arrived)
        return replace(done, results=(*done.results, *back))

    def _proved(self, done: Execution, context: Context, progress: Progress, journal: Journal) -> Execution:
        """The execution with one more step, if a login can be proved: it fails only where the proof says so."""
        if self.prove is None:
            return done
        step = Step(PROOF, Side.JUSTCALL, "prove a login with the new certificate", TestConnection())
        progress.note(step.summary)
        journal.added([step])
        try:
            journal.intent(step)
            doubt = self.prove()
        except SsoSyncError as problem:
            doubt = replace(problem.diagnostics[0], severity="warning")
        outcome = Outcome.APPLIED if doubt is None else Outcome.FAILED if doubt.severity == "error" else Outcome.SKIPPED
        result = StepResult(step, outcome, doubt)
        journal.outcome(result, context)
        return replace(done, results=(*done.results, result))

    def _accept(self, app: App) -> None:
        """OneLogin's answer holds the certificate that was prepared; one that nobody could prepare is checked now."""
        shown = app.sso.certificate.value
        if not shown:
            raise _unusable("OneLogin does not show the certificate that it signs with now")
        if self.turn.target.pem is not None:
            if not certificate.same(shown, self.turn.target.pem):
                raise _unusable("OneLogin signs with another certificate than the one that was prepared")
            return
        try:
            reasons = self.fit(certificate.parse(shown))
        except CertificateError as problem:
            reasons = (str(problem),)
        if reasons:
            raise _unusable(f"The certificate that OneLogin signs with now is no good: {'; '.join(reasons)}")

    def _back(self, found: _Found, way: _Back) -> tuple[StepResult, ...]:
        """The results of the steps that put things back; none where nothing has to be."""
        former = self.turn.former
        if former.id is None or former.id == self.turn.target.id:
            return ()
        if found.refuted:
            return way.go(way.justcall(), way.onelogin(after=BACK_JUSTCALL))
        if not found.onelogin_ahead or (found.wrote_onelogin is Outcome.FAILED and way.unchanged()):
            return ()
        first = way.go(way.onelogin())
        if found.justcall_in_doubt and not way.justcall_is_back():
            return (*first, *way.go(way.justcall()))
        return first


class _Watch:
    """A journal that also keeps the time between the first write being sent and the second being confirmed."""

    def __init__(self, journal: Journal, clock: Callable[[], float]) -> None:
        self._journal = journal
        self._clock = clock
        self._began: float | None = None
        self.seconds: float | None = None

    def intent(self, step: Step) -> None:
        self._journal.intent(step)
        if isinstance(step.operation, UpdateApp):
            self._began = self._clock()

    def outcome(self, result: StepResult, context: Context) -> None:
        second = isinstance(result.step.operation, UpdateSettings) and result.outcome is Outcome.APPLIED
        if second and self._began is not None:
            self.seconds = self._clock() - self._began
        self._journal.outcome(result, context)

    def added(self, steps: Sequence[Step]) -> None:
        self._journal.added(steps)


class _Found:
    """What became of the steps, by what they do; None for one that there was not."""

    def __init__(self, execution: Execution) -> None:
        self._results = execution.results
        self.wrote_onelogin = self._of(UpdateApp)
        self._second = self._of(UpdateSettings)

    def _of(self, kind: type[UpdateApp] | type[UpdateSettings]) -> Outcome | None:
        return next((one.outcome for one in self._results if isinstance(one.step.operation, kind)), None)

    @property
    def _tests(self) -> list[StepResult]:
        return [one for one in self._results if isinstance(one.step.operation, TestConnection)]

    @property
    def both_written(self) -> bool:
        """Both sides were switched, and JustCall's test had nothing against it."""
        tested = all(one.outcome is Outcome.APPLIED for one in self._tests)
        return tested and self._second is Outcome.APPLIED and self.wrote_onelogin in (None, Outcome.APPLIED)

    @property
    def refuted(self) -> bool:
        """Both sides hold the new certificate, and a test or a proof failed with it."""
        return self._second is Outcome.APPLIED and any(one.outcome is Outcome.FAILED for one in self._tests)

    @property
    def complete(self) -> bool:
        """Every step that is the tool's own was carried out; a proof that could not be made stops nobody."""
        written = all(outcome in (None, Outcome.APPLIED) for outcome in (self.wrote_onelogin, self._second))
        tested = all(one.outcome is Outcome.APPLIED or one.step.id == PROOF for one in self._tests)
        return written and tested and not self.refuted

    @property
    def justcall_in_doubt(self) -> bool:
        """The write to JustCall was tried, and nobody knows what came of it."""
        return self._second is Outcome.FAILED

    @property
    def onelogin_ahead(self) -> bool:
        """OneLogin has, or may have, the new certificate, and JustCall may not."""
        if self.wrote_onelogin is Outcome.FAILED:
            return True
        lost = (Outcome.FAILED, Outcome.SKIPPED) if self.wrote_onelogin is Outcome.APPLIED else (Outcome.FAILED,)
        return self.wrote_onelogin is not Outcome.SKIPPED and self._second in lost


@dataclass(frozen=True)
class _Back:
    """The way back to what each side held."""

    turn: Turn
    context: Context
    journal: Journal
    progress: Progress

    def go(self, *steps: Step) -> tuple[StepResult, ...]:
        self.progress.note("going back to the former certificate")
        self.journal.added(steps)
        return execute(steps, self.context, self.progress, self.journal).results

    def onelogin(self, *, after: str | None = None) -> Step:
        return Step(
            BACK_ONELOGIN,
            Side.ONELOGIN,
            "put OneLogin back to the former certificate",
            UpdateApp({"configuration": {"certificate_id": self.turn.former.id}}),
            needs=frozenset({after} if after else ()),
        )

    def justcall(self) -> Step:
        values = {SettingField.CERTIFICATE: self.turn.held}
        summary = "put JustCall back to the former certificate"
        return Step(BACK_JUSTCALL, Side.JUSTCALL, summary, UpdateSettings(values))

    def unchanged(self) -> bool:
        """Whether OneLogin still signs with the former certificate, and is not about to do otherwise."""
        former = self.turn.former.id
        try:
            app = self.context.idp.app(self.context.app_id)
        except SsoSyncError:
            return False
        chosen = app.configuration.get("certificate_id")
        return app.sso.certificate.id == former and str(chosen) in ("None", str(former))

    def justcall_is_back(self) -> bool:
        """Whether JustCall holds what it held; where nobody can say, that is written once more."""
        try:
            held = self.context.sp.read().value(SettingField.CERTIFICATE)
        except SsoSyncError:
            return False
        return certificate.same(held if isinstance(held, str) else None, self.turn.held)


def _anything(_app: App) -> None:
    """The former certificate was good enough before."""


def _unusable(summary: str) -> UnexpectedAnswer:
    return UnexpectedAnswer.because(summary, detail="JustCall was not given it.", address="onelogin.app.certificate")

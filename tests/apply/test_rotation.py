"""The state machine of a rotation against fakes: what is written in which order, and which way back is taken when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from sso_sync.apply.context import Context
from sso_sync.apply.journal import NoJournal
from sso_sync.apply.result import Outcome, StepResult
from sso_sync.apply.rotation import BACK_JUSTCALL, BACK_ONELOGIN, PROOF, Switch
from sso_sync.errors import Diagnostic, SsoSyncError, UnexpectedAnswer
from sso_sync.justcall.settings import SettingField, Settings, TestResult
from sso_sync.onelogin.models import App
from sso_sync.plan.model import Side, Step
from sso_sync.plan.operations import HandOver, Output, Pending, TestConnection, UpdateApp, UpdateSettings
from sso_sync.plan.signing import Signing, Turn
from sso_sync.progress import Silent
from sso_sync.saml.certificate import Certificate, parse
from sso_sync.values import Json
from tests.apply.fakes import FakeDriver, FakeWriter, app, context, settings
from tests.plan.build import pem

FORMER, NEXT = Signing(5, "Former", pem("one")), Signing(6, "Next", pem("two"))
FIRST = Step("certificate", Side.ONELOGIN, "switch", UpdateApp({"configuration": {"certificate_id": 6}}))
SECOND = Step(
    "justcall.values",
    Side.JUSTCALL,
    "save",
    UpdateSettings({SettingField.CERTIFICATE: NEXT.pem}),
    frozenset({"certificate"}),
)
TEST = Step("justcall.test", Side.JUSTCALL, "test", TestConnection(), frozenset({"certificate", "justcall.values"}))
STEPS = (FIRST, SECOND, TEST)


class OneLogin(FakeWriter):
    """Signs with what it was told last; `fails` counts the writes that are refused, from 1, `lands` those that are
    carried out all the same.
    """

    def __init__(self, *, fails: Sequence[int] = (), lands: Sequence[int] = (), shows: str | None = None) -> None:
        super().__init__()
        self.signs_with = 5
        self.count = 0
        self._fails, self._lands, self._shows = fails, lands, shows

    def app(self, app_id: int) -> App:
        self.calls.append(("app",))
        return self._answer(app_id)

    def update_app(self, app_id: int, body: Mapping[str, Json]) -> App:
        self.count += 1
        wanted: Any = body["configuration"]
        self.calls.append(("onelogin", wanted["certificate_id"]))
        if self.count not in self._fails or self.count in self._lands:
            self.signs_with = wanted["certificate_id"]
        if self.count in self._fails:
            raise UnexpectedAnswer.because("OneLogin says no")
        return self._answer(app_id)

    def _answer(self, app_id: int) -> App:
        text = {5: FORMER.pem, 6: NEXT.pem}[self.signs_with]
        shown = self._shows if self._shows is not None and self.signs_with == 6 else text
        return App.model_validate(app(app_id, certificate={"id": self.signs_with, "value": shown}))


class JustCall(FakeDriver):
    """Holds what it was told last, as OneLogin above."""

    def __init__(
        self, *, fails: Sequence[int] = (), lands: Sequence[int] = (), test: bool = True, readable: bool = True
    ) -> None:
        super().__init__(TestResult(ok=test, message="Invalid audience"))
        self.holds: Json = FORMER.pem
        self.count = 0
        self._fails, self._lands, self._readable = fails, lands, readable

    def read(self) -> Settings:
        self.calls.append(("read",))
        if not self._readable:
            raise SsoSyncError.because("not there")
        return settings({SettingField.CERTIFICATE: self.holds})

    def write(self, changes: Mapping[SettingField, Json]) -> Settings:
        self.count += 1
        value = changes[SettingField.CERTIFICATE]
        self.calls.append(("justcall", "next" if value == NEXT.pem else "former"))
        if self.count not in self._fails or self.count in self._lands:
            self.holds = value
        if self.count in self._fails:
            raise UnexpectedAnswer.because("JustCall says no")
        return settings({SettingField.CERTIFICATE: self.holds})


class Journal(NoJournal):
    """Every line in order, and the steps that came on top."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def intent(self, step: Step) -> None:
        self.lines.append(f"intent {step.id}")

    def outcome(self, result: StepResult, context: Context) -> None:
        self.lines.append(f"{result.outcome.value} {result.step.id}")

    def added(self, steps: Sequence[Step]) -> None:
        self.lines += [f"added {step.id}" for step in steps]


def ticking() -> Callable[[], float]:
    """A clock that is one second later each time."""
    seconds = iter(range(1000))
    return lambda: float(next(seconds))


def ran(
    idp: OneLogin,
    sp: JustCall,
    steps: Sequence[Step] = STEPS,
    *,
    turn: Turn | None = None,
    prove: Callable[[], Diagnostic | None] | None = None,
) -> tuple[Switch, dict[str, Outcome], Journal]:
    turn = turn or Turn(NEXT, FORMER, held=FORMER.pem)
    switch, journal = Switch(turn, prove=prove, clock=ticking()), Journal()
    shared = context(idp, sp, live=app(50, certificate={"id": idp.signs_with, "value": FORMER.pem}))
    execution = switch.carry_out(steps, shared, Silent(), journal)
    return switch, {one.step.id: one.outcome for one in execution.results}, journal


def test_all_goes_well_and_the_window_is_measured() -> None:
    idp, sp = OneLogin(), JustCall()
    switch, outcomes, journal = ran(idp, sp)
    assert set(outcomes.values()) == {Outcome.APPLIED}
    assert switch.way.finished
    assert switch.way.seconds == 1.0
    assert not switch.way.went_back
    assert (idp.signs_with, sp.holds) == (6, NEXT.pem)
    assert idp.calls == [("onelogin", 6)]
    assert journal.lines[:4] == [
        "intent certificate",
        "applied certificate",
        "intent justcall.values",
        "applied justcall.values",
    ]


@pytest.mark.parametrize("lands", [False, True])
def test_onelogin_goes_back_at_once_and_justcall_only_where_it_has_to(lands: bool) -> None:
    idp, sp = OneLogin(), JustCall(fails=[1], lands=[1] if lands else [])
    switch, outcomes, journal = ran(idp, sp)
    assert (idp.signs_with, sp.holds) == (5, FORMER.pem)
    assert switch.way.went_back
    assert switch.way.arrived
    assert not switch.way.finished
    assert switch.way.seconds is None
    assert (BACK_JUSTCALL in outcomes) == lands
    assert journal.lines.index(f"added {BACK_ONELOGIN}") == journal.lines.index("skipped justcall.test") + 1
    assert idp.calls == [("onelogin", 6), ("onelogin", 5)], "nothing is looked at before OneLogin is back"


def test_a_justcall_that_cannot_be_read_is_told_once_more() -> None:
    idp, sp = OneLogin(), JustCall(fails=[1], readable=False)
    _, outcomes, _ = ran(idp, sp)
    assert outcomes[BACK_JUSTCALL] is Outcome.APPLIED
    assert sp.holds == FORMER.pem


def test_a_way_back_that_fails_has_not_arrived() -> None:
    idp, sp = OneLogin(fails=[2]), JustCall(fails=[1])
    switch, outcomes, _ = ran(idp, sp)
    assert outcomes[BACK_ONELOGIN] is Outcome.FAILED
    assert switch.way.went_back
    assert not switch.way.arrived


@pytest.mark.parametrize(("lands", "back"), [(False, False), (True, True)])
def test_a_first_write_that_failed_is_taken_back_if_it_landed(lands: bool, back: bool) -> None:
    idp, sp = OneLogin(fails=[1], lands=[1] if lands else []), JustCall()
    switch, outcomes, _ = ran(idp, sp)
    assert (BACK_ONELOGIN in outcomes) == back
    assert idp.signs_with == 5
    assert sp.count == 0
    assert switch.way.went_back == back


def test_a_test_that_fails_takes_justcall_back_first() -> None:
    idp, sp = OneLogin(), JustCall(test=False)
    _, outcomes, journal = ran(idp, sp)
    assert outcomes[TEST.id] is Outcome.FAILED
    assert (idp.signs_with, sp.holds) == (5, FORMER.pem)
    assert journal.lines.index(f"applied {BACK_JUSTCALL}") < journal.lines.index(f"intent {BACK_ONELOGIN}")


def test_onelogin_stays_where_justcall_could_not_be_put_back() -> None:
    idp, sp = OneLogin(), JustCall(test=False, fails=[2])
    switch, outcomes, _ = ran(idp, sp)
    assert outcomes[BACK_ONELOGIN] is Outcome.SKIPPED
    assert (idp.signs_with, sp.holds) == (6, NEXT.pem)
    assert not switch.way.arrived


def test_another_certificate_than_the_prepared_one_never_reaches_justcall() -> None:
    idp, sp = OneLogin(shows=pem("three")), JustCall()
    _, outcomes, _ = ran(idp, sp)
    assert outcomes[FIRST.id] is Outcome.FAILED
    assert (idp.signs_with, sp.count) == (5, 0)


def test_an_answer_without_a_certificate_never_reaches_justcall() -> None:
    idp, sp = OneLogin(shows=""), JustCall()
    ran(idp, sp)
    assert (idp.signs_with, sp.count) == (5, 0)


@pytest.mark.parametrize("fit", [True, False])
def test_an_unchecked_certificate_is_looked_at_right_after_the_first_write(fit: bool) -> None:
    idp, sp = OneLogin(), JustCall()
    pending = Step(
        SECOND.id,
        Side.JUSTCALL,
        "save",
        UpdateSettings({SettingField.CERTIFICATE: Pending(Output.CERTIFICATE)}),
        SECOND.needs,
    )
    seen: list[str] = []

    def reasons(found: Certificate) -> list[str]:
        seen.append(found.fingerprint)
        return [] if fit else ["too small"]

    switch = Switch(Turn(Signing(6), FORMER, held=FORMER.pem), fit=reasons)
    shared = context(idp, sp, live=app(50, certificate={"id": 5, "value": FORMER.pem}))
    execution = switch.carry_out((FIRST, pending, TEST), shared, Silent(), Journal())
    assert seen == [parse(pem("two")).fingerprint]
    assert switch.way.finished == fit
    assert (idp.signs_with, sp.holds) == ((6, NEXT.pem) if fit else (5, FORMER.pem))
    if not fit:
        assert "too small" in (execution.results[0].diagnostic or Diagnostic("info", "")).summary


def test_a_rotation_that_only_justcall_is_missing_goes_back_on_onelogin() -> None:
    idp, sp = OneLogin(), JustCall(fails=[1])
    idp.signs_with = 6
    alone = Step(SECOND.id, Side.JUSTCALL, "save", SECOND.operation)
    switch, outcomes, _ = ran(idp, sp, (alone, TEST))
    assert outcomes[BACK_ONELOGIN] is Outcome.APPLIED
    assert (idp.signs_with, sp.holds) == (5, FORMER.pem)
    assert switch.way.went_back


def test_there_is_no_way_back_from_the_way_back() -> None:
    idp, sp = OneLogin(fails=[1]), JustCall()
    switch, outcomes, _ = ran(idp, sp, turn=Turn(NEXT, NEXT, held=FORMER.pem))
    assert BACK_ONELOGIN not in outcomes
    assert not switch.way.went_back


def test_a_person_makes_the_second_write_and_nothing_goes_back() -> None:
    idp, sp = OneLogin(), JustCall()
    by_hand = Step(
        "justcall.by-hand", Side.JUSTCALL, "hand over", HandOver({SettingField.CERTIFICATE: NEXT.pem}), frozenset()
    )
    switch, _, _ = ran(idp, sp, (FIRST, by_hand))
    assert switch.way.finished
    assert switch.way.seconds is None
    assert idp.signs_with == 6


@pytest.mark.parametrize(
    ("said", "outcome", "holds"),
    [
        (None, Outcome.APPLIED, 6),
        (Diagnostic("warning", "no test user"), Outcome.SKIPPED, 6),
        (Diagnostic("error", "the signature does not hold"), Outcome.FAILED, 5),
    ],
)
def test_a_proof_is_asked_for_once_both_are_switched(said: Diagnostic | None, outcome: Outcome, holds: int) -> None:
    idp, sp = OneLogin(), JustCall()
    switch, outcomes, journal = ran(idp, sp, prove=lambda: said)
    assert outcomes[PROOF] is outcome
    assert idp.signs_with == holds
    assert switch.way.finished == (holds == 6)
    assert f"added {PROOF}" in journal.lines


def test_a_proof_that_breaks_proves_nothing_and_stops_nobody() -> None:
    def breaks() -> Diagnostic | None:
        raise SsoSyncError.because("MFA is required")

    idp, sp = OneLogin(), JustCall()
    switch, outcomes, _ = ran(idp, sp, prove=breaks)
    assert outcomes[PROOF] is Outcome.SKIPPED
    assert switch.way.finished


def test_nothing_is_proved_where_something_failed() -> None:
    asked: list[int] = []

    def prove() -> Diagnostic | None:
        asked.append(1)
        return None

    ran(OneLogin(), JustCall(fails=[1]), prove=prove)
    assert asked == []

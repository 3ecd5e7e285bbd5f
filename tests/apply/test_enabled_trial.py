"""Where JustCall tests only what is enabled: enabled, tested, and taken back unless the test succeeds."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from sso_sync.apply.executor import Execution, execute
from sso_sync.apply.result import Outcome
from sso_sync.errors import SideUnavailable, SsoSyncError
from sso_sync.justcall.settings import SettingField, Settings, TestResult, Unknown
from sso_sync.plan import operations as op
from sso_sync.plan.model import Step
from sso_sync.progress import Silent
from sso_sync.values import Json
from tests.apply.fakes import FakeDriver, context, settings, step

ENABLED, ISSUER, ROLE = SettingField.ENABLED, SettingField.ISSUER, SettingField.DEFAULT_ROLE
FIRST = TestResult(ok=False, message="Enable SSO first", needs_enabled=True)
BEFORE: dict[SettingField, Json] = {ENABLED: False, ISSUER: "https://old.example", ROLE: "Admin"}


class Driver(FakeDriver):
    """Answers tests in turn; an exception is raised. `broken` refuses the write of that number, from 1."""

    def __init__(self, *answers: TestResult | SsoSyncError, broken: int = 0) -> None:
        super().__init__()
        self._answers = iter(answers)
        self._broken = broken
        self._writes = 0

    def write(self, changes: Mapping[SettingField, Json]) -> Settings:
        self._writes += 1
        if self._writes == self._broken:
            raise SideUnavailable.because("JustCall is gone")
        return super().write(changes)

    def test(self) -> TestResult:
        super().test()
        answer = next(self._answers)
        if isinstance(answer, SsoSyncError):
            raise answer
        return answer


def _steps() -> list[Step]:
    return [
        step("values", operation=op.UpdateSettings({ISSUER: "https://new.example"})),
        step("test", "values", operation=op.TestConnection()),
        step("enable", "values", "test", operation=op.UpdateSettings({ENABLED: True})),
    ]


def _run(driver: Driver, held: Settings | None = None) -> tuple[Execution, dict[str, Outcome]]:
    execution = execute(_steps(), context(driver=driver, held=held or settings(BEFORE)), Silent())
    return execution, {result.step.id: result.outcome for result in execution.results}


def test_it_is_tested_once_it_is_enabled() -> None:
    driver = Driver(FIRST, TestResult(ok=True, message="OK"))
    execution, outcomes = _run(driver)
    assert set(outcomes.values()) == {Outcome.APPLIED}
    remark = execution.results[1].diagnostic
    assert remark is not None
    assert remark.severity == "info"
    assert [call[0] for call in driver.calls] == ["write", "test", "write", "test"]


@pytest.mark.parametrize("second", [TestResult(ok=False, message="Bad issuer"), SideUnavailable.because("no answer")])
def test_what_the_run_wrote_is_put_back_when_the_test_does_not_succeed(second: TestResult | SsoSyncError) -> None:
    driver = Driver(FIRST, second)
    execution, outcomes = _run(driver)
    assert outcomes["enable"] is Outcome.FAILED
    assert driver.calls[-1] == ("write", {ENABLED: False, ISSUER: "https://old.example"})
    told = execution.results[2].diagnostic
    assert told is not None
    assert "put back" in (told.detail or "")


def test_what_nobody_knew_is_not_made_up() -> None:
    driver = Driver(FIRST, TestResult(ok=False, message="no"))
    _run(driver, Settings({ISSUER: Unknown("not part of the answer")}))
    assert driver.calls[-1] == ("write", {ENABLED: False})


def test_when_that_fails_too_it_says_exactly_what_was_there() -> None:
    execution, _ = _run(Driver(FIRST, TestResult(ok=False, message="no"), broken=3))
    told = execution.results[2].diagnostic
    assert told is not None
    assert told.severity == "error"
    assert "could not be put back: JustCall is gone" in told.summary
    assert "https://old.example" in (told.detail or "")
    assert "disable SSO now" in (told.next_action or "")


def test_sso_that_is_on_already_has_no_such_excuse() -> None:
    driver = Driver(FIRST)
    _, outcomes = _run(driver, settings({**BEFORE, ENABLED: True}))
    assert outcomes == {"values": Outcome.APPLIED, "test": Outcome.FAILED, "enable": Outcome.SKIPPED}


def test_a_certificate_known_by_its_fingerprint_alone_is_not_entered_as_one() -> None:
    driver = Driver(FIRST, TestResult(ok=False, message="no"))
    held = settings({**BEFORE, SettingField.CERTIFICATE: ":".join(["9F"] * 32)})
    new = op.UpdateSettings({SettingField.CERTIFICATE: "new", ISSUER: "https://new.example"})
    steps = [step("values", operation=new), *_steps()[1:]]
    result = execute(steps, context(driver=driver, held=held), Silent()).results[2]
    assert driver.calls[-1] == ("write", {ENABLED: False, ISSUER: "https://old.example"})
    assert result.diagnostic is not None
    assert "stays as this run wrote it: Certificate." in (result.diagnostic.detail or "")

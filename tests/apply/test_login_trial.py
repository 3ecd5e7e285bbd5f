"""The login of a test user in the middle of a run: what proves it, what stops the run, and what is kept of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sso_sync.apply.login_trial import FILE, prove_login
from sso_sync.apply.prover import Prover
from sso_sync.errors import SideUnavailable, UnexpectedAnswer
from sso_sync.justcall.settings import SettingField, Settings, Unknown
from sso_sync.onelogin.assertion import AssertionRefused, MfaRequired
from sso_sync.onelogin.models import App
from sso_sync.store import proofs
from tests.apply.fakes import FakeDriver, context
from tests.plan.build import NAME, connection, settings
from tests.saml.samples import ACS_URL, EMAIL, ENTITY_ID, ISSUER, NOW, SSO_URL, certificate_of, signed_response

HELD = {
    SettingField.ACS_URL: ACS_URL,
    SettingField.ENTITY_ID: ENTITY_ID,
    SettingField.SSO_URL: SSO_URL,
    SettingField.ISSUER: ISSUER,
    SettingField.CERTIFICATE: certificate_of(),
}
APP = App.model_validate({"id": 1, "name": "JustCall", "sso": {"certificate": {"value": certificate_of()}}})
EVIDENCE = Path(".sso-sync/runs/run-1") / FILE


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def prove(held: Settings, answer: bytes | Exception, email: str = EMAIL) -> str:
    """Proves a login with what JustCall holds and OneLogin answers; the words of what came of it."""

    def fetch(_app_id: int) -> bytes:
        if isinstance(answer, Exception):
            raise answer
        return answer

    driver = FakeDriver()
    driver.read = lambda: held  # type: ignore[method-assign]
    prover = Prover(connection(), email, fetch, lambda _: APP, lambda: "run-1", clock=lambda: NOW)
    return prove_login(context(driver=driver), prover).summary


def test_a_login_that_is_accepted_is_kept_as_a_proof() -> None:
    said = prove(settings(HELD), signed_response())

    assert str(EVIDENCE) in said
    record = proofs.load(NAME)
    assert record is not None
    assert (record.at, record.source, set(record.checks.values())) == (NOW, "apply", {"pass"})
    document = json.loads(EVIDENCE.read_text(encoding="utf-8"))
    assert document["proof"]["fingerprint"] == record.fingerprint
    assert EMAIL not in EVIDENCE.read_text(encoding="utf-8")


def test_a_login_that_is_not_accepted_stops_the_run_and_takes_the_proof_back() -> None:
    prove(settings(HELD), signed_response())

    with pytest.raises(UnexpectedAnswer) as caught:
        prove(settings(HELD | {SettingField.ENTITY_ID: "Other"}), signed_response())

    (told,) = caught.value.diagnostics
    assert "Invalid audience" in told.summary
    assert told.address == "onelogin.app.configuration.audience"
    assert "SSO was not enabled" in (told.detail or "")
    assert proofs.load(NAME) is None
    assert json.loads(EVIDENCE.read_text(encoding="utf-8"))["proof"] is None


def test_what_nobody_knows_proves_nothing() -> None:
    unknown = Settings(dict(settings(HELD).fields) | {SettingField.ISSUER: Unknown("it was not on the page")})
    with pytest.raises(UnexpectedAnswer, match="would fail"):
        prove(unknown, signed_response())
    assert proofs.load(NAME) is None


@pytest.mark.parametrize("kind", [AssertionRefused, MfaRequired])
def test_a_test_user_who_cannot_sign_in(kind: type[UnexpectedAnswer]) -> None:
    with pytest.raises(UnexpectedAnswer) as caught:
        prove(settings(HELD), kind.because("no assertion", next_action="Look."))
    (told,) = caught.value.diagnostics
    assert "no assertion" in told.summary
    assert (told.next_action or "").startswith("Look. ONELOGIN_TEST_USER must name somebody")


def test_onelogin_out_of_reach_says_so() -> None:
    with pytest.raises(SideUnavailable):
        prove(settings(HELD), SideUnavailable.because("nothing answers"))

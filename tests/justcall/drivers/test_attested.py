from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sso_sync.errors import UnexpectedAnswer
from sso_sync.justcall.attestation import Attestation
from sso_sync.justcall.drivers.attested import AttestedDriver
from sso_sync.justcall.port import ServiceProvider
from sso_sync.justcall.settings import Attested, Observed, SettingField, Unknown
from tests.justcall.support import NOW, clock

RECORD = Attestation(
    "justcall-prod",
    "ada",
    NOW - timedelta(days=10),
    NOW + timedelta(days=80),
    {SettingField.ENABLED: True, SettingField.ISSUER: None, SettingField.ACS_URL: "https://attested.example"},
)
PINS = {SettingField.ACS_URL: "https://bifrost.justcall.io/passport/login/callback", SettingField.ENTITY_ID: "JustCall"}


def test_attested_values_are_good_until_they_expire() -> None:
    settings = AttestedDriver(RECORD, {}, clock=clock).read()

    assert settings.knowledge(SettingField.ENABLED) == Attested(True, "ada", RECORD.at, RECORD.until)
    assert settings.knowledge(SettingField.ISSUER) == Attested(None, "ada", RECORD.at, RECORD.until)
    assert settings.knowledge(SettingField.SSO_URL) == Unknown("nobody has attested it yet")
    assert set(settings.fields) == set(SettingField)


@pytest.mark.parametrize(("late", "expired"), [(-1, False), (0, True), (1, True)])
def test_expiry_to_the_second(late: int, expired: bool) -> None:
    driver = AttestedDriver(RECORD, {}, clock=lambda: RECORD.until + timedelta(seconds=late))

    known = driver.read().knowledge(SettingField.ENABLED)

    if expired:
        assert known == Unknown("attested by ada on 2026-05-22, expired on 2026-08-20", expired=True)
    else:
        assert isinstance(known, Attested)


def test_an_expired_record_says_nothing_about_what_it_never_held() -> None:
    driver = AttestedDriver(RECORD, {}, clock=lambda: RECORD.until)

    assert driver.read().knowledge(SettingField.SSO_URL) == Unknown("nobody has attested it yet")


def test_without_a_record_only_the_pins_are_known() -> None:
    settings = AttestedDriver(None, PINS, clock=clock).read()

    forever = datetime.max.replace(tzinfo=UTC)
    assert settings.knowledge(SettingField.ENTITY_ID) == Attested("JustCall", "the spec", NOW, forever)
    unknown = [field for field in SettingField if isinstance(settings.knowledge(field), Unknown)]
    assert unknown == [field for field in SettingField if field not in PINS]


def test_the_spec_has_the_last_word_on_its_pins() -> None:
    settings = AttestedDriver(RECORD, PINS, clock=lambda: RECORD.until).read()

    assert settings.value(SettingField.ACS_URL) == PINS[SettingField.ACS_URL]


def test_a_person_does_the_rest() -> None:
    driver: ServiceProvider = AttestedDriver(None, {}, clock=clock)

    assert (driver.how, driver.automatic) == ("attested", False)
    with pytest.raises(UnexpectedAnswer, match="a person") as caught:
        driver.write({SettingField.ENABLED: True})
    assert "sso-sync attest" in (caught.value.diagnostics[0].next_action or "")
    with pytest.raises(UnexpectedAnswer, match="a person"):
        driver.test()


def _seen(field: SettingField, value: str, *, days: int) -> dict[SettingField, Observed]:
    return {field: Observed(value, NOW - timedelta(days=days), by="probe")}


@pytest.mark.parametrize(("days", "newer"), [(9, True), (10, False), (11, False)])
def test_the_newer_of_a_probe_and_an_attestation_counts(days: int, newer: bool) -> None:
    probed = _seen(SettingField.ACS_URL, "https://probed.example", days=days)

    known = AttestedDriver(RECORD, {}, probed=probed, clock=clock).read().knowledge(SettingField.ACS_URL)

    assert known == (
        probed[SettingField.ACS_URL] if newer else Attested("https://attested.example", "ada", RECORD.at, RECORD.until)
    )


def test_a_probe_fills_what_nobody_attested_or_what_expired() -> None:
    probed = _seen(SettingField.SSO_URL, "https://idp.example", days=0)

    for record in (None, RECORD):
        settings = AttestedDriver(record, {}, probed=probed, clock=lambda: RECORD.until).read()
        assert settings.knowledge(SettingField.SSO_URL) == probed[SettingField.SSO_URL]
        assert isinstance(settings.knowledge(SettingField.ENABLED), Unknown)


def test_a_probe_says_what_justcall_has_beside_a_pin() -> None:
    probed = _seen(SettingField.ENTITY_ID, "Other", days=0)

    known = AttestedDriver(RECORD, PINS, probed=probed, clock=clock).read().knowledge(SettingField.ENTITY_ID)

    assert known == probed[SettingField.ENTITY_ID]

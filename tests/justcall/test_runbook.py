from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.justcall.runbook import runbook
from sso_sync.justcall.settings import SettingField
from sso_sync.saml.certificate import parse
from sso_sync.values import Json
from tests.saml.make import certificate

MADE = certificate("Runbook")
ALL: dict[SettingField, Json] = {
    SettingField.ENABLED: True,
    SettingField.PROTOCOL: "SAML 2.0",
    SettingField.SSO_URL: "https://acme.onelogin.com/trust/saml2/http-post/sso/0d1e2f3a",
    SettingField.ISSUER: "https://app.onelogin.com/saml/metadata/0d1e2f3a",
    SettingField.CERTIFICATE: MADE.pem,
    SettingField.DEFAULT_ROLE: "Team Member",
}


def lines(values: dict[SettingField, Json], file: Path | None = Path("justcall-prod.pem")) -> tuple[str, ...]:
    return runbook(values, connection="justcall-prod", certificate_file=file, spec=Path("specs/just call.yaml"))


def where(found: tuple[str, ...], words: str) -> int:
    places = [number for number, line in enumerate(found) if words in line]
    assert len(places) == 1, (words, places)
    return places[0]


def test_the_whole_procedure_in_order() -> None:
    found = lines(ALL)

    order = [
        "as the account owner",
        "Settings → Security → Single Sign-On",
        "Select SAML 2.0.",
        "Enter SSO URL: https://acme.onelogin.com/trust/saml2/http-post/sso/0d1e2f3a",
        "Enter Issuer / Entity ID: https://app.onelogin.com/saml/metadata/0d1e2f3a",
        f"Certificate: paste or upload justcall-prod.pem (SHA-256 fingerprint {parse(MADE.pem).fingerprint}",
        "Set the Default Role for new SSO users: Team Member",
        ". Click Save Configuration.",
        "Click Test Connection. If the test fails, stop here: do not enable SSO",
        "Only now click Enable SSO",
        "let one person who is assigned in OneLogin sign in",
        "sso-sync attest 'specs/just call.yaml' --by \"YOUR NAME\"",
    ]
    assert [where(found, words) for words in order] == sorted(where(found, words) for words in order)
    assert [line.split(". ")[0] for line in found] == [str(number) for number in range(1, len(found) + 1)]
    assert found[-1].endswith("sso-sync attest 'specs/just call.yaml' --by \"YOUR NAME\"")


@pytest.mark.parametrize("field", [SettingField.SSO_URL, SettingField.ISSUER, SettingField.DEFAULT_ROLE])
def test_only_what_is_handed_in_is_entered(field: SettingField) -> None:
    text = "\n".join(lines({field: ALL[field]}))

    assert str(ALL[field]) in text
    assert "Enable SSO" not in text
    assert "owner" not in text
    for other, value in ALL.items():
        if other not in {field, SettingField.ENABLED}:
            assert str(value) not in text
    assert ("Test Connection" in text) is (field is not SettingField.DEFAULT_ROLE)


def test_nothing_to_enter_is_no_runbook() -> None:
    assert lines({}) == ()
    assert lines({SettingField.ACS_URL: "https://x", SettingField.VERIFIED_DOMAINS: []}) == ()


def test_enabling_alone_is_tested_first() -> None:
    found = lines({SettingField.ENABLED: True})

    assert where(found, "Click Test Connection") < where(found, "Only now click Enable SSO")
    assert not any("Enter " in line for line in found)


def test_disabling_comes_first_and_is_not_tested() -> None:
    found = lines({SettingField.ENABLED: False, SettingField.ISSUER: None})

    assert where(found, "Switch Enable SSO off") < where(found, "Clear Issuer / Entity ID.")
    assert not any("Test Connection" in line for line in found)


def test_without_a_file_the_certificate_is_spelled_out() -> None:
    found = lines({SettingField.CERTIFICATE: MADE.pem.replace("\n", "\r\n")}, file=None)

    start = where(found, "   -----BEGIN CERTIFICATE-----")
    end = where(found, "   -----END CERTIFICATE-----")
    assert parse("\n".join(found[start : end + 1])).pem == MADE.pem


def test_without_a_spec_the_connection_is_named() -> None:
    found = runbook(ALL, connection="justcall-prod", certificate_file=None)

    assert found[-1].endswith('sso-sync attest <spec of justcall-prod> --by "YOUR NAME"')


def test_values_cannot_steer_the_terminal() -> None:
    found = lines({SettingField.DEFAULT_ROLE: "Admin\x1b[2J\n9. Click Delete Account\u202e"})

    assert where(found, "Admin\\x1b[2J\\n9. Click Delete Account\\u202e") == 1
    assert all(line.isprintable() for line in found)


@given(
    st.dictionaries(st.sampled_from(sorted(SettingField)), st.none() | st.booleans() | st.text()),
    st.text(),
    st.none() | st.text(min_size=1).map(Path),
)
def test_every_line_is_printable_and_numbered(
    values: dict[SettingField, Json], connection: str, file: Path | None
) -> None:
    found = runbook(values, connection=connection, certificate_file=file)

    assert all(line.isprintable() for line in found)
    assert [line.split(". ")[0] for line in found] == [str(number) for number in range(1, len(found) + 1)]

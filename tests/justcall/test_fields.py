from __future__ import annotations

import pytest

from sso_sync.justcall.fields import FIELDS, Kind, describe, protocol_name
from sso_sync.justcall.settings import WRITABLE, SettingField


def test_every_field_has_one_description() -> None:
    assert set(FIELDS) == set(SettingField)
    assert all(describe(field).field is field for field in SettingField)
    assert {each.field for each in FIELDS.values() if each.writable} == WRITABLE


def test_labels_are_the_guides() -> None:
    assert describe(SettingField.ISSUER).label == "Issuer / Entity ID"
    assert describe(SettingField.ENTITY_ID).label == "Entity ID"
    assert describe(SettingField.CERTIFICATE).kind is Kind.CERTIFICATE
    assert describe(SettingField.SSO_URL).where == "Settings → Security → Single Sign-On"
    assert len({each.label for each in FIELDS.values()}) == len(FIELDS)


@pytest.mark.parametrize("text", ["saml", "saml2", "SAML 2.0", "SAML_2.0", " saml-2.0 ", "Saml2.0"])
def test_spellings_of_saml(text: str) -> None:
    assert protocol_name(text) == "SAML 2.0"


@pytest.mark.parametrize("text", ["OIDC", "SAML 1.1", ""])
def test_other_protocols_stay(text: str) -> None:
    assert protocol_name(f" {text} ") == text

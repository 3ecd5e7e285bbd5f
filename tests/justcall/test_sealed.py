from __future__ import annotations

import base64

import pytest

from sso_sync.justcall.sealed import is_seal, matches, seal
from sso_sync.justcall.settings import SettingField
from sso_sync.values import Json
from tests.saml.make import Made

ROLE = SettingField.DEFAULT_ROLE


@pytest.mark.parametrize("value", ["Team Member", "", None, True])
def test_only_the_sealed_value_matches(value: Json) -> None:
    sealed = seal(ROLE, value)

    assert is_seal(sealed)
    assert matches(ROLE, sealed, value)
    assert not matches(ROLE, sealed, "Admin")
    assert "Team Member" not in str(sealed)


def test_two_seals_of_one_value_differ() -> None:
    assert seal(ROLE, "Admin") != seal(ROLE, "Admin")


def test_certificates_match_by_what_they_are(made: Made, other: Made) -> None:
    sealed = seal(SettingField.CERTIFICATE, made.pem)

    assert matches(SettingField.CERTIFICATE, sealed, base64.b64encode(made.der).decode())
    assert not matches(SettingField.CERTIFICATE, sealed, other.pem)
    assert matches(SettingField.CERTIFICATE, seal(SettingField.CERTIFICATE, "masked"), "masked")


@pytest.mark.parametrize(
    "value",
    [
        None,
        "Team Member",
        {},
        {"sealed": 7},
        {"sealed": "scrypt:a:b"},
        {"sealed": "scrypt:AAAA:AAAA"},
        {"sealed": "md5:" + "A" * 22 + "==:" + "A" * 43 + "="},
        {"sealed": "scrypt:" + "A" * 22 + "==:" + "A" * 43 + "=", "more": "x"},
    ],
)
def test_what_is_no_seal_matches_nothing(value: Json) -> None:
    assert not is_seal(value)
    assert not matches(ROLE, value, "Team Member")

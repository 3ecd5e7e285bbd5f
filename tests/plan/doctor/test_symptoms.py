"""What people are told when a login fails sounds like the case that it is."""

from __future__ import annotations

import pytest

from sso_sync.plan.doctor.cases import CASES
from sso_sync.plan.doctor.symptoms import SYMPTOMS, sounds_like

TOLD = [
    # The guide's troubleshooting table.
    ('"Invalid audience" error', "audience_mismatch"),
    ("Attributes not received", "attributes_not_sent"),
    ("Certificate validation failure", "certificate_mismatch"),
    ("User cannot access the app", "no_access"),
    # node-saml.
    ("SAML assertion audience mismatch. Expected: JustCall Received: {audience}", "blank_audience"),
    ("Invalid signature", "certificate_after_rotation"),
    ("Invalid document signature", "certificate_mismatch"),
    ("SAML assertion not yet valid", "clock_skew"),
    ("SAML assertion expired: clocks skewed too much", "clock_skew"),
    ("Unknown SAML issuer. Expected: a Received: b", "issuer_mismatch"),
    ("No decryption key for encrypted SAML response", "assertion_encrypted"),
    # People's own words.
    ("the tile is not in my portal", "tile_hidden"),
    ("SSO is not enabled", "sso_disabled"),
    ("No user of this account has the email x@y.example", "user_without_justcall_account"),
    ("NameID is empty", "nameid_not_email"),
    ("your account is suspended", "user_suspended"),
]


@pytest.mark.parametrize(("text", "case"), TOLD)
def test_words_and_what_they_sound_like(text: str, case: str) -> None:
    assert case in sounds_like(text)
    assert case in sounds_like(f"  oops:\n{text.upper()}!")


def test_other_words_sound_like_nothing() -> None:
    for text in (None, "", "it does not work", "500 Internal Server Error"):
        assert sounds_like(text) == ()


def test_every_case_a_symptom_names_is_one_and_every_symptom_has_a_source() -> None:
    known = {case.id for case in CASES}
    for one in SYMPTOMS:
        assert set(one.cases) <= known
        assert one.source

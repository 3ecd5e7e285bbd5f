from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.errors import SpecError
from sso_sync.justcall.drivers.gateway import Unusable, decode, encode
from sso_sync.justcall.held import not_taken
from sso_sync.justcall.settings import Observed, SettingField, Unknown
from sso_sync.values import Json
from tests.justcall.support import NOW
from tests.saml.make import Made

WHOLE: dict[str, Any] = {
    "enabled": False,
    "protocol": "saml2",
    "acs_url": "https://bifrost.justcall.io/passport/login/callback",
    "entity_id": "JustCall",
    "sso_url": None,
    "issuer": "",
    "certificate": None,
    "default_role": "Team Member",
    "verified_domains": ["acme.example"],
}


def test_a_whole_answer() -> None:
    settings = decode(WHOLE, NOW)

    assert settings.knowledge(SettingField.ENABLED) == Observed(False, NOW)
    assert settings.knowledge(SettingField.PROTOCOL) == Observed("SAML 2.0", NOW)
    assert settings.knowledge(SettingField.ENTITY_ID) == Observed("JustCall", NOW)
    assert settings.knowledge(SettingField.SSO_URL) == Observed(None, NOW)
    assert settings.knowledge(SettingField.ISSUER) == Observed(None, NOW)  # an empty text is an empty field
    assert settings.knowledge(SettingField.VERIFIED_DOMAINS) == Observed(["acme.example"], NOW)


@pytest.mark.parametrize("field", SettingField)
def test_a_missing_field_is_unknown_and_the_rest_is_not(field: SettingField) -> None:
    settings = decode({key: value for key, value in WHOLE.items() if key != field.value}, NOW)

    known = settings.knowledge(field)
    assert isinstance(known, Unknown)
    assert field.value in known.reason
    assert all(isinstance(settings.knowledge(each), Observed) for each in SettingField if each is not field)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("enabled", "true"),
        ("enabled", 1),
        ("enabled", None),
        ("sso_url", 7),
        ("issuer", ["https://x"]),
        ("default_role", {"name": "Team Member"}),
        ("certificate", False),
        ("verified_domains", "acme.example"),
        ("verified_domains", ["acme.example", 7]),
    ],
)
def test_a_value_of_the_wrong_type_is_unknown_with_its_reason(field: str, value: Any) -> None:
    known = decode(WHOLE | {field: value}, NOW).knowledge(SettingField(field))

    assert isinstance(known, Unknown)
    assert field in known.reason


def test_keys_outside_the_contract_are_ignored() -> None:
    assert decode(WHOLE | {"colour": "blue"}, NOW) == decode(WHOLE, NOW)


@pytest.mark.parametrize("body", [None, [], "ok", 7, {}, {"ok": True}, {"status": "failed", "message": "Nope"}])
def test_an_answer_of_another_shape_is_unusable(body: Any) -> None:
    with pytest.raises(Unusable):
        decode(body, NOW)


def test_a_failure_with_status_200_says_why() -> None:
    with pytest.raises(Unusable, match="Nope"):
        decode({"status": "failed", "message": "Nope"}, NOW)


def test_certificates_are_made_canonical_and_never_a_key(made: Made) -> None:
    def certificate(text: str) -> Any:
        return decode(WHOLE | {"certificate": text}, NOW).knowledge(SettingField.CERTIFICATE)

    bare = base64.b64encode(made.der).decode()
    assert certificate(bare) == Observed(made.pem, NOW, blemishes=("no BEGIN and END lines",))
    assert certificate(made.pem) == Observed(made.pem, NOW)
    windows = certificate(made.pem.replace("\n", "\r\n"))
    assert windows == Observed(made.pem, NOW, blemishes=("Windows line ends (CRLF)",))
    assert certificate("••••") == Observed("••••", NOW)
    leaked = certificate(made.pem + made.key)
    assert isinstance(leaked, Unknown)
    assert made.key.splitlines()[1] not in leaked.reason


@given(
    st.dictionaries(
        st.sampled_from([field.value for field in SettingField]),
        st.none()
        | st.booleans()
        | st.integers()
        | st.text()
        | st.lists(st.text())
        | st.dictionaries(st.text(), st.text()),
        min_size=1,
    )
)
def test_every_field_is_observed_or_unknown(body: dict[str, Any]) -> None:
    settings = decode(body, NOW)

    for field in SettingField:
        known = settings.knowledge(field)
        if isinstance(known, Unknown):
            assert field.value in known.reason
        else:
            kind = {SettingField.ENABLED: bool, SettingField.VERIFIED_DOMAINS: list}.get(field, str)
            assert field.value in body
            assert isinstance(known.value, kind) or (known.value is None and field is not SettingField.ENABLED)


def test_only_the_changes_are_sent(made: Made) -> None:
    changes: dict[SettingField, Json] = {
        SettingField.CERTIFICATE: base64.b64encode(made.der).decode(),
        SettingField.DEFAULT_ROLE: None,
        SettingField.ENABLED: True,
    }

    assert encode(changes) == {"certificate": made.pem, "default_role": None, "enabled": True}
    assert encode({SettingField.CERTIFICATE: None}) == {"certificate": None}


def test_what_nobody_can_write_is_not_sent() -> None:
    with pytest.raises(ValueError, match="acs_url, verified_domains"):
        encode({SettingField.VERIFIED_DOMAINS: [], SettingField.ACS_URL: "https://x", SettingField.ENABLED: True})


def test_a_bad_certificate_is_the_specs_fault(made: Made) -> None:
    with pytest.raises(SpecError, match="private key") as caught:
        encode({SettingField.CERTIFICATE: made.key})

    assert made.key.splitlines()[1] not in str(caught.value)


@pytest.mark.parametrize(
    ("sent", "held", "taken"),
    [
        ("Admin", "Admin", True),
        ("Admin", "admin", False),
        ("Admin", None, False),
        (None, None, True),
        ("", None, True),
        (None, "Admin", False),
        (None, "", True),
    ],
)
def test_whether_a_text_was_taken(sent: str | None, held: str | None, taken: bool) -> None:
    answer = decode({"default_role": held}, NOW)

    assert not_taken({SettingField.DEFAULT_ROLE: sent}, answer) == (() if taken else ("Default Role",))


def test_whether_the_rest_was_taken(made: Made, other: Made) -> None:
    answer = decode({"enabled": True, "protocol": "saml", "certificate": base64.b64encode(made.der).decode()}, NOW)

    assert (
        not_taken(
            {SettingField.ENABLED: True, SettingField.PROTOCOL: "SAML 2.0", SettingField.CERTIFICATE: made.pem}, answer
        )
        == ()
    )
    assert not_taken(
        {SettingField.ENABLED: False, SettingField.CERTIFICATE: other.pem, SettingField.ISSUER: "https://x"}, answer
    ) == ("Enable SSO", "Certificate", "Issuer / Entity ID")

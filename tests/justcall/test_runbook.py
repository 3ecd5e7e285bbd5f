from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.justcall.page_map.load import load_page_map
from sso_sync.justcall.page_map.model import PageMap
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


# Words that the runbook itself never says, so that each can only come from the map.
WORDS = st.text(st.sampled_from("QXZJ"), min_size=6, max_size=9)
WORDED = [
    ("settings", "label"),
    ("save", "button"),
    ("test", "button"),
    *(("fields", field.value) for field in ALL),
]


def renamed(names: dict[tuple[str, str], str], options: dict[str, str]) -> PageMap:
    """The built-in map with other words, the way a user's file would bring them."""
    data = load_page_map(None).model_dump()
    for (part, key), name in names.items():
        target = data[part][key]
        if isinstance(target, str):
            data[part][key] = name
            continue
        del target["label"]
        target["names"] = [name, f"{name} again"]
    data["fields"]["protocol"]["options"] = {"SAML 2.0": [options["SAML 2.0"]]}
    data["fields"]["default_role"]["options"] = {"Team Member": [options["Team Member"], "Agent"]}
    return PageMap.model_validate(data)


@given(
    st.lists(WORDS, unique=True, min_size=len(WORDED) + 2, max_size=len(WORDED) + 2),
    st.booleans(),
)
def test_a_person_is_told_exactly_what_the_browser_is_told(words: list[str], enabling: bool) -> None:
    names = dict(zip(WORDED, words, strict=False))
    options = dict(zip(("SAML 2.0", "Team Member"), words[len(WORDED) :], strict=True))
    page_map = renamed(names, options)
    values = {**ALL, SettingField.ENABLED: enabling}

    text = "\n".join(
        runbook(values, connection="c", certificate_file=Path("c.pem"), spec=Path("s.yaml"), page_map=page_map)
    )

    said = {word for word in re.findall(r"[QXZJ]{6,}", text) if word not in MADE.pem}
    skipped = {("fields", "protocol")} | ({("test", "button")} if not enabling else set())
    assert said == {name for place, name in names.items() if place not in skipped} | set(options.values())
    # And those are what the browser looks for first.
    assert page_map.save.button.names[0] == names["save", "button"]
    assert page_map.test.button.names[0] == names["test", "button"]
    assert all(page_map.fields.of(field).names[0] == names["fields", field.value] for field in ALL)
    assert page_map.fields.protocol.option_names("SAML 2.0")[0] in text
    for place, word in BUILT_IN_WORDS.items():
        assert place in skipped or word not in text, (place, word)


BUILT_IN_WORDS = {
    ("settings", "label"): "Settings →",
    ("save", "button"): "Save Configuration",
    ("test", "button"): "Test Connection",
    ("fields", "enabled"): "Enable SSO",
    ("fields", "sso_url"): "SSO URL",
    ("fields", "issuer"): "Issuer",
    ("fields", "certificate"): "Certificate",
    ("fields", "default_role"): "Default Role",
}


def test_a_label_wins_over_the_names_and_cannot_steer_the_terminal() -> None:
    data = load_page_map(None).model_dump()
    data["fields"]["issuer"]["label"] = "The \x1b[2J issuer"

    found = runbook(ALL, connection="c", certificate_file=None, page_map=PageMap.model_validate(data))

    assert where(found, "Enter The \\x1b[2J issuer: ") > 0
    assert all(line.isprintable() for line in found)

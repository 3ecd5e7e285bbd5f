from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sso_sync.errors import Diagnostic, SpecError, SsoSyncError, UsageError
from sso_sync.justcall.attestation import Attestation, attest, load, location, save
from sso_sync.justcall.sealed import matches, seal
from sso_sync.justcall.settings import SettingField
from sso_sync.saml.certificate import parse, same
from sso_sync.values import Json
from tests.justcall.support import NOW, clock
from tests.saml.make import Made, certificate

MADE = certificate("Attested")
VALUES: dict[SettingField, Json] = {
    SettingField.ENABLED: True,
    SettingField.PROTOCOL: "SAML 2.0",
    SettingField.SSO_URL: "https://acme.onelogin.com/trust/saml2/http-post/sso/0d1e2f3a",
    SettingField.ISSUER: None,
    SettingField.CERTIFICATE: MADE.pem,
    SettingField.DEFAULT_ROLE: "Team Member",
    SettingField.VERIFIED_DOMAINS: ["acme.example"],
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "attestations" / "justcall-prod.yaml"


def record(values: dict[SettingField, Json] | None = None, **more: Any) -> Attestation:
    return attest("justcall-prod", "ada@acme.example", VALUES if values is None else values, now=NOW, **more)


def faults(path: Path, connection: str = "justcall-prod") -> tuple[Diagnostic, ...]:
    with pytest.raises(SpecError) as caught:
        load(path, connection, clock=clock)
    return caught.value.diagnostics


def test_the_record_lies_beside_the_spec() -> None:
    assert location(Path("specs/prod.yaml"), "justcall-prod") == Path("specs/attestations/justcall-prod.yaml")


def test_no_file_is_no_attestation(path: Path) -> None:
    assert load(path, "justcall-prod") is None


def test_what_is_saved_is_loaded(path: Path) -> None:
    saved = record(note="Looked at it with Bob.\nSecond line.")

    save(path, saved)

    assert load(path, "justcall-prod", clock=clock) == saved
    assert oct(path.stat().st_mode & 0o777) == "0o644"
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_the_file_is_for_people(path: Path) -> None:
    save(path, record(days=30))

    text = path.read_text(encoding="utf-8")
    document = yaml.safe_load(text)
    assert text.startswith("# What a person confirmed to hold in JustCall")
    assert "at: 2026-06-01T12:00:00Z\nuntil: 2026-07-01T12:00:00Z\n" in text
    assert "    pem: |\n      -----BEGIN CERTIFICATE-----\n" in text
    assert document["values"]["certificate"]["fingerprint"] == parse(MADE.pem).fingerprint
    assert document["values"]["certificate"]["not_after"] == "2027-01-01T00:00:00Z"
    assert document["values"]["enabled"] is True
    assert document["version"] == 1


def test_a_second_save_replaces_the_first(path: Path) -> None:
    save(path, record())
    later = record({SettingField.ENABLED: False})
    save(path, later)

    assert load(path, "justcall-prod", clock=clock) == later


def test_attesting_makes_values_canonical() -> None:
    found = attest(
        "justcall-prod",
        " ada ",
        {
            SettingField.CERTIFICATE: base64.b64encode(MADE.der).decode(),
            SettingField.PROTOCOL: "saml2",
            SettingField.ISSUER: "",
        },
        now=datetime(2026, 6, 1, 14, 0, 0, 123, tzinfo=timezone(timedelta(hours=2))),
        note="  ",
    )

    assert found.by == "ada"
    assert (found.at, found.until) == (NOW, NOW + timedelta(days=90))
    assert found.at.tzinfo is UTC
    assert found.values == {
        SettingField.CERTIFICATE: MADE.pem,
        SettingField.PROTOCOL: "SAML 2.0",
        SettingField.ISSUER: None,
    }
    assert found.note is None
    assert not found.expired(found.until - timedelta(seconds=1))
    assert found.expired(found.until)


@pytest.mark.parametrize("days", [0, -1, 100_000])
def test_senseless_validity(days: int) -> None:
    with pytest.raises(UsageError, match="days"):
        record(days=days)


@pytest.mark.parametrize("by", ["", "  ", "ada\x1b[2J", "two\nlines"])
def test_nobody_in_particular_cannot_attest(by: str) -> None:
    with pytest.raises(UsageError, match="name of the person"):
        attest("justcall-prod", by, VALUES, now=NOW)


def test_a_key_cannot_be_attested() -> None:
    with pytest.raises(SpecError, match="private key") as caught:
        record({SettingField.CERTIFICATE: MADE.pem + MADE.key})

    assert MADE.key.splitlines()[1] not in str(caught.value)


def test_a_sealed_value_can_be_compared_but_not_read(path: Path) -> None:
    values: dict[SettingField, Json] = {
        SettingField.SSO_URL: seal(SettingField.SSO_URL, "https://secret.example"),
        SettingField.CERTIFICATE: seal(SettingField.CERTIFICATE, MADE.pem),
    }
    save(path, record(values))

    found = load(path, "justcall-prod", clock=clock)

    assert found is not None
    assert found.values == values
    assert "secret.example" not in path.read_text()
    assert matches(SettingField.SSO_URL, found.values[SettingField.SSO_URL], "https://secret.example")
    assert matches(SettingField.CERTIFICATE, found.values[SettingField.CERTIFICATE], MADE.pem.replace("\n", "\r\n"))


def edited(path: Path, old: str, new: str) -> int:
    """Replaces `old` in a saved record; answers the line where it stood."""
    save(path, record())
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


UNTIL = "until: 2026-08-30T12:00:00Z"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("version: 1", "version: 2", "version must be 1"),
        ("connection: justcall-prod", "connection: justcall-test", "another connection, 'justcall-test'"),
        ("by: ada@acme.example", "by: ''", "by must be a text"),
        ("by: ada@acme.example", "by: 7", "by must be a text"),
        ("at: 2026-06-01T12:00:00Z", "at: yesterday", "at must be a date and time"),
        ("at: 2026-06-01T12:00:00Z", "at: 2026-06-01", "at must be a date and time"),
        ("at: 2026-06-01T12:00:00Z", "at: 2026-06-01T12:00:00", "with its zone"),
        ("at: 2026-06-01T12:00:00Z", "at: 0001-01-01T00:00:00+14:00", "at must be a date"),
        ("at: 2026-06-01T12:00:00Z", "at: 2026-06-01T12:06:00Z", "in the future"),
        (UNTIL, "until: 2026-06-01T12:00:00Z", "later than at"),
        (UNTIL, "until: 2025-01-01T00:00:00Z", "later than at"),
        (UNTIL, "until:", "until must be a date"),
        ("note: null", "note: [1]", "note must be a text"),
        ("note: null", "colour: blue", "unknown key 'colour'"),
        ("note: null", "by: bob", "key by twice"),
        ("  enabled: true", "  enabled: 'true'", "enabled must be true or false"),
        ("  enabled: true", "  enabeld: true", "unknown key 'enabeld'"),
        ("  default_role: Team Member", "  default_role: 7", "default_role must be a text"),
        ("  default_role: Team Member", "  default_role: {sealed: 'scrypt:a:b'}", "the seal is damaged"),
        ("  default_role: Team Member", "  default_role: {value: x}", "unknown key 'value'"),
        ("  - acme.example", "  - 7", "verified_domains must be a list of texts"),
    ],
)
def test_an_edit_that_breaks_the_record_is_found_with_its_line(path: Path, old: str, new: str, words: str) -> None:
    line = edited(path, old, new)

    found = faults(path)

    assert words in found[0].summary
    assert found[0].file == str(path)
    assert abs((found[0].line or 0) - line) <= (1 if "domains" in words else 0)
    assert "sso-sync attest" in (found[0].next_action or "")


@pytest.mark.parametrize("key", ["version", "connection", "by", "at", "until", "values"])
def test_a_missing_key_is_named(path: Path, key: str) -> None:
    save(path, record())
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    del document[key]
    path.write_text(yaml.safe_dump(document), encoding="utf-8")

    assert f"lacks {key}" in faults(path)[0].summary


def test_every_fault_is_reported_at_once(path: Path) -> None:
    edited(path, "by: ada@acme.example", "by: 7")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("enabled: true", "enabled: 3").replace(UNTIL, "until: soon"), encoding="utf-8")

    assert [each.line for each in faults(path)] == sorted(each.line or 0 for each in faults(path))
    assert len(faults(path)) == 3


def test_clocks_may_differ_a_little(path: Path) -> None:
    save(path, record())

    assert load(path, "justcall-prod", clock=lambda: NOW - timedelta(minutes=4)) is not None
    with pytest.raises(SpecError, match="future"):
        load(path, "justcall-prod", clock=lambda: NOW - timedelta(minutes=6))


def test_a_certificate_that_does_not_fit_its_fingerprint(path: Path, other: Made) -> None:
    edited(path, parse(MADE.pem).fingerprint, parse(other.pem).fingerprint)

    assert "not the fingerprint" in faults(path)[0].summary


def test_a_damaged_certificate(path: Path) -> None:
    edited(path, MADE.pem.splitlines()[3], "AAAA")

    assert "certificate cannot be read" in faults(path)[0].summary


def test_a_certificate_written_plainly_is_taken(path: Path) -> None:
    save(path, record())
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    document["values"]["certificate"] = base64.b64encode(MADE.der).decode()
    path.write_text(yaml.safe_dump(document), encoding="utf-8")

    found = load(path, "justcall-prod", clock=clock)

    assert found is not None
    assert found.values[SettingField.CERTIFICATE] == MADE.pem


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"# only a comment\n", "empty"),
        (b"[1, 2]\n", "must be a mapping"),
        (b"just text\n", "must be a mapping"),
        (b"version: 1\nby: 'no end\n", "not valid YAML"),
        (b"version: 1\n---\nversion: 1\n", "not valid YAML"),
        (b"by: \x07\n", "not valid YAML"),
        (b"by: \xff\n", "not UTF-8"),
        (b"[" * 2000, "not valid YAML"),
        (b"? [a]\n: b\n", "unknown key"),
        (b"a: &x [*x]\n", "unknown key"),
        (b"version: 1\nconnection: &v {by: *v}\nby: x\nat: x\nuntil: x\nvalues: *v\n", "connection must be"),
        (b"x" * (1024 * 1024 + 1), "larger than"),
    ],
)
def test_a_file_of_another_kind(path: Path, data: bytes, words: str) -> None:
    path.parent.mkdir()
    path.write_bytes(data)

    found = faults(path)

    assert any(words in each.summary for each in found)
    assert all(each.file == str(path) for each in found)


def test_a_folder_in_the_way(path: Path) -> None:
    path.mkdir(parents=True)

    assert "cannot be read" in faults(path)[0].summary
    with pytest.raises(SsoSyncError, match="cannot be written"):
        save(path, record())
    assert [each.name for each in path.parent.iterdir()] == [path.name]


NAMES = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=30)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).filter(str.strip)
FIELD_VALUES: dict[SettingField, st.SearchStrategy[Json]] = {
    SettingField.ENABLED: st.booleans(),
    SettingField.PROTOCOL: st.sampled_from(["SAML 2.0", "OIDC"]),
    SettingField.SSO_URL: st.none() | TEXTS,
    SettingField.ISSUER: st.none() | TEXTS,
    SettingField.CERTIFICATE: st.none() | st.just(MADE.pem),
    SettingField.DEFAULT_ROLE: st.none() | TEXTS,
    SettingField.VERIFIED_DOMAINS: st.none() | st.lists(TEXTS, max_size=3),
}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    by=NAMES,
    note=st.none() | TEXTS,
    days=st.integers(1, 3650),
    values=st.fixed_dictionaries({}, optional=FIELD_VALUES),
    age=st.timedeltas(timedelta(), timedelta(days=9000)),
)
def test_every_record_survives_the_file(
    path: Path, by: str, note: str | None, days: int, values: dict[SettingField, Json], age: timedelta
) -> None:
    saved = attest("justcall-prod", by, values, now=NOW - age, days=days, note=note)
    save(path, saved)

    found = load(path, "justcall-prod", clock=clock)

    assert found == saved
    held = found.values.get(SettingField.CERTIFICATE)
    assert same(str(held or ""), str(saved.values.get(SettingField.CERTIFICATE) or ""))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=200)
@given(data=st.data())
def test_any_edit_gives_a_record_or_a_spec_error(path: Path, data: st.DataObject) -> None:
    save(path, record())
    text = path.read_text(encoding="utf-8")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    new = data.draw(st.text(max_size=10) | st.sampled_from([": ", "\n", "- ", "{", "'", "null", "!!int ", "&a *a"]))
    path.write_text(text[:start] + new + text[end:], encoding="utf-8", errors="replace")

    assert outcome(path) in {"record", "spec error"}


def outcome(path: Path) -> str:
    try:
        return "record" if load(path, "justcall-prod", clock=clock) else "nothing"
    except SpecError:
        return "spec error"

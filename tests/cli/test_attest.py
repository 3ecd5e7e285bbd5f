"""`sso-sync attest`: what a person vouches for is written beside the spec, and nothing secret is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sso_sync.errors import LiveStateError
from sso_sync.justcall import attestation
from sso_sync.justcall.sealed import is_seal
from sso_sync.justcall.settings import SettingField
from tests.cli.support import Cli, FakeEngine, spec
from tests.saml.make import certificate

RECORD = Path("specs/attestations/prod.yaml")


def test_it_records_who_what_and_until_when(cli: Cli, fake: FakeEngine) -> None:
    pem = certificate("OneLogin").pem
    fake.values = {SettingField.SSO_URL: "https://idp.example/sso", SettingField.CERTIFICATE: pem}
    before = datetime.now(UTC) - timedelta(seconds=1)
    ran = cli("attest", spec(folder="specs"), "--by", "Ann Lee", "--valid-days", "30", "--note", "ticket 4711")
    assert (ran.code, ran.err) == (0, "")
    assert "SSO URL      https://idp.example/sso\n" in ran.out
    assert " until 2027-01-01\n" in ran.out
    assert "Recorded in specs/attestations/prod.yaml; commit it beside the spec." in ran.out
    record = attestation.load(RECORD, "prod")
    assert record is not None
    assert (record.by, record.note, record.until - record.at) == ("Ann Lee", "ticket 4711", timedelta(days=30))
    assert before <= record.at <= datetime.now(UTC)
    assert set(record.values) == {SettingField.SSO_URL, SettingField.CERTIFICATE}


def test_a_value_from_the_environment_is_sealed(cli: Cli, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLE", "hush-hush")
    path = spec(folder="specs")
    path.write_text(
        path.read_text(encoding="utf-8") + "justcall:\n  sso: {default_role: !env ROLE}\n", encoding="utf-8"
    )
    fake.values = {SettingField.DEFAULT_ROLE: "hush-hush"}
    for form in ("text", "json", "markdown"):
        ran = cli("attest", path, "--by", "Ann", "--format", form)
        assert ran.code == 0
        assert "hush-hush" not in ran.out + ran.err + RECORD.read_text(encoding="utf-8")
    record = attestation.load(RECORD, "prod")
    assert record is not None
    assert is_seal(record.values[SettingField.DEFAULT_ROLE])


def test_json(cli: Cli, fake: FakeEngine) -> None:
    fake.values = {SettingField.ENABLED: True}
    document = cli("attest", spec(folder="specs"), "--by", "Ann", "--format", "json").json
    assert (document["path"], document["by"], document["fields"]) == (str(RECORD), "Ann", ["enabled"])


def test_before_there_is_an_app_nothing_can_be_attested(cli: Cli, fake: FakeEngine) -> None:
    fake.values = LiveStateError.because("Not known yet: sso_url")
    ran = cli("attest", spec(folder="specs"), "--by", "Ann", "--format", "json")
    assert (ran.code, ran.json["exit_code"]) == (1, 1)
    assert not RECORD.exists()


def test_nobody_is_no_name(cli: Cli, fake: FakeEngine) -> None:
    ran = cli("attest", spec(folder="specs"), "--by", "  ")
    assert ran.code == 64
    assert not RECORD.exists()

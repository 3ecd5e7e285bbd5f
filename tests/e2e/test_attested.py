"""Driver `attested`: the tool does OneLogin, a person does JustCall, and their word is kept until it expires."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from sso_sync.sandbox.server import Sandbox
from tests.e2e.conftest import Cli, document, write

PINS = {"acs_url": "https://bifrost.justcall.io/passport/login/callback", "entity_id": "JustCall"}


def attested(sandbox: Sandbox) -> dict[str, Any]:
    # JustCall's public API is outside this machine, so people are not matched.
    spec = document(sandbox, justcall={"driver": "attested", "service_provider": PINS}, guards={"match_users": "off"})
    del spec["justcall"]["url"]
    return spec


def test_apply_hands_over_attest_records_and_the_plan_is_empty(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    spec = write(tmp_path / "spec.yaml", attested(sandbox))

    planned = cli("plan", spec, "--format", "json")
    applied = cli("apply", spec, "--auto-approve")

    by_hand = [change["address"] for change in planned.json["changes"] if change["action"] == "manual"]
    assert "justcall.sso.sso_url" in by_hand
    assert "justcall.sso.enabled" in by_hand
    assert applied.code == 0, applied.out + applied.err
    assert sandbox.onelogin.sso_url("JustCall") in applied.out
    assert "sso-sync attest" in applied.out
    assert not any(write.service == "justcall" for write in sandbox.requests)
    assert cli("plan", spec, "--detailed-exitcode").code == 2

    recorded = cli("attest", spec, "--by", "dana@acme.example", "--note", "seen with my own eyes")

    assert recorded.code == 0, recorded.err
    record = yaml.safe_load((tmp_path / "attestations" / "justcall-test.yaml").read_text(encoding="utf-8"))
    assert record["by"] == "dana@acme.example"
    synced = cli("plan", spec, "--detailed-exitcode")
    assert synced.code == 0, synced.out


def test_an_expired_word_is_unknown_not_in_sync(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    spec = write(tmp_path / "spec.yaml", attested(sandbox))
    assert cli("apply", spec, "--auto-approve").code == 0
    assert cli("attest", spec, "--by", "dana@acme.example").code == 0
    file = tmp_path / "attestations" / "justcall-test.yaml"
    record = yaml.safe_load(file.read_text(encoding="utf-8"))
    record["at"], record["until"] = "2020-01-01T00:00:00Z", "2020-03-01T00:00:00Z"
    file.write_text(yaml.safe_dump(record), encoding="utf-8")

    ran = cli("plan", spec, "--detailed-exitcode", "--format", "json")

    assert ran.code == 2
    assert {change["action"] for change in ran.json["changes"]} == {"unknown"}
    assert "dana@acme.example" in ran.json["changes"][0]["reason"]


def test_a_certificate_that_changed_since_is_a_manual_change(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    spec = write(tmp_path / "spec.yaml", attested(sandbox))
    assert cli("apply", spec, "--auto-approve").code == 0
    assert cli("attest", spec, "--by", "dana@acme.example").code == 0
    other = next(one.id for one in sandbox.onelogin.certificates() if "Next" in one.name)
    sandbox.onelogin.edit_configuration("JustCall", certificate_id=other)

    ran = cli("plan", spec, "--format", "json")

    assert [(change["address"], change["action"]) for change in ran.json["changes"]] == [
        ("justcall.sso.certificate", "manual")
    ]


def test_nothing_can_be_attested_before_there_is_an_app(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    spec = write(tmp_path / "spec.yaml", attested(sandbox))
    ran = cli("attest", spec, "--by", "dana@acme.example")
    assert ran.code == 1
    assert "apply" in ran.err
    assert not (tmp_path / "attestations").exists()


def test_decommissioning_waits_for_the_person_and_goes_on_after_their_word(
    cli: Cli, sandbox: Sandbox, tmp_path: Path
) -> None:
    spec = write(tmp_path / "spec.yaml", attested(sandbox))
    assert cli("apply", spec, "--auto-approve").code == 0
    assert cli("attest", spec, "--by", "dana@acme.example").code == 0
    write(spec, {**attested(sandbox), "state": "absent"})

    waiting = cli("apply", spec, "--auto-approve", "--format", "json")

    assert waiting.code == 0, waiting.out + waiting.err
    assert waiting.json["verified"] is False
    assert waiting.json["applied"] == []
    assert len(sandbox.onelogin.apps("JustCall")) == 1

    assert cli("attest", spec, "--by", "dana@acme.example").code == 0
    assert cli("apply", spec, "--auto-approve").code == 0
    assert sandbox.onelogin.apps("JustCall") == []
    assert cli("plan", spec, "--detailed-exitcode").code == 0

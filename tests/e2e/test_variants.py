"""Where the facts are unsure the tool works either way: every switch of the sandbox, from nothing to in sync."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from sso_sync.sandbox.faults import Fault
from sso_sync.sandbox.server import Sandbox
from sso_sync.sandbox.variants import Variants
from tests.e2e.conftest import Cli, Ran, write
from tests.e2e.test_tamper import rich

# How a counter or a free number is tried; every other switch brings its own list of values.
_NUMBERS: dict[str, list[Any]] = {
    "token_expires_in": [1],
    "rate_limit": [100000],
    "app_users_status": [402, 403, 404],
    "app_404_after_create": [2],
    "stale_app_reads": [1],
    "empty_configuration_reads": [1],
    "stale_role_reads": [1],
}
# These make a success that can be verified impossible on purpose; what happens then is tested below.
_NOT_MEANT_TO_WORK = {"write_lies", "policies_api"}
# A gateway has no pages: what becomes of these switches is tested with the driver that goes to them.
_PAGES = "page"


def _cases() -> list[tuple[str, Any]]:
    hints = get_type_hints(Variants)
    cases: list[tuple[str, Any]] = []
    for switch in fields(Variants):
        if switch.name in _NOT_MEANT_TO_WORK or switch.name.startswith(_PAGES):
            continue
        values = _NUMBERS.get(switch.name)
        if values is None:
            values = [True, False] if hints[switch.name] is bool else list(get_args(hints[switch.name]))
        cases += [(switch.name, value) for value in values if value != switch.default]
    return cases


@pytest.mark.parametrize(("switch", "value"), _cases())
def test_converges_with_every_switch(
    cli: Cli, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, switch: str, value: Any
) -> None:
    spec_document = rich(sandbox)
    if switch == "sha384_spelling":
        spec_document["onelogin"]["app"]["configuration"]["signature_algorithm"] = "SHA-384"
    spec = write(tmp_path / "spec.yaml", spec_document)
    sandbox.variants.update({switch: value})

    assert _in_sync(cli("apply", spec, "--auto-approve", "--format", "json"))
    assert len(sandbox.onelogin.apps("JustCall")) == 1

    # … and a second change on the live app converges too, so that updates are tried and not only creations.
    for key, wrong in (("audience", "wrong"), ("relaystate", ""), ("saml_sign_element", "0")):
        sandbox.onelogin.edit_configuration("JustCall", **{key: wrong})
    sandbox.onelogin.edit_parameter("JustCall", "department", skip_if_blank=False)
    sandbox.onelogin.edit_parameter("JustCall", "firstName", include_in_saml_assertion=False)
    spec_document["onelogin"]["app"]["parameters"]["department"]["label"] = "Team"
    write(spec, spec_document)
    assert _in_sync(cli("apply", spec, "--auto-approve", "--format", "json"))


def _in_sync(applied: Ran) -> bool:
    """The steps were done, and a plan made afterwards, from fresh reads of both sides, is empty."""
    assert applied.code == 0, applied.out + applied.err
    return bool(applied.json["verified"] and applied.json["applied"])


def test_a_save_that_lies_is_an_error(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    spec = write(tmp_path / "spec.yaml", rich(sandbox))
    sandbox.variants.update({"write_lies": True})
    ran = cli("apply", spec, "--auto-approve", "--format", "json")
    assert ran.code == 7
    assert ran.json["verified"] is False
    assert sandbox.justcall.settings.enabled is False


def test_a_tenant_without_policies_shows_the_policy_as_unknown(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    spec = write(tmp_path / "spec.yaml", rich(sandbox))
    assert cli("apply", spec, "--auto-approve").code == 0
    sandbox.variants.update({"policies_api": False})

    ran = cli("plan", spec, "--detailed-exitcode", "--format", "json")

    assert ran.code == 2
    assert [(change["address"], change["action"]) for change in ran.json["changes"]] == [
        ("onelogin.app.policy", "unknown")
    ]


def _needing_enabled(sandbox: Sandbox) -> None:
    """JustCall holds settings of its own, and tests only what is enabled."""
    sandbox.justcall.edit(issuer="https://old.example/issuer", default_role="Admin")
    sandbox.variants.update({"test_needs_enabled": True})


def test_where_only_the_enabled_can_be_tested_it_is_enabled_and_then_tested(
    cli: Cli, sandbox: Sandbox, tmp_path: Path
) -> None:
    spec = write(tmp_path / "spec.yaml", rich(sandbox))
    _needing_enabled(sandbox)

    ran = cli("apply", spec, "--auto-approve", "--format", "json")

    assert ran.code == 0, ran.out + ran.err
    assert ran.json["failed"] == []
    remark = next(step for step in ran.json["applied"] if step["id"] == "justcall.test")["diagnostic"]
    assert remark["severity"] == "info"
    asked = [(call.method, call.path) for call in sandbox.requests.writes() if call.service == "justcall"]
    assert asked == [
        ("PUT", "/sso/saml"),
        ("POST", "/sso/saml/test"),
        ("PUT", "/sso/saml"),
        ("POST", "/sso/saml/test"),
    ]
    assert sandbox.justcall.settings.enabled is True
    assert cli("plan", spec, "--detailed-exitcode").code == 0


def test_the_previous_settings_are_put_back_when_that_test_fails(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    spec = write(tmp_path / "spec.yaml", rich(sandbox))
    _needing_enabled(sandbox)
    before = sandbox.justcall.settings
    sandbox.faults.add(Fault("error", service="justcall", path="/sso/saml/test", status=422, nth=2))

    ran = cli("apply", spec, "--auto-approve", "--format", "json")

    assert ran.code == 7
    (failed,) = ran.json["failed"]
    assert failed["id"] == "justcall.enable"
    assert "put back" in failed["diagnostic"]["detail"]
    assert sandbox.justcall.settings == before
    sandbox.faults.clear()
    assert cli("apply", spec, "--auto-approve").code == 0


def test_it_is_said_loudly_when_they_cannot_be_put_back(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    spec = write(tmp_path / "spec.yaml", rich(sandbox))
    _needing_enabled(sandbox)
    sandbox.faults.add(Fault("error", service="justcall", path="/sso/saml/test", status=422, nth=2))
    sandbox.faults.add(Fault("error", service="justcall", method="PUT", status=422, nth=3))

    ran = cli("apply", spec, "--auto-approve", "--format", "json")

    assert ran.code == 7
    (failed,) = ran.json["failed"]
    told = failed["diagnostic"]
    assert told["severity"] == "error"
    assert "could not be put back" in told["summary"]
    assert "https://old.example/issuer" in told["detail"]
    assert "Admin" in told["detail"]
    assert "disable SSO now" in told["next_action"]

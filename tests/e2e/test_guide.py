"""The seven steps of the guide, from nothing to a working connection, through the command line."""

from __future__ import annotations

from pathlib import Path

from sso_sync.sandbox.server import Sandbox
from tests.e2e.conftest import Cli, document, write

ACS = "https://bifrost.justcall.io/passport/login/callback"


def test_all_seven_steps_are_applied_and_verified(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    ran = cli("apply", spec, "--auto-approve", "--format", "json")

    assert ran.code == 0, ran.err + ran.out
    assert ran.json["verified"] is True
    assert ran.json["failed"] == []
    assert ran.json["skipped"] == []
    app = sandbox.onelogin.view("JustCall")
    configuration = app["configuration"]
    assert isinstance(configuration, dict)
    assert configuration["audience"] == "JustCall"
    assert configuration["consumer_url"] == configuration["recipient"] == ACS
    assert configuration["validator"] == r"^https:\/\/bifrost\.justcall\.io\/passport\/login\/callback$"
    assert configuration["saml_nameid_format_id"] == "0"
    assert app["visible"] is True
    assert app["notes"] == "managed by sso-sync: justcall-test"
    parameters = app["parameters"]
    assert isinstance(parameters, dict)
    attributes = {
        name: (field["user_attribute_mappings"], field.get("include_in_saml_assertion"))
        for name, field in parameters.items()
        if isinstance(field, dict)
    }
    assert attributes == {
        "saml_username": ("email", None),
        "email": ("email", True),
        "firstName": ("firstname", True),
        "lastName": ("lastname", True),
    }
    settings = sandbox.justcall.settings
    assert settings.enabled is True
    assert settings.sso_url == sandbox.onelogin.sso_url("JustCall")
    assert settings.issuer == sandbox.onelogin.issuer("JustCall")
    assert settings.default_role == "Team Member"
    assert sandbox.justcall.problem() is None
    assert set(sandbox.onelogin.effective_access("JustCall")) == {
        "alice.adams@acme.example",
        "bob.brown@acme.example",
        "carol.clark@acme.example",
    }


def test_the_second_run_changes_nothing_and_writes_nothing(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    assert cli("apply", spec, "--auto-approve").code == 0
    before = (sandbox.onelogin.snapshot(), sandbox.justcall.snapshot())
    sandbox.requests.clear()

    again = cli("apply", spec, "--auto-approve")
    planned = cli("plan", spec, "--detailed-exitcode")

    assert again.code == planned.code == 0
    assert "No changes" in again.out
    assert "No changes" in planned.out
    assert list(sandbox.requests.writes()) == []
    assert (sandbox.onelogin.snapshot(), sandbox.justcall.snapshot()) == before


def test_sso_is_enabled_by_the_very_last_write(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    sandbox.requests.clear()
    assert cli("apply", spec, "--auto-approve").code == 0

    writes = list(sandbox.requests.writes())
    assert [write.body for write in writes if write.path == "/sso/saml"][-1] == {"enabled": True}
    assert [write.path for write in writes][-2:] == ["/sso/saml/test", "/sso/saml"]


def test_a_failed_test_leaves_sso_disabled(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    """A NameID that JustCall cannot use, past its guard: everything else is done, the reason is told, SSO stays off."""
    configuration = {"nameid_format": "persistent"}
    spec = write(tmp_path / "spec.yaml", document(sandbox, onelogin={"app": {"configuration": configuration}}))

    ran = cli("apply", spec, "--auto-approve", "--format", "json", "--override", "nameid")

    assert ran.code == 7
    assert [step["id"] for step in ran.json["failed"]] == ["justcall.test"]
    assert "NameID" in ran.json["failed"][0]["diagnostic"]["summary"]
    assert [step["id"] for step in ran.json["skipped"]] == ["justcall.enable"]
    assert ran.json["verified"] is False
    assert sandbox.justcall.settings.enabled is False


def test_plan_writes_nothing(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    before = (sandbox.onelogin.snapshot(), sandbox.justcall.snapshot())
    sandbox.requests.clear()

    ran = cli("plan", spec, "--detailed-exitcode", "--format", "json")

    assert ran.code == 2
    assert list(sandbox.requests.writes()) == []
    assert (sandbox.onelogin.snapshot(), sandbox.justcall.snapshot()) == before


def test_a_no_change_plan_costs_five_requests(cli: Cli, sandbox: Sandbox, spec: Path) -> None:
    """Token (cached by the apply before), find the app, read it, roles, JustCall (issue: the request budget)."""
    assert cli("apply", spec, "--auto-approve").code == 0
    sandbox.requests.clear()

    assert cli("plan", spec).code == 0

    asked = sorted((request.service, request.method, request.path) for request in sandbox.requests)
    app_id = sandbox.onelogin.app("JustCall").id
    assert asked == [
        ("justcall", "GET", "/sso/saml"),
        ("onelogin", "GET", "/api/2/apps"),
        ("onelogin", "GET", f"/api/2/apps/{app_id}"),
        ("onelogin", "GET", "/api/2/roles"),
    ]

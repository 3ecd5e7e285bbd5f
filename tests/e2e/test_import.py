"""`import` over the sandbox: a connection made by hand, tampered with, becomes a spec whose plan is empty."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from sso_sync.sandbox.by_hand import follow_guide
from sso_sync.sandbox.server import Sandbox
from tests.e2e.conftest import Cli, Ran

APP = "JustCall"
MARK = "managed by sso-sync: justcall"


def brought_in(cli: Cli, sandbox: Sandbox, *more: str) -> Ran:
    ran = cli(
        "import",
        "--url",
        sandbox.onelogin_url,
        "--app",
        APP,
        "--driver",
        "http",
        "--justcall-url",
        sandbox.justcall_url,
        "--output",
        "imported.yaml",
        *more,
    )
    assert ran.code == 0, ran.err
    return ran


def spec_of(path: str = "imported.yaml") -> Any:
    class Loader(yaml.SafeLoader):
        """Tags as text."""

    for tag in ("!unmanaged", "!env"):
        Loader.add_constructor(tag, lambda loader, node: f"{node.tag} {node.value}".strip())
    return yaml.load(Path(path).read_text(encoding="utf-8"), Loader)


def test_a_connection_made_by_hand_becomes_the_smallest_spec_and_is_adopted(cli: Cli, sandbox: Sandbox) -> None:
    follow_guide(sandbox)
    sandbox.onelogin.edit_configuration(APP, signature_algorithm="SHA-256")
    asked = len(sandbox.requests)

    ran = brought_in(cli, sandbox)

    reads = list(sandbox.requests)[asked:]
    assert reads
    assert [one for one in reads if one.method != "GET" and "/auth/" not in one.path] == []
    assert "no ownership mark yet" in ran.err
    assert spec_of() == {
        "version": 1,
        "name": "justcall",
        "onelogin": {
            "url": sandbox.onelogin_url,
            "app": {"configuration": {"acs_url_validator": "guide"}},
            "access": {"roles": ["JustCall Users"]},
        },
        "justcall": {
            "driver": "http",
            "url": sandbox.justcall_url,
            "sso": {"enabled": True, "default_role": "Team Member"},
        },
    }
    planned = cli("plan", "imported.yaml", "--format", "json")
    assert planned.addresses == ["onelogin.app.notes"]
    assert planned.json["refusals"] == []
    assert cli("apply", "imported.yaml", "--auto-approve").code == 0
    assert cli("plan", "imported.yaml", "--detailed-exitcode").code == 0
    assert brought_in(cli, sandbox, "--force").err.count("ownership mark") == 0


def _rules(sandbox: Sandbox) -> None:
    sandbox.onelogin.edit_app(APP, description="Phones: #1, 'no'\n!env X", visible=False)


TAMPERS: list[Callable[[Sandbox], object]] = [
    lambda box: box.onelogin.edit_configuration(APP, validator=".*", saml_nameid_format_id="2"),
    lambda box: box.onelogin.edit_configuration(APP, saml_nameid_format_id="9", relaystate="a: b #c"),
    lambda box: box.onelogin.edit_configuration(APP, recipient="", saml_notbefore="7", login="https://x.example/"),
    lambda box: box.onelogin.edit_parameter(APP, "email", user_attribute_mappings="username"),
    lambda box: box.onelogin.edit_parameter(APP, "firstName", include_in_saml_assertion=False),
    lambda box: box.onelogin.edit_parameter(APP, "saml_username", user_attribute_mappings="username"),
    lambda box: box.justcall.edit(sso_url="https://own.example/sso", issuer="own"),
    lambda box: box.justcall.edit(enabled=False, default_role=None, certificate=None),
    _rules,
]


@pytest.mark.parametrize("tamper", TAMPERS, ids=range(len(TAMPERS)))
def test_what_was_tampered_with_is_imported_as_it_is(
    cli: Cli, sandbox: Sandbox, tamper: Callable[[Sandbox], object]
) -> None:
    follow_guide(sandbox)
    sandbox.onelogin.edit_app(APP, notes=MARK)
    tamper(sandbox)

    brought_in(cli, sandbox)
    planned = cli("plan", "imported.yaml", "--detailed-exitcode", "--format", "json")

    assert planned.addresses == []
    # A state that no login survives is described truly, too; then the guards object, and there is nothing to refuse.
    assert planned.code == 0, planned.out + planned.err
    assert cli("validate", "imported.yaml").code == 0


def test_attested_needs_no_justcall_and_one_attestation_makes_it_in_sync(cli: Cli, sandbox: Sandbox) -> None:
    follow_guide(sandbox)
    sandbox.onelogin.edit_app(APP, notes=MARK)
    ran = cli("import", "--url", sandbox.onelogin_url, "--app", APP, "--output", "imported.yaml")
    assert ran.code == 0, ran.err
    assert not [one for one in sandbox.requests if one.service == "justcall"]
    assert spec_of()["justcall"] == {
        "driver": "attested",
        "service_provider": {
            "acs_url": "https://bifrost.justcall.io/passport/login/callback",
            "entity_id": "JustCall",
        },
    }
    # JustCall's public API is outside this machine, so people are not matched.
    Path("imported.yaml").write_text(
        Path("imported.yaml").read_text(encoding="utf-8") + "guards: {match_users: 'off'}\n", encoding="utf-8"
    )
    assert cli("plan", "imported.yaml", "--detailed-exitcode").code == 2
    assert cli("attest", "imported.yaml", "--by", "dana@acme.example").code == 0
    assert cli("plan", "imported.yaml", "--detailed-exitcode").code == 0


def test_an_id_pins_the_app(cli: Cli, sandbox: Sandbox) -> None:
    app = follow_guide(sandbox, "Phones: #1")
    ran = cli("import", "--url", sandbox.onelogin_url, "--app", str(app.id), "--connection", "phones")
    assert ran.code == 0, ran.err
    assert yaml.safe_load(ran.out)["name"] == "phones"
    assert yaml.safe_load(ran.out)["onelogin"]["app"]["name"] == "Phones: #1"
    assert yaml.safe_load(ran.out)["onelogin"]["app"]["id"] == app.id


def test_an_app_that_is_not_there_is_one_clear_error(cli: Cli, sandbox: Sandbox) -> None:
    for name in ("Nowhere", "987654321"):
        ran = cli("import", "--url", sandbox.onelogin_url, "--app", name, "--output", "imported.yaml")
        assert ran.code == 1
        assert "There is no" in ran.err or "there is no" in ran.err
        assert not Path("imported.yaml").exists()


def test_of_several_apps_of_one_name_the_id_says_which(cli: Cli, sandbox: Sandbox) -> None:
    follow_guide(sandbox)
    second = sandbox.onelogin.add_app(APP)
    ran = cli("import", "--url", sandbox.onelogin_url, "--app", APP)
    assert ran.code == 1
    assert str(second.id) in ran.err
    assert "next: Give --app the app's exact name, or its id" in ran.err


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_existing_file_is_refused_before_anything_is_read(cli: Cli, sandbox: Sandbox, form: str) -> None:
    Path("imported.yaml").write_text("precious\n", encoding="utf-8")
    arguments = ("import", "--url", sandbox.onelogin_url, "--app", APP, "--output", "imported.yaml", "--format", form)
    ran = cli(*arguments)
    assert ran.code == 1
    assert "imported.yaml exists, and is not overwritten" in ran.err
    assert list(sandbox.requests) == []
    ran = cli(*arguments, "--force")  # there is no such app: an error is no spec either
    assert ran.code == 1
    assert Path("imported.yaml").read_text(encoding="utf-8") == "precious\n"


def test_a_justcall_out_of_reach_is_told_and_the_spec_is_written(cli: Cli, sandbox: Sandbox) -> None:
    follow_guide(sandbox)
    ran = cli(
        "import",
        "--url",
        sandbox.onelogin_url,
        "--app",
        APP,
        "--driver",
        "http",
        "--justcall-url",
        "http://127.0.0.1:9",
        "--format",
        "json",
    )
    assert ran.code == 6
    assert "JustCall was not read" in ran.json["findings"][0]["summary"]
    assert yaml.safe_load(ran.json["spec"])["justcall"]["service_provider"]["entity_id"] == "JustCall"


@pytest.mark.parametrize(
    "wrong",
    [
        ("--app", APP),
        ("--app", APP, "--subdomain", "acme", "--url", "https://acme.onelogin.com"),
        ("--app", APP, "--subdomain", "acme.onelogin.com"),
        ("--app", APP, "--url", "http://acme.onelogin.com"),
        ("--app", APP, "--subdomain", "acme", "--driver", "http"),
        ("--app", APP, "--subdomain", "acme", "--justcall-url", "https://x.example"),
        ("--app", APP, "--subdomain", "acme", "--connection", "No Name"),
        ("--subdomain", "acme"),
    ],
)
def test_a_wrong_command_line_is_64(cli: Cli, wrong: tuple[str, ...]) -> None:
    ran = cli("import", *wrong)
    assert ran.code == 64
    assert ran.out == ""

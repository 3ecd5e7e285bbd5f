"""What comes from the environment is used and never shown, wherever in the spec it stands (DESIGN §1, `!env`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from sso_sync.sandbox.server import Sandbox
from tests.e2e.conftest import Cli

SECRET = "Tops3cret"


@pytest.fixture
def hidden(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A spec whose names, people and values all come from the environment."""
    for name, value in {
        "APP": f"App {SECRET}",
        "ROLE": f"Role {SECRET}",
        "GONE": f"Gone {SECRET}",
        "PERSON": "dave.diaz@acme.example",
        "STATE": f"state {SECRET}",
        "URL": sandbox.onelogin_url,
    }.items():
        monkeypatch.setenv(name, value)
    sandbox.onelogin.add_role(f"Role {SECRET}", ["erin.evans@acme.example"])
    path = tmp_path / "spec.yaml"
    path.write_text(
        f"""\
version: 1
name: hidden
onelogin:
  url: !env URL
  app:
    name: !env APP
    configuration: {{relay_state: !env STATE }}
  access: {{roles: [!env ROLE ], users: [!env PERSON ]}}
justcall: {{driver: http, url: "{sandbox.justcall_url}"}}
""",
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_nothing_is_shown_and_everything_is_used(cli: Cli, sandbox: Sandbox, hidden: Path, form: str) -> None:
    ran = [
        cli("plan", hidden, "--format", form),
        cli("apply", hidden, "--auto-approve", "--format", form, "-v"),
        cli("plan", hidden, "--format", form, "--detailed-exitcode"),
    ]
    assert [one.code for one in ran] == [0, 0, 0]
    for shown in (part for one in ran for part in (one.out, one.err)):
        assert SECRET not in shown
        assert "dave.diaz" not in shown
    configuration = sandbox.onelogin.view(f"App {SECRET}")["configuration"]
    assert isinstance(configuration, dict)
    assert configuration["relaystate"] == f"state {SECRET}"
    assert "dave.diaz@acme.example" in sandbox.onelogin.effective_access(f"App {SECRET}")


def test_errors_do_not_show_it_either(cli: Cli, sandbox: Sandbox, hidden: Path) -> None:
    for _ in range(2):
        sandbox.onelogin.add_app(f"App {SECRET}")
    ambiguous = cli("plan", hidden)
    hidden.write_text(hidden.read_text("utf-8").replace("!env ROLE ", "!env GONE "), encoding="utf-8")
    missing = cli("plan", hidden)
    for ran in (ambiguous, missing):
        assert ran.code == 1
        assert SECRET not in ran.out + ran.err
    assert "several apps" in ambiguous.err

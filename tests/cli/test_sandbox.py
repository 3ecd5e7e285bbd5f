"""`sso-sync sandbox`: it serves until it is told to stop, remembers what it was asked, and can begin anew."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from sso_sync.cli.commands.sandbox import _STATE
from sso_sync.sandbox.server import Sandbox
from sso_sync.spec.lint import lint
from sso_sync.spec.load import load
from sso_sync.wiring import SANDBOX_STATE
from tests.cli.support import Cli


def served(*options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "sso_sync",
            "sandbox",
            "serve",
            "--onelogin-port",
            "0",
            "--justcall-port",
            "0",
            *options,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_commands_and_a_sandbox_spec_share_their_state() -> None:
    assert _STATE == SANDBOX_STATE


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_what_it_prints_and_stops_when_told(cli: Cli, stop: signal.Signals) -> None:
    with served("--format", "json") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert "Ctrl-C stops it" in process.stderr.readline()
        process.send_signal(stop)
        document = json.loads(process.stdout.read())
        assert process.wait(timeout=30) == 0
        assert process.stderr.read() == ""
    assert list(document["environment"]) == [
        "ONELOGIN_CLIENT_ID",
        "ONELOGIN_CLIENT_SECRET",
        "JUSTCALL_API_KEY",
        "JUSTCALL_API_SECRET",
    ]
    assert document["pages"]["onelogin_portal"] == f"{document['onelogin_url']}/portal"
    assert document["pages"]["justcall_settings"].startswith(f"{document['justcall_url']}/apex/settings")
    assert document["people"]["administrator"] == "olivia.owner@acme.example"
    assert document["password"]
    path = Path("sandbox.yaml")
    path.write_text(document["spec"], encoding="utf-8")
    connection = load(path, {})
    assert not [found for found in lint(connection) if found.severity == "error"]
    assert connection.spec.onelogin.url == document["onelogin_url"]


def test_the_text_can_be_pasted_into_a_shell_and_a_file(cli: Cli) -> None:
    with served() as process:
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        shown, _ = process.communicate(timeout=30)
    assert shown.startswith("OneLogin  http://127.0.0.1:")
    assert shown.count("\nexport ") == 4
    for told in ("/portal\n", "/admin/apps\n", "olivia.owner@acme.example", "alice.adams@acme.example", "browser"):
        assert told in shown
    assert "\n# sandbox.yaml\nversion: 1\nname: sandbox\n" in shown


def asked(state: Path) -> None:
    """Two requests, one of which writes."""
    with Sandbox(state=state) as sandbox, requests.Session() as session:
        session.trust_env = False
        headers = {"Authorization": f"{sandbox.api_key}:{sandbox.api_secret}"}
        session.get(f"{sandbox.justcall_url}/sso/saml", headers=headers, timeout=10)
        session.put(f"{sandbox.justcall_url}/sso/saml", json={"default_role": "Admin\x1b"}, headers=headers, timeout=10)


def test_the_log_shows_what_was_asked_in_former_runs(cli: Cli) -> None:
    asked(_STATE)
    ran = cli("sandbox", "log")
    assert ran.code == 0
    assert [line.split()[:3] for line in ran.out.splitlines()] == [
        ["run", "1"],
        ["justcall", "GET", "/sso/saml"],
        ["justcall", "PUT", "/sso/saml"],
    ]
    assert len(cli("sandbox", "log", "--writes").out.splitlines()) == 2
    assert r'{"default_role": "Admin\u001b"}' in cli("sandbox", "log", "--writes", "-v").out
    assert [one["method"] for one in cli("sandbox", "log", "--format", "json").json["requests"]] == ["GET", "PUT"]


def test_reset_puts_everything_back(cli: Cli) -> None:
    state = Path("elsewhere.sqlite")
    with Sandbox(state=state) as sandbox:
        before = _company(sandbox)
    asked(state)
    assert cli("sandbox", "reset", "--state", state).code == 0
    assert cli("sandbox", "log", "--state", state).out == "Nothing was asked yet.\n"
    with Sandbox(state=state) as sandbox:
        assert _company(sandbox) == before


def _company(sandbox: Sandbox) -> list[object]:
    """What every fresh sandbox has in common; its certificates are made anew and count from now."""
    onelogin = sandbox.onelogin.snapshot()
    return [onelogin["roles"], onelogin["groups"], onelogin["people"], sandbox.justcall.snapshot()]


def test_no_sandbox_no_log(cli: Cli) -> None:
    ran = cli("sandbox", "log", "--format", "json")
    assert (ran.code, ran.json["exit_code"]) == (1, 1)
    assert not _STATE.exists()


def test_without_the_extra_the_way_to_install_it_is_named(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sso_sync.sandbox.server", None)
    ran = cli("sandbox", "reset")
    assert ran.code == 1
    assert "pip install 'sso-sync[sandbox]'" in ran.err

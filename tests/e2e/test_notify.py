"""Notifications end to end: nights of a sandbox that somebody tampers with, and a service that takes what is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sso_sync.sandbox.server import Sandbox
from tests.e2e.conftest import Cli
from tests.notifying.sink import Sink

APP = "JustCall"
SECRETS = ("s3cret", "t0ken")
UNTAKEN = "the service could not be reached or did not take it"


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as made:
        yield made


def test_each_change_is_told_once(
    cli: Cli, spec: Path, sandbox: Sandbox, sink: Sink, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSO_SYNC_NOTIFY", sink.url())
    assert cli("apply", spec, "--auto-approve").code == 0
    assert sink.titles() == []  # a first apply that works is no news

    sandbox.onelogin.edit_configuration(APP, audience="https://wrong.example")
    ran = [cli("drift", spec)]
    (message,) = sink.got
    assert message["type"] == "warning"
    assert "- `onelogin.app.configuration.audience`: changed in OneLogin" in message["message"]
    assert f"Next: `sso-sync apply {spec}`" in message["message"]
    assert sink.titles() == ["drift in justcall-test (1 change in OneLogin)"]

    ran.append(cli("drift", spec))
    assert sink.titles() == []  # the second night

    sandbox.justcall.edit(issuer="https://old.example/issuer")
    ran.append(cli("drift", spec))
    assert sink.titles() == ["drift in justcall-test (1 change in OneLogin, 1 change in JustCall)"]
    assert [one.code for one in ran] == [2, 2, 2]

    ran.append(cli("apply", spec, "--auto-approve"))
    assert [message["type"] for message in sink.got] == ["success"]
    assert sink.titles() == ["justcall-test is back in sync"]

    monkeypatch.setenv("ONELOGIN_CLIENT_SECRET", "0" * 64)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "no-token-yet"))
    ran.append(cli("drift", spec))
    assert ran[-1].code == 6
    assert sink.titles() == ["drift of justcall-test failed (a side is out of reach, exit 6)"]
    monkeypatch.setenv("ONELOGIN_CLIENT_SECRET", sandbox.client_secret)
    ran.append(cli("drift", spec))
    assert sink.titles() == ["drift of justcall-test works again"]

    assert [one.err for one in ran if "Notif" in one.err] == []
    _nothing_leaked(tmp_path, *(one.out + one.err for one in ran))


def test_a_service_that_fails_changes_nothing_and_hears_it_later(
    cli: Cli, spec: Path, sandbox: Sandbox, sink: Sink, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert cli("apply", spec, "--auto-approve").code == 0
    sandbox.onelogin.edit_configuration(APP, audience="https://wrong.example")
    with Sink(silent=True) as hanging:
        refused = f"json://bob:{SECRETS[0]}@127.0.0.1:1/"
        monkeypatch.setenv("SSO_SYNC_NOTIFY", f"{sink.url()}\n{hanging.url('?rto=0.3')} {refused} nonsense://t0ken")
        sink.status = 500
        alone, ran = cli("drift", spec, "--no-notify"), cli("drift", spec)
    assert ran.code == alone.code == 2
    assert _timeless(ran.out) == _timeless(alone.out)
    assert ran.err.removeprefix(alone.err).splitlines() == [
        f"warning: Notification {number} ({scheme}) was not sent: {reason}. The next run tries again"
        for number, scheme, reason in (
            (1, "json", UNTAKEN),
            (2, "json", UNTAKEN),
            (3, "json", UNTAKEN),
            (4, "nonsense", "Apprise does not understand the address"),
        )
    ]
    sink.titles()
    sink.status = 200
    monkeypatch.setenv("SSO_SYNC_NOTIFY", sink.url())
    again = cli("drift", spec)
    assert sink.titles() == ["drift in justcall-test (1 change in OneLogin)"]
    _nothing_leaked(tmp_path, ran.out, ran.err, again.err)


def _timeless(text: str) -> str:
    return re.sub(r"\d\d:\d\d(:\d\d)?", "00:00", text)


def _nothing_leaked(folder: Path, *said: str) -> None:
    kept = [path.read_bytes().decode("utf-8", "replace") for path in folder.rglob("*") if path.is_file()]
    assert kept
    for secret in SECRETS:
        assert not any(secret in text for text in (*kept, *said))

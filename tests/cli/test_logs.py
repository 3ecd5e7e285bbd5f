"""What `-v` shows and what nobody sees without it; progress for those who wait."""

from __future__ import annotations

import io
import logging
import sys

import pytest

from sso_sync.cli.logs import logging_to_stderr
from sso_sync.plan.model import Plan
from tests.cli.support import IN_SYNC, Cli, FakeEngine, spec


def asked() -> Plan:
    """An engine that logs, as the transport does."""
    logging.getLogger("sso_sync.http").debug("GET %s 200 12 ms", "/api/2/apps\x1b[31m")
    logging.getLogger("sso_sync.http").warning("slow")
    logging.getLogger("urllib3").debug("secret")
    return IN_SYNC


def test_v_logs_each_request_on_one_safe_line(cli: Cli, fake: FakeEngine) -> None:
    fake.answers["prod"] = asked
    ran = cli("plan", spec(), "-v")
    assert r" GET /api/2/apps\x1b[31m 200 12 ms" in ran.err
    assert "secret" not in ran.err
    assert "GET" not in ran.out


def test_without_v_nothing_is_logged_not_even_a_warning(cli: Cli, fake: FakeEngine) -> None:
    fake.answers["prod"] = asked
    assert cli("plan", spec()).err == ""


def test_nothing_of_the_logging_stays_behind(cli: Cli, fake: FakeEngine) -> None:
    logger = logging.getLogger("sso_sync")
    before = (list(logger.handlers), logger.level)
    cli("plan", spec(), "-v")
    assert (list(logger.handlers), logger.level) == before


def test_a_traceback_keeps_its_lines_and_loses_its_escapes(capsys: pytest.CaptureFixture[str]) -> None:
    with logging_to_stderr(enabled=True):
        try:
            raise RuntimeError("red\x1b[31m\nforged line")
        except RuntimeError:
            logging.getLogger("sso_sync.cli").exception("internal\nerror")
    shown = capsys.readouterr().err
    assert r"internal\nerror" in shown
    assert "\nTraceback (most recent call last):\n" in shown
    assert "\x1b" not in shown


def test_v_tells_the_progress_line_by_line(cli: Cli, fake: FakeEngine) -> None:
    fake.note = "reading\nOneLogin"
    assert "reading\\nOneLogin\n" in cli("plan", spec(), "-v").err


@pytest.mark.parametrize("options", [[], ["--quiet"]])
def test_nobody_is_told_the_progress_without_a_terminal(cli: Cli, fake: FakeEngine, options: list[str]) -> None:
    assert cli("plan", spec(), *options).err == ""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_a_moving_line(cli: Cli, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    fake.note = "reading [bold]OneLogin[/bold]"
    assert cli("plan", spec()).code == 0
    assert "reading [bold]OneLogin[/bold]" in terminal.getvalue()
    assert cli("plan", "prod.yaml", "--quiet").code == 0
    shown = terminal.getvalue()
    cli("plan", "prod.yaml", "--quiet")
    assert terminal.getvalue() == shown

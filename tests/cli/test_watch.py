"""What somebody who waits for a fleet gets to see."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from rich.console import Console

from sso_sync.cli import watch as module
from sso_sync.cli.options import Common
from sso_sync.cli.progress import aside
from sso_sync.cli.watch import watch
from tests.cli.support import PENDING, UNREAD, Cli, FakeEngine, spec


def test_a_log_gets_one_steady_line_for_each_connection(cli: Cli, fake: FakeEngine) -> None:
    fake.answers |= {"b": PENDING, "c": UNREAD}
    for name in "abc":
        spec(name, "specs")
    Path("specs/d.yaml").write_text("version: 1\nname: d\n", encoding="utf-8")
    ran = cli("plan", "specs")
    lines = ran.err.splitlines()
    assert sorted(line.partition(",")[0].partition("] ")[2] for line in lines) == [
        "a: in sync",
        "b: with changes",
        "c: not fully read",
        "specs/d.yaml: failed",
    ]
    assert [line[:6] for line in lines] == ["[1/4] ", "[2/4] ", "[3/4] ", "[4/4] "]
    assert cli("plan", "specs", "--quiet").err == ""
    assert "a: reading OneLogin\n" in cli("plan", "specs", "-v").err
    assert cli("plan", "specs/a.yaml").err == ""  # nobody waits for one
    records = [json.loads(line) for line in cli("plan", "specs", "--log-format", "json").err.splitlines()]
    ended = {record["connection"]: record["message"] for record in records if "seconds" in record}
    assert ended == {
        "a": "a: in sync",
        "b": "b: with changes",
        "c": "c: not fully read",
        "specs/d.yaml": "specs/d.yaml: failed",
    }


def test_a_terminal_shows_what_runs_and_keeps_what_needs_looking_after(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(
        module, "Console", lambda **_: Console(file=screen, force_terminal=True, width=100, color_system=None)
    )
    with watch(Common(), 3) as view:
        first, second = view.begun("first"), view.begun("second")
        first.note("reading\x1b[2J acme")
        second.note("reading JustCall")
        view.ended("first", "in sync", 0.4, well=True)
        with aside(second):
            screen.write("PLAN")
        view.ended("second", "not fully read", 1.5, well=False)
    shown = screen.getvalue()
    assert "second: not fully read, 1.5 s" in shown
    assert "first: in sync" not in shown  # what is well need not stay
    assert "\x1b[2J acme" not in shown
    assert "1 of 3 done, 1 running" in shown
    assert shown.rindex("PLAN") < shown.rindex("second: not fully read")
    assert "2 of 3 done, 1 to look after, 0 running" in shown

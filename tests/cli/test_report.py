"""`sso-sync report` on the command line: what it takes, what it refuses, and what it lacks, before anybody is asked."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sso_sync import engine
from sso_sync.cli.told import beginning
from sso_sync.errors import UsageError
from tests.cli.support import PENDING, Cli, FakeEngine, spec
from tests.stored import execute, look

NOW = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("30d", NOW - timedelta(days=30)),
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T12:00+02:00", datetime(2026, 1, 31, 10, tzinfo=UTC)),
        ("all", None),
    ],
)
def test_where_the_history_begins(text: str, moment: datetime | None) -> None:
    assert beginning(text, NOW) == moment


@pytest.mark.parametrize("text", ["", "yesterday", "-3d", "99999999d", "2027-01-01", "2026-13-01", "d"])
def test_a_beginning_that_is_none_is_a_wrong_command_line(text: str) -> None:
    with pytest.raises(UsageError):
        beginning(text, NOW)


def test_wrong_words_are_64_before_anybody_is_asked(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "drift", lambda *_, **__: pytest.fail("asked"))
    assert cli("report", spec(), "--since", "soon").code == 64
    for form in ("text", "json", "prometheus"):
        ran = cli("report", spec(), "--format", form)
        assert ran.code == 64
        assert "Take one of: html." in ran.err
    assert cli("history", "--format", "html").code == 64


@pytest.mark.parametrize("words", [("report",), ("plan", "--format", "html"), ("doctor", "--format=html")])
def test_without_the_extra_there_is_one_error_before_anybody_is_asked(
    cli: Cli, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    ran = cli(*words, spec(), "--output", "report.html")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "error: jinja2, which is needed to write HTML reports, is not installed\n"
        "  next: Install it with: pip install 'sso-sync[html]'\n"
    )
    assert fake.planned == []
    assert not Path("report.html").exists()
    assert cli("plan", "--format", "html", "--nonsense").code == 64
    assert cli("plan", spec()).code == 0


def test_whoever_wants_no_page_loads_no_template_engine() -> None:
    script = "import sys; from sso_sync.cli import output; sys.exit(bool({'jinja2', 'markupsafe'} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_every_command_can_write_its_page_or_say_why_not(cli: Cli, fake: FakeEngine) -> None:
    fake.answers["prod"] = PENDING
    for words in (("plan",), ("drift",), ("apply", "--auto-approve")):
        ran = cli(*words, spec(), "--format", "html")
        assert ran.out.startswith("<!doctype html>")
        assert f"sso-sync {words[0]}" in ran.out
    ran = cli("plan", "missing.yaml", "--format", "html", "--output", "failed.html")
    assert ran.code == 1
    assert "There is no result." in Path("failed.html").read_text(encoding="utf-8")


def test_drift_keeps_what_it_saw_and_a_store_that_cannot_be_written_changes_nothing(cli: Cli, fake: FakeEngine) -> None:
    fake.answers["prod"] = PENDING
    assert cli("drift", spec()).code == 2
    ((kept,),) = look("SELECT body FROM sso_sync_entries")
    assert '"onelogin": 1, "justcall": 0, "unknown": 0, "days_left": null' in kept
    execute("DROP TABLE sso_sync_entries")
    ran = cli("drift", spec(), "--format", "json", "--quiet")
    assert ran.code == 2
    assert ran.json["summary"]["update"] == 1
    assert ran.err.startswith("warning: What was seen is not recorded: The store .sso-sync/store.sqlite cannot be used")


def test_help_says_how_and_where_from(cli: Cli) -> None:
    shown = cli("report", "--help").out
    assert "sso-sync report specs/ --output sso.html" in shown
    assert "[default: html]" in shown
    assert "[default: 90d]" in shown

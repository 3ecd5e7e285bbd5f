"""`--log-format json`: whatever is said on stderr is one JSON object on a line of its own, with steady keys."""

from __future__ import annotations

import json
import logging
import sys
import unicodedata
import warnings
from datetime import datetime
from typing import Any

import pytest

from sso_sync.cli import logs
from sso_sync.cli.records import JsonLines
from sso_sync.errors import Diagnostic, SpecError
from sso_sync.plan.model import Plan
from sso_sync.tracing import hiding, span
from tests.cli.support import IN_SYNC, PENDING, Cli, FakeEngine, spec

ALWAYS = {"time", "level", "logger", "message"}
HOSTILE = "red\x1b[31m\nforged \u202e\x7f\u2028 line"


def records(err: str) -> list[dict[str, Any]]:
    """Every line of stderr, which must be a record."""
    found = []
    for line in err.splitlines():
        assert all(unicodedata.category(letter) != "Cc" for letter in line)
        record = json.loads(line)
        assert record.keys() >= ALWAYS
        moment = datetime.fromisoformat(record["time"])
        assert moment.utcoffset() is not None
        found.append(record)
    return found


def told(err: str, *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(record.get(key) for key in keys) for record in records(err)]


def asked() -> Plan:
    """An engine that logs, as the real one does."""
    with hiding(lambda text: text.replace("canary", "(sensitive)")), span("run", connection="prod", run_id="r-1"):
        with span("step", step="app", side="onelogin"):
            request = {"method": "GET", "path": "/canary"}
            extra = {"told": {"request": request}}
            logging.getLogger("sso_sync.http").debug("GET %s", "/canary", extra=extra)
        logging.getLogger("sso_sync.apply").warning("slow")
        logging.getLogger("urllib3").debug("not ours")
        logging.getLogger("urllib3").warning("the pool is full")
    return IN_SYNC


def test_progress_notes_and_requests_are_records_that_say_what_they_are_about(cli: Cli, fake: FakeEngine) -> None:
    fake.answers["prod"] = asked
    fake.note = HOSTILE
    ran = cli("plan", spec(), "-v", "--log-format", "json", "--output", "plan.txt")
    (progress, request, slow, foreign, note) = records(ran.err)
    assert (progress["logger"], progress["level"]) == ("sso_sync.progress", "info")
    assert progress["message"] == HOSTILE
    assert request.keys() == ALWAYS | {"connection", "run_id", "step", "side", "request"}
    assert (request["message"], request["request"]["path"]) == ("GET /(sensitive)", "/(sensitive)")
    assert (request["connection"], request["step"], request["side"]) == ("prod", "app", "onelogin")
    assert slow.keys() == ALWAYS | {"connection", "run_id"}
    assert (foreign["logger"], foreign["message"]) == ("urllib3", "the pool is full")
    assert note["message"] == "The report was written to plan.txt."


@pytest.mark.parametrize(
    ("options", "levels"),
    [
        (["-v"], ["info", "debug", "warning", "warning"]),
        ([], ["info", "warning", "warning"]),
        (["--quiet"], ["warning", "warning"]),
    ],
)
def test_how_much_is_said_is_up_to_the_usual_options(
    cli: Cli, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch, options: list[str], levels: list[str]
) -> None:
    fake.answers["prod"] = asked
    monkeypatch.setenv("SSO_SYNC_LOG_FORMAT", "json")
    ran = cli("plan", spec(), *options)
    assert told(ran.err, "level") == [(level,) for level in levels]
    assert "No changes." in ran.out


def test_the_command_line_has_the_last_word(cli: Cli, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSO_SYNC_LOG_FORMAT", "json")
    assert cli("plan", spec(), "--log-format", "text").err == ""


def test_a_diagnostic_is_a_record_with_its_place(cli: Cli, fake: FakeEngine) -> None:
    wrong = Diagnostic("error", "There is no role", detail=HOSTILE, file="a.yaml", line=3, next_action="Correct it.")
    fake.answers["prod"] = SpecError(wrong, Diagnostic("warning", "by the way"))
    ran = cli("plan", spec(), "--log-format=json", "--quiet", "--format", "json")
    assert told(ran.err, "level", "message", "file", "line", "next_action") == [
        ("error", "There is no role", "a.yaml", 3, "Correct it."),
        ("warning", "by the way", None, None, None),
    ]
    assert ran.json["error"]["summary"] == "There is no role"


@pytest.mark.parametrize(
    "argv", [["pln"], ["plan"], ["plan", "a.yaml", "-v", "--quiet"], ["plan", "a.yaml", "--shard=9"]]
)
def test_a_wrong_command_line_is_a_record(cli: Cli, monkeypatch: pytest.MonkeyPatch, argv: list[str]) -> None:
    ran = cli(*argv, "--log-format", "json")
    assert ran.code == 64
    assert told(ran.err, "level", "logger") == [("error", "sso_sync.cli")]
    monkeypatch.setenv("SSO_SYNC_LOG_FORMAT", "json")
    assert told(cli(*argv).err, "message") == told(ran.err, "message")


@pytest.mark.parametrize("verbose", [False, True])
def test_an_internal_error_has_its_traceback_and_its_words_only_if_asked_for(
    cli: Cli, fake: FakeEngine, verbose: bool
) -> None:
    fake.answers["prod"] = RuntimeError("it may hold anything")
    ran = cli("plan", spec(), "--log-format", "json", *(["-v"] if verbose else []))
    record = next(record for record in records(ran.err) if record["message"] == "internal error")
    assert record["error"] == "RuntimeError"
    assert "in _answer\n" in record["traceback"]
    assert ("it may hold anything" in ran.err) is verbose


def test_what_a_person_is_shown_and_asked_is_a_record_too(
    cli: Cli, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Keyboard:
        def isatty(self) -> bool:
            return True

        def readline(self) -> str:
            return "yes\n"

    monkeypatch.setattr(sys, "stdin", Keyboard())
    fake.answers["prod"] = PENDING
    ran = cli("apply", spec(), "--log-format", "json")
    shown, question = (record["message"] for record in records(ran.err)[1:])
    assert "onelogin.app.name" in shown or "name" in shown
    assert question.startswith("Apply these changes to prod?")
    assert fake.approved == [True]


def test_python_s_own_warnings_are_records_and_nothing_stays_behind(capsys: pytest.CaptureFixture[str]) -> None:
    root, ours = logging.getLogger(), logging.getLogger("sso_sync")
    before = [(list(logger.handlers), logger.level) for logger in (root, ours)]
    shows = warnings.showwarning
    with logs.logging_to_stderr(enabled=False, records=True), warnings.catch_warnings():
        assert logs.as_records()
        warnings.simplefilter("always")
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    assert [(record["logger"], "old" in record["message"]) for record in records(capsys.readouterr().err)] == [
        ("py.warnings", True)
    ]
    assert [(list(logger.handlers), logger.level) for logger in (root, ours)] == before
    assert warnings.showwarning is shows
    assert not logs.as_records()


def test_half_a_letter_is_no_json_and_shown_as_an_escape() -> None:
    """A file's name may hold one, if it is not UTF-8."""
    record = logging.LogRecord("sso_sync.cli", logging.INFO, "", 0, "a\udcff", None, None)
    (line,) = records(JsonLines(words=False).format(record))
    assert line["message"] == "a\\udcff"

"""`--also FORMAT=FILE`: one run, its report in several formats, each file whole or not there at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sso_sync.errors import SideUnavailable
from tests.cli.support import IN_SYNC, PENDING, REFUSED, Cli, FakeEngine, spec
from tests.documents import conform
from tests.report.judges import JUDGES, sarif

ALL = ("json", "markdown", "text", *JUDGES)


def also(*forms: str) -> list[str]:
    return [word for form in forms for word in ("--also", f"{form}=out/{form}.txt")]


def written(form: str) -> str:
    return Path("out", f"{form}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["plan", "drift", "apply", "validate"])
def test_one_run_writes_every_format_as_it_would_alone(cli: Cli, fake: FakeEngine, command: str) -> None:
    fake.answers["prod"] = REFUSED
    ran = cli(command, spec(), *also(*ALL))
    assert fake.planned == ([] if command == "validate" else ["prod"])  # planned once, whatever the number of formats
    assert ran.code == cli(command, spec()).code
    for form in ALL:
        alone = cli(command, spec(), "--format", form)
        assert written(form) == alone.out
    assert ran.out == written("text")
    conform(json.loads(written("json")))


def test_a_run_that_fails_writes_its_error_in_every_format(cli: Cli, fake: FakeEngine) -> None:
    fake.answers["prod"] = SideUnavailable.because("OneLogin does not answer")
    ran = cli("plan", spec(), *also("json", "markdown", "sarif"))
    assert (ran.code, ran.out) == (6, "")
    assert json.loads(written("json"))["exit_code"] == 6
    assert written("markdown").startswith("<!-- ")
    (result,) = sarif(written("sarif"))["results"]
    assert "OneLogin does not answer" in result["message"]["text"]


def test_a_saved_plan_is_named_in_every_format(cli: Cli, fake: FakeEngine) -> None:
    fake.answers["prod"] = PENDING
    cli("plan", spec(), "--out", "saved.json", *also("text", "markdown"))
    assert "sso-sync apply saved.json" in written("text")
    assert "sso-sync apply saved.json" in written("markdown")


def test_a_file_that_cannot_be_written_is_no_success_and_keeps_no_other_from_being_written(
    cli: Cli, fake: FakeEngine
) -> None:
    def vanishes() -> object:
        Path("gone").rmdir()
        Path("gone").write_text("a file now", encoding="utf-8")
        return IN_SYNC

    Path("gone").mkdir()
    fake.answers["prod"] = vanishes  # type: ignore[assignment]
    ran = cli("plan", spec(), "--also", "json=gone/plan.json", *also("markdown"))
    assert ran.code == 1
    assert "gone/plan.json cannot be written" in ran.err
    assert "No changes" in ran.out
    assert written("markdown")


@pytest.mark.parametrize("value", ["json", "json=", "=file", "yaml=file", ""])
def test_what_is_no_format_and_file_is_a_wrong_command_line(cli: Cli, fake: FakeEngine, value: str) -> None:
    ran = cli("plan", spec(), "--also", value)
    assert ran.code == 64
    assert "FORMAT=FILE" in ran.err
    assert fake.planned == []


@pytest.mark.parametrize(
    "words",
    [
        ("--also", "json=x", "--also", "sarif=./x"),
        ("--output", "x", "--also", "json=x"),
    ],
)
def test_two_reports_do_not_go_to_one_file(cli: Cli, fake: FakeEngine, words: tuple[str, ...]) -> None:
    ran = cli("plan", spec(), *words)
    assert (ran.code, fake.planned) == (64, [])
    assert not Path("x").exists()


def test_a_plan_is_not_saved_to_the_file_of_a_report(cli: Cli, fake: FakeEngine) -> None:
    ran = cli("plan", spec(), "--out", "x", "--also", "json=x")
    assert (ran.code, fake.planned) == (64, [])
    assert "--out names the file of a report" in ran.err


def test_a_place_that_cannot_be_written_to_is_told_before_the_work(cli: Cli, fake: FakeEngine) -> None:
    Path("folder").mkdir()
    ran = cli("plan", spec(), "--also", "json=folder", *also("markdown"))
    assert (ran.code, fake.planned) == (1, [])
    assert not Path("out").exists()


def test_only_reports_are_offered_in_several_formats(cli: Cli) -> None:
    assert cli("history", "--also", "json=x").code == 64
    assert cli("schema", "--also", "markdown=x").code == 64
    assert "--also" not in cli("init", "--help").out

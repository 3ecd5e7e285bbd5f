"""`sso-sync plan`: every way it can end, the code it ends with, and a valid document each time."""

from __future__ import annotations

import pytest

from sso_sync.errors import (
    CredentialsRefused,
    Diagnostic,
    LiveStateError,
    SideUnavailable,
    SpecError,
    SsoSyncError,
    UnexpectedAnswer,
)
from sso_sync.plan.model import Plan
from tests.cli.support import IN_SYNC, PENDING, REFUSED, UNREAD, WRONG, Cli, FakeEngine, spec
from tests.report.plans import example

ENDINGS = [
    (IN_SYNC, 0, 0),
    (PENDING, 0, 2),
    (REFUSED, 3, 3),
    (WRONG, 1, 1),
    (UNREAD, 6, 6),
]
PROBLEMS: list[tuple[BaseException, int]] = [
    (SpecError.because("wrong"), 1),
    (LiveStateError.because("two apps"), 1),
    (UnexpectedAnswer.because("422"), 1),
    (SideUnavailable.because("503"), 6),
    (CredentialsRefused.because("401"), 6),
    (RuntimeError("hush"), 1),
    (KeyboardInterrupt(), 130),
]


@pytest.mark.parametrize(("made", "code", "detailed"), ENDINGS)
def test_the_code_says_how_it_stands(cli: Cli, fake: FakeEngine, made: Plan, code: int, detailed: int) -> None:
    fake.answers["prod"] = made
    assert cli("plan", spec()).code == code
    assert cli("plan", "prod.yaml", "--detailed-exitcode").code == detailed


@pytest.mark.parametrize(("made", "code", "_detailed"), ENDINGS)
def test_one_plan_is_the_document_whatever_the_code(
    cli: Cli, fake: FakeEngine, made: Plan, code: int, _detailed: int
) -> None:
    fake.answers["prod"] = made
    ran = cli("plan", spec(), "--format", "json")
    assert ran.code == code
    assert ran.json["spec"]["name"] == "prod"
    assert ran.err == ""


@pytest.mark.parametrize(("problem", "code"), PROBLEMS)
def test_a_problem_is_told_on_stderr_and_has_its_code(
    cli: Cli, fake: FakeEngine, problem: BaseException, code: int
) -> None:
    fake.answers["prod"] = problem
    ran = cli("plan", spec())
    assert ran.code == code
    assert ran.out == ""
    assert ran.err.startswith("error: ")
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(("problem", "code"), PROBLEMS)
def test_a_problem_is_a_document_for_who_asked_for_one(
    cli: Cli, fake: FakeEngine, problem: BaseException, code: int
) -> None:
    fake.answers["prod"] = problem
    ran = cli("plan", spec(), "--format", "json")
    assert ran.code == code
    assert list(ran.json) == ["schema_version", "error", "exit_code"]
    assert ran.json["exit_code"] == code


def test_all_that_is_wrong_with_a_spec_is_told_at_once(cli: Cli, fake: FakeEngine) -> None:
    fake.answers["prod"] = SpecError(
        Diagnostic("error", "one", file="prod.yaml", line=3, column=5), Diagnostic("error", "two", file="prod.yaml")
    )
    assert cli("plan", spec()).err == "error: prod.yaml:3:5: one\nerror: prod.yaml: two\n"


def test_a_missing_spec_is_an_error_and_not_a_wrong_command_line(cli: Cli) -> None:
    ran = cli("plan", "nowhere.yaml", "--format", "json")
    assert ran.code == 1
    assert ran.json["error"]["file"] == "nowhere.yaml"


def test_a_bug_of_ours_shows_neither_its_message_nor_a_traceback(cli: Cli, fake: FakeEngine) -> None:
    fake.answers["prod"] = RuntimeError("hush")
    ran = cli("plan", spec())
    assert ran.err.startswith("error: internal error: RuntimeError at support.py:")
    assert "hush" not in ran.err
    assert "run it with -v for the traceback" in ran.err


def test_v_shows_the_traceback_of_a_bug(cli: Cli, fake: FakeEngine) -> None:
    fake.answers["prod"] = RuntimeError("told")
    ran = cli("plan", spec(), "-v", "--format", "json")
    assert "Traceback (most recent call last)" in ran.err
    assert "RuntimeError: told" in ran.err
    assert ran.json["error"]["summary"].startswith("internal error: RuntimeError")


def test_the_plan_goes_to_stdout_and_nothing_to_stderr(cli: Cli, fake: FakeEngine) -> None:
    fake.answers["prod"] = example()
    ran = cli("plan", spec())
    assert "Plan: 7 to create, 3 to change, 0 to delete. 3 people gain access, nobody loses it." in ran.out
    assert "Next: sso-sync apply prod.yaml" in ran.out
    assert ran.err == ""


def test_markdown(cli: Cli, fake: FakeEngine) -> None:
    fake.answers["prod"] = example()
    assert cli("plan", spec(), "--format", "markdown").out.startswith(
        "<!-- sso-sync:plan:prod -->\n\n## sso-sync plan: <code>prod</code>\n"
    )


def test_overrides_reach_the_engine(cli: Cli, fake: FakeEngine) -> None:
    cli("plan", spec(), "--override", "ownership", "--override", "max_removals")
    assert fake.overrides == {"ownership", "max_removals"}


def test_several_specs_are_connections_and_the_gravest_code_wins(cli: Cli, fake: FakeEngine) -> None:
    fake.answers |= {"b": REFUSED, "c": SideUnavailable.because("503"), "d": RuntimeError("hush"), "e": PENDING}
    ran = cli("plan", *[spec(name) for name in "abcde"], "--format", "json", "--detailed-exitcode")
    assert ran.code == 1
    assert fake.planned == list("abcde")
    kinds = [one.get("exit_code", one.get("summary")) for one in ran.json["connections"]]
    assert kinds == [
        {"create": 0, "update": 0, "delete": 0, "manual": 0, "unknown": 0},
        {"create": 0, "update": 1, "delete": 0, "manual": 0, "unknown": 0},
        6,
        1,
        {"create": 0, "update": 1, "delete": 0, "manual": 0, "unknown": 0},
    ]


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ((PENDING, IN_SYNC), 2),
        ((PENDING, REFUSED), 3),
        ((REFUSED, UNREAD), 6),
        ((UNREAD, WRONG), 1),
        ((IN_SYNC, IN_SYNC), 0),
    ],
)
def test_the_order_of_codes(cli: Cli, fake: FakeEngine, answers: tuple[Plan, Plan], code: int) -> None:
    fake.answers |= dict(zip("ab", answers, strict=True))
    assert cli("plan", spec("a"), spec("b"), "--detailed-exitcode").code == code


def test_a_folder_is_a_fleet_and_a_folder_of_one_is_one(cli: Cli, fake: FakeEngine) -> None:
    spec("a", "fleet")
    assert "connections" not in cli("plan", "fleet", "--format", "json").json
    spec("b", "fleet")
    assert len(cli("plan", "fleet", "--format", "json").json["connections"]) == 2
    assert cli("plan", "fleet").out.endswith("\n2 connections: 2 in sync.\n")


def test_one_name_twice_is_that_connections_error(cli: Cli, fake: FakeEngine) -> None:
    spec("a", "one")
    spec("a", "two")
    ran = cli("plan", "one", "two", "--format", "json")
    assert ran.code == 1
    assert fake.planned == ["a"]
    assert [list(one)[1] for one in ran.json["connections"]] == ["plan_id", "error"]


def test_ctrl_c_ends_a_fleet_and_what_was_done_is_still_reported(cli: Cli, fake: FakeEngine) -> None:
    fake.answers["b"] = KeyboardInterrupt()
    ran = cli("plan", spec("a"), spec("b"), spec("c"), "--format", "json")
    assert ran.code == 130
    assert fake.planned == ["a", "b"]
    assert [one.get("exit_code") for one in ran.json["connections"]] == [None, 130, 130]


def test_an_error_of_a_spec_names_it(cli: Cli, fake: FakeEngine) -> None:
    fake.answers["b"] = SsoSyncError.because("no")
    ran = cli("plan", spec("a"), spec("b"), "--format", "json")
    assert ran.json["connections"][1]["error"]["file"] == "b.yaml"

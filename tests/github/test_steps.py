"""The action's steps when things go wrong around sso-sync itself; a few lines of shell stand for it."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.github.expressions import Unknown, evaluate
from tests.github.runner import ACTION, Runner
from tests.report.judges import notes

_RUN, _END = "Run sso-sync", "End with the exit code of sso-sync"
_PATIENCE = 30.0  # seconds


@pytest.fixture
def bare(tmp_path: Path) -> Runner:
    """A runner without any service around it."""
    made = Runner(tmp_path, {"GITHUB_API_URL": "http://127.0.0.1:9"})
    made.sso_sync('for word; do echo "[$word]"; done; exit 0')
    return made


def words(log: str) -> list[str]:
    return [line[1:-1] for line in log.splitlines() if line.startswith("[")]


def test_what_is_given_is_handed_on_word_by_word_and_nothing_of_it_is_run(bare: Runner) -> None:
    ended = bare.run(
        command="drift",
        specs="a.yaml 'b c.yaml'\n--nonsense",
        args="--ignore \"onelogin.access.users.*\" --ignore '$(touch pwned)' * `touch pwned` \\$HOME",
    )
    given = words(ended.logs[_RUN])
    assert given[:2] == ["drift", "--no-color"]
    assert given[given.index("--ignore") :] == [
        *("--ignore", "onelogin.access.users.*", "--ignore", "$(touch pwned)", "*", "`touch", "pwned`", "$HOME"),
        *("--", "a.yaml", "b c.yaml", "--nonsense"),
    ]
    assert not (bare.workspace / "pwned").exists()


@pytest.mark.parametrize(
    ("inputs", "named"),
    [
        ({"command": "sandbox"}, "command"),
        ({"command": "plan; true"}, "command"),
        ({"args": "it's"}, "args"),
        ({"specs": " "}, "specs"),
        ({"reports": "pdf"}, "reports"),
    ],
)
def test_inputs_that_make_no_sense(bare: Runner, inputs: dict[str, str], named: str) -> None:
    ended = bare.run(**inputs)
    assert (ended.code, ended.outputs["exit-code"]) == (64, "64")
    assert words(ended.logs[_RUN]) == []
    ((level, _, message),) = notes(ended.logs[_RUN])
    assert (level, f"`{named}`" in message) == ("error", True)


@pytest.mark.parametrize(
    ("said", "fail_on", "code"),
    [*((str(code), "errors", code) for code in (0, 1, 3, 7, 64)), ("2", "errors", 0), ("2", "changes", 2)],
)
def test_no_exit_code_is_swallowed_with_or_without_a_report(bare: Runner, said: str, fail_on: str, code: int) -> None:
    bare.sso_sync(f"exit {said}")
    ended = bare.run("pull_request", fail_on=fail_on)
    assert (ended.code, ended.outputs["exit-code"]) == (code, said)
    assert (ended.outputs["changes"], ended.outputs["report-markdown"]) == ("false", "")
    assert f"ended with {said}" in ended.summary


def test_a_program_that_is_killed_or_not_there_is_a_failure(bare: Runner) -> None:
    bare.sso_sync("kill -9 $$")
    assert bare.run(fail_on="errors").code == 128 + 9
    bare.sso_sync("exit 0")
    assert bare.run(working_directory="gone").code == 127


def test_a_misspelt_fail_on_lets_nothing_pass(bare: Runner) -> None:
    assert bare.run(fail_on="never").code == 64
    bare.sso_sync("exit 2")
    assert bare.run(fail_on="never").code == 2


def test_what_is_installed(bare: Runner) -> None:
    bare.run()
    bare.run(version="0.2.0", extras="browser,saml")
    bare.run(extras="")
    own = ACTION.parents[2].as_uri()
    assert bare.log.read_text(encoding="utf-8").splitlines()[::2] == [
        f"tool install --force sso-sync[saml] @ {own}",
        "tool install --force sso-sync[browser,saml]==0.2.0",
        f"tool install --force sso-sync @ {own}",
    ]


@pytest.mark.parametrize("inputs", [{"version": "--index-url=x"}, {"version": "0.1 @ file:x"}, {"extras": "x] @ y"}])
def test_nothing_else_can_be_installed(bare: Runner, inputs: dict[str, str]) -> None:
    ended = bare.run(**inputs)
    assert ended.code == 64
    assert not bare.log.exists()
    assert _RUN not in ended.logs


def test_an_installation_that_fails_ends_the_step_and_runs_nothing(bare: Runner) -> None:
    bare.uv("exit 3")
    ended = bare.run("pull_request", issue="true", sarif="true", artifact_name="plans", fail_on="errors")
    assert ended.code == 3
    assert list(ended.used) == ["astral-sh/setup-uv"]
    assert _RUN not in ended.logs
    assert "nobody knows" in ended.logs[_END]


def test_only_a_plan_that_this_run_saved_is_handed_on(bare: Runner) -> None:
    (bare.workspace / "plan.json").write_text("an old one", encoding="utf-8")
    assert bare.run(plan_file="plan.json").outputs["plan-file"] == ""
    bare.sso_sync("echo fresh >plan.json; exit 3")
    ended = bare.run(plan_file="plan.json")
    assert (ended.code, ended.outputs["plan-file"]) == (3, str(bare.workspace / "plan.json"))
    assert (Path(ended.outputs["reports"]) / "plan.json").read_text(encoding="utf-8") == "fresh\n"


def test_a_summary_that_has_no_room_is_left_out(bare: Runner) -> None:
    bare.sso_sync('for word; do case "$word" in markdown=*) yes too long | head -c 2000000 >"${word#*=}";; esac; done')
    ended = bare.run()
    assert (ended.code, ended.summary) == (0, "")
    assert "no room" in ended.logs[_RUN]


def test_each_kind_of_telling_can_be_switched_off(bare: Runner) -> None:
    bare.sso_sync('for word; do case "$word" in *=*) echo "::notice title=x::x" >"${word#*=}";; esac; done')
    told = bare.run("pull_request")
    assert "::notice title=x::x" in told.logs[_RUN]
    assert told.summary
    silent = bare.run("pull_request", summary="false", annotations="false", comment="false")
    assert "::notice" not in silent.logs[_RUN]
    assert silent.summary == ""
    assert "Comment on the pull request" in told.logs
    assert "Comment on the pull request" not in silent.logs


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_cancelled_job_interrupts_sso_sync_and_waits_for_it(bare: Runner, tmp_path: Path, number: int) -> None:
    ready, output = tmp_path / "ready", tmp_path / "output"
    os.mkfifo(ready)
    bare.sso_sync(f"trap 'exit 7' INT; echo >'{ready}'; while :; do sleep 0.05; done")
    bare.run(version="x x")  # makes the folders
    environ = {
        **bare.environ,
        "PATH": f"{tmp_path / 'tools'}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "INPUT_COMMAND": "apply",
        "INPUT_SPECS": "a.yaml",
    }
    process = subprocess.Popen(
        [tmp_path / "bin" / "python3", ACTION / "run.py"], cwd=bare.workspace, env=environ, stdout=subprocess.DEVNULL
    )
    ready.read_text(encoding="utf-8")
    process.send_signal(number)
    assert process.wait(_PATIENCE) == 0
    assert "\n7\n" in output.read_text(encoding="utf-8")


@pytest.mark.parametrize("expression", ["inputs.nope", "hashFiles('x')", "'a' + 'b'", "'a' 'b'", "steps.run", ""])
def test_the_tests_guess_at_no_expression(expression: str) -> None:
    with pytest.raises((Unknown, AssertionError)):
        evaluate(expression, {"inputs": {}, "steps": {"run": {}}}, {})


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'a' == 'A' && !false()", True),
        ("(false() || inputs.x != '') && true()", True),
        ("true() && inputs.x", "y"),
        ("inputs.x == 'z'", False),
    ],
)
def test_the_expressions_that_they_know(expression: str, value: object) -> None:
    functions = {"true": lambda: True, "false": lambda: False}
    assert evaluate(expression, {"inputs": {"x": "y"}}, functions) == value

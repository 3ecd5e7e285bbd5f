"""Workflows, examples and the action, as linters and a few rules of our own read them."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.github.runner import ACTION

_ROOT = Path(__file__).parents[2]
_HOME = _ROOT / ".github"
_EXAMPLES = sorted((_HOME / "examples").glob("*.yml"))
_WORKFLOWS = [*sorted((_HOME / "workflows").glob("*.yml")), *_EXAMPLES]
_SCRIPTS = sorted([*_HOME.rglob("*.sh"), _ROOT / ".ci" / "run"])
_PINNED = re.compile(r"[\w.-]+(/[\w.-]+)+@[0-9a-f]{40}")
_OURS = "/.github/actions/sso-sync@"


def name(path: Path) -> str:
    return path.relative_to(_ROOT).as_posix()


def tool(*words: str | Path, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """A linter of this environment."""
    program = Path(sys.executable).parent / words[0]
    return subprocess.run(
        [program, *words[1:]], cwd=_ROOT, input=given, capture_output=True, text=True, timeout=60, check=False
    )


def loaded(path: Path) -> dict[Any, Any]:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


def steps(path: Path) -> Iterator[dict[str, Any]]:
    document = loaded(path)
    for job in document["jobs"].values() if "jobs" in document else [document["runs"]]:
        yield from job["steps"]


ALL = pytest.mark.parametrize("path", [*_WORKFLOWS, ACTION / "action.yml"], ids=name)


def test_actionlint_finds_nothing_and_would_find_something() -> None:
    ran = tool("actionlint", "-no-color", *_WORKFLOWS)
    assert (ran.returncode, ran.stdout) == (0, "")
    bad = _WORKFLOWS[0].read_text(encoding="utf-8").replace("github.ref", "github.reff")
    assert tool("actionlint", "-", given=bad).returncode == 1


def test_zizmor_finds_nothing_and_would_find_something(tmp_path: Path) -> None:
    words = ("zizmor", "--offline", "--no-progress", "--persona", "pedantic")
    ran = tool(*words, _HOME, *_EXAMPLES)
    assert ran.returncode == 0, ran.stdout
    for path in (*_WORKFLOWS, ACTION / "action.yml", _HOME / "dependabot.yml"):
        assert f"completed {path}" in ran.stderr
    bad = tmp_path / "bad.yml"
    bad.write_text(_EXAMPLES[0].read_text(encoding="utf-8").replace("persist-credentials: false", ""), encoding="utf-8")
    assert tool(*words, bad).returncode != 0


def test_shellcheck_finds_nothing_and_would_find_something() -> None:
    assert len(_SCRIPTS) > 2
    ran = tool("shellcheck", "--norc", *_SCRIPTS)
    assert (ran.returncode, ran.stdout) == (0, "")
    assert tool("shellcheck", "-s", "bash", "-", given="rm $1").returncode == 1


@ALL
def test_nothing_that_somebody_else_may_choose_stands_in_a_shell_line(path: Path) -> None:
    for step in steps(path):
        assert "${{" not in step.get("run", "")
        assert "${{" not in step.get("shell", "")


@ALL
def test_every_action_is_pinned_to_a_commit_and_says_which_version_that_is(path: Path) -> None:
    used = re.findall(r"^ *(?:- )?uses: (\S+)(?: # (v\d+\.\d+\.\d+))?$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(used) == sum("uses" in step for step in steps(path))
    for action, version in used:
        assert _PINNED.fullmatch(action), action
        assert version, action


def test_one_version_of_each_action_is_used() -> None:
    found: dict[str, set[str]] = {}
    for path in (*_WORKFLOWS, ACTION / "action.yml"):
        for step in steps(path):
            action, _, commit = step.get("uses", "").partition("@")
            found.setdefault("/".join(action.split("/")[:2]), set()).add(commit)
    assert all(len(commits) == 1 for commits in found.values()), found


@pytest.mark.parametrize("path", _WORKFLOWS, ids=name)
def test_a_job_has_the_permissions_that_it_names_and_no_others(path: Path) -> None:
    document = loaded(path)
    assert document["permissions"] == {}
    assert "group" in document["concurrency"]
    for job in document["jobs"].values():
        assert job["permissions"]
        assert job["timeout-minutes"]
    for step in steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", sorted(ACTION.glob("*.py")), ids=name)
def test_the_scripts_of_the_action_run_on_the_python_of_an_old_runner(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 9))
    assert "from __future__ import annotations" in text


def test_only_what_publishes_may_say_who_it_is() -> None:
    jobs = loaded(_HOME / "workflows" / "release.yml")["jobs"]
    assert [one for one, job in jobs.items() if "id-token" in job["permissions"]] == ["pypi"]
    assert jobs["pypi"]["environment"] == "pypi"
    assert not any("run" in step for step in jobs["pypi"]["steps"])  # nothing of ours runs where the token is


@pytest.mark.parametrize("path", _EXAMPLES, ids=name)
def test_an_example_gives_the_action_what_it_knows(path: Path) -> None:
    action = loaded(ACTION / "action.yml")
    ours = [step for step in steps(path) if _OURS in step.get("uses", "")]
    assert ours
    for step in ours:
        assert set(step["with"]) <= set(action["inputs"])
    ids = {step["id"] for step in ours if "id" in step}
    for asked in re.findall(r"steps\.([\w-]+)\.outputs\.([\w-]+)", path.read_text(encoding="utf-8")):
        assert asked[0] in ids
        assert asked[1] in action["outputs"]


def test_the_examples_apply_the_plan_that_was_made_and_one_at_a_time() -> None:
    document = loaded(_HOME / "examples" / "apply.yml")
    planned, applied = (
        next(step for step in document["jobs"][job]["steps"] if _OURS in step.get("uses", ""))["with"]
        for job in ("plan", "apply")
    )
    (fetched,) = (
        step["with"] for step in document["jobs"]["apply"]["steps"] if "download-artifact" in step.get("uses", "")
    )
    assert fetched["name"] == planned["artifact-name"]
    assert applied["plan-file"] == f"{fetched['path']}/plan.json"
    assert document["concurrency"]["cancel-in-progress"] is False
    assert document["jobs"]["apply"]["environment"] != document["jobs"]["plan"]["environment"]


def test_the_container_has_no_root_and_nothing_that_installs() -> None:
    text = (_HOME / "container" / "Dockerfile").read_text(encoding="utf-8")
    last = text.rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert last.index("USER ") < last.index("ENTRYPOINT")
    assert 'ENTRYPOINT ["sso-sync"]' in last
    assert "pip uninstall" in last
    assert "pip install" not in last
    assert all(":" in image for image in re.findall(r"^FROM (\S+)", text, re.MULTILINE))

"""The recipe for GitLab CI: its jobs in the order in which GitLab would run them, with what GitLab says to each."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from sso_sync.sandbox.server import Sandbox
from tests.e2e.conftest import Cli, cli, document, write
from tests.report.judges import suites

__all__ = ["cli"]  # a fixture

_RECIPE = Path(__file__).parents[2] / ".github" / "examples" / "gitlab-ci.yaml"
_WHERE = ("CI_COMMIT_BRANCH", "CI_COMMIT_REF_NAME", "CI_MERGE_REQUEST_IID", "CI_COMMIT_SHA")


@pytest.fixture
def recipe() -> dict[str, Any]:
    found = yaml.safe_load(_RECIPE.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


@pytest.fixture
def commit(sandbox: Sandbox, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A commit of specs for main alone, checked out as GitLab does it."""
    for name in (*_WHERE, "CI_COMMIT_TAG", "CI_MERGE_REQUEST_REF_PATH", "GITHUB_REF", "GITHUB_SHA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    (tmp_path / "specs").mkdir()
    write(tmp_path / "specs" / "one.yaml", document(sandbox, guards={"refs": ["refs/heads/main"]}))
    for words in (("init",), ("add", "specs"), ("commit", "-m", "one"), ("checkout", "--detach")):
        who = ("-c", "user.name=a", "-c", "user.email=a@acme.example")
        subprocess.run(["git", *who, *words], check=True, capture_output=True)
    return subprocess.run(["git", "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()


def test_each_job_does_what_it_is_there_for(
    recipe: dict[str, Any], cli: Cli, commit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def job(name: str, code: int, **variables: str) -> str:
        for variable in _WHERE:
            monkeypatch.delenv(variable, raising=False)
        for variable, value in {"CI_COMMIT_SHA": commit, **variables}.items():
            monkeypatch.setenv(variable, value)
        program, *words = shlex.split(recipe[name]["script"])
        assert program == "sso-sync"
        for kept in ("report.md", "junit.xml"):
            Path(kept).unlink(missing_ok=True)
        ran = cli(*words)
        assert ran.code == code, ran.out + ran.err
        assert suites(Path("junit.xml").read_text(encoding="utf-8"))
        return Path("report.md").read_text(encoding="utf-8")

    main = {"CI_COMMIT_BRANCH": "main", "CI_COMMIT_REF_NAME": "main"}
    proposed = job("sso-propose", 0, CI_MERGE_REQUEST_IID="7", CI_COMMIT_REF_NAME="feature")
    assert "refs/merge-requests/7/head" in proposed
    assert "guards.refs" not in job("sso-plan", 0, **main)
    job("sso-apply", 3, CI_COMMIT_BRANCH="feature", CI_COMMIT_REF_NAME="feature")
    job("sso-apply", 0, **main)
    job("sso-apply", 4, **main)
    job("sso-drift", 0, **main)


def test_the_apply_is_alone_and_waits_for_somebody(recipe: dict[str, Any]) -> None:
    apply = recipe["sso-apply"]
    assert apply["needs"] == ["sso-plan"]
    assert apply["resource_group"]
    assert apply["environment"]
    assert [rule["when"] for rule in apply["rules"]] == ["manual"]
    assert recipe["sso-drift"]["allow_failure"] == {"exit_codes": [2]}
    kept = recipe[".sso-sync"]["artifacts"]
    written = [word for job in recipe.values() for word in shlex.split(job.get("script", ""))]
    assert {word.partition("=")[2] for word in written if "=" in word} == {"report.md", "junit.xml"}
    assert set(kept["paths"]) | {kept["reports"]["junit"]} == {"plan.json", "report.md", "junit.xml"}

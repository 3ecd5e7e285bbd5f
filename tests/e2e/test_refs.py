"""`guards.refs` through the command line: planned anywhere, applied only as it was committed on an allowed ref."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from sso_sync.sandbox.server import Sandbox
from tests.e2e.conftest import Cli, document, write

MAIN = "refs/heads/main"
_CI = ("GITHUB_REF", "GITHUB_SHA", "CI_COMMIT_SHA", "CI_COMMIT_REF_NAME", "CI_COMMIT_BRANCH", "CI_COMMIT_TAG")


def git(*words: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@acme.example")
    return subprocess.run(["git", *who, *words], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def guarded(sandbox: Sandbox, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A spec for main alone, in the repository of the working folder."""
    for name in _CI:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    base = write(tmp_path / "base.yaml", document(sandbox, guards={"refs": [MAIN]}))
    path = tmp_path / "spec.yaml"
    path.write_text(f"extends: {base.name}\nname: ours\n", encoding="utf-8")
    git("init", "--initial-branch=main")
    git("add", "spec.yaml", "base.yaml")
    git("commit", "-m", "one")
    return path


def refused(cli: Cli, sandbox: Sandbox, *words: str | Path) -> str:
    """Why an apply is refused; nothing was written."""
    before = sandbox.requests.writes()
    ran = cli("apply", *words, "--auto-approve", "--format", "json")
    assert ran.code == 3
    (refusal,) = ran.json["plan"]["refusals"]
    assert refusal["guard"] == "refs"
    assert sandbox.requests.writes() == before
    return str(refusal["detail"])


def test_only_what_was_committed_on_an_allowed_ref_is_applied(
    cli: Cli, sandbox: Sandbox, guarded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("checkout", "-b", "feature")
    planned = cli("plan", guarded, "--out", "plan.json", "--detailed-exitcode", "--format", "json")
    assert planned.code == 2  # a pull request is there to be planned
    assert any(MAIN in one["summary"] and one["line"] for one in planned.json["findings"] if one["severity"] == "info")
    assert "It comes from refs/heads/feature." in refused(cli, sandbox, guarded)
    assert "It comes from refs/heads/feature." in refused(cli, sandbox, "plan.json")

    # CI says that the run is about main, and the job has checked out what a pull request proposes.
    main = git("rev-parse", "main")
    git("commit", "--allow-empty", "-m", "proposed")
    monkeypatch.setenv("GITHUB_REF", MAIN)
    monkeypatch.setenv("GITHUB_SHA", main)
    assert "another commit is checked out" in refused(cli, sandbox, guarded)

    git("checkout", "--detach", main)  # as CI does it
    base = Path("base.yaml")
    committed = base.read_text(encoding="utf-8")
    base.write_text(committed + "\n", encoding="utf-8")
    assert "base.yaml" in refused(cli, sandbox, guarded)
    base.write_text(committed, encoding="utf-8")

    assert cli("apply", "plan.json").code == 0  # reports and plans beside the spec do not matter
    assert cli("plan", guarded, "--detailed-exitcode").code == 0
    monkeypatch.delenv("GITHUB_REF")
    assert cli("apply", guarded, "--auto-approve").code == 0  # nothing to do, so there is nothing to refuse


def test_what_else_writes_is_bound_as_well_and_an_override_passes(cli: Cli, sandbox: Sandbox, guarded: Path) -> None:
    git("checkout", "--detach")
    assert "nothing says which ref" in refused(cli, sandbox, guarded)
    passed = cli("apply", guarded, "--auto-approve", "--override", "refs", "--format", "json")
    assert passed.code == 0
    assert any("--override refs" in str(one["detail"]) for one in passed.json["plan"]["findings"])
    run = passed.json["run_id"]
    assert cli("undo", run, "--auto-approve").code == 3
    assert cli("drift", guarded).code == 0
    rotation = ("rotate-certificate", guarded, "--to", "Next Certificate (2048-bit)", "--auto-approve")
    assert cli(*rotation).code == 3
    assert cli("rotate-certificate", guarded, "--rehearse").code == 0

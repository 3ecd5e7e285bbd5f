"""What the manifests say is a command line that does it: the pods' arguments and variables, against the sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from sso_sync.sandbox.server import Sandbox
from tests.deploy.kustomize import DEPLOY, Manifest, render
from tests.e2e.conftest import Cli, Ran, document, write


def pods_of(cli: Cli, monkeypatch: pytest.MonkeyPatch, job: Manifest) -> list[Ran]:
    """Runs every pod of a Job, one after the other, with what Kubernetes tells it."""
    (main,) = job["template"]["spec"]["containers"]
    for variable in main["env"]:
        monkeypatch.setenv(variable["name"], variable["value"])
    ran = []
    for index in range(job["completions"]):
        monkeypatch.setenv("JOB_COMPLETION_INDEX", str(index))
        Path("metrics.prom").unlink(missing_ok=True)
        ran.append(cli(*main["args"], "--format", "json"))
        assert Path("metrics.prom").read_text(encoding="utf-8").startswith("# HELP ")
    return ran


def test_the_pods_do_what_they_are_there_for(
    cli: Cli, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "specs").mkdir()
    write(tmp_path / "specs" / "justcall.yaml", document(sandbox))
    (apply,) = (one["spec"] for one in render(DEPLOY / "apply"))
    (drift,) = (one["spec"]["jobTemplate"]["spec"] for one in render(DEPLOY / "base") if one["kind"] == "CronJob")

    applied = pods_of(cli, monkeypatch, apply)
    assert {ran.code for ran in applied} == {0}
    assert [one["verified"] for ran in applied for one in ran.json["connections"]] == [True]
    seen = pods_of(cli, monkeypatch, drift)
    assert {ran.code for ran in seen} == {0}
    assert [one["changes"] for ran in seen for one in ran.json["connections"]] == [[]]

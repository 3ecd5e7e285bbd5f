"""The action's own steps, run outside GitHub against the sandbox: who is told what, and what the job ends with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sso_sync.sandbox.faults import Fault
from sso_sync.sandbox.server import Sandbox
from tests.documents import conform
from tests.e2e.conftest import document, write
from tests.github.hub import BOT, Hub
from tests.github.runner import Ended, Runner
from tests.report.judges import notes, sarif

_RUN = "Run sso-sync"
_INJECTION = "$(touch pwned)`touch pwned`;touch pwned #\n::error::pwned\n\"'"
_NAMED = "$(touch pwned) `touch pwned`; x.yaml"


def spec(runner: Runner, sandbox: Sandbox, name: str = "spec.yaml", **over: Any) -> str:
    return str(write(runner.workspace / name, document(sandbox, **over)).name)


def request(runner: Runner, title: str = "Give sales the phones") -> None:
    """What GitHub tells a job about the pull request 7."""
    runner.event = {"pull_request": {"number": 7, "title": title, "head": {"ref": title}}}
    runner.environ |= {"GITHUB_HEAD_REF": title, "GITHUB_REF": "refs/pull/7/merge"}


def report(ended: Ended, kind: str) -> str:
    return Path(ended.outputs[f"report-{kind}"]).read_text(encoding="utf-8")


def test_a_pull_request_with_changes_and_with_names_that_a_shell_would_run(
    runner: Runner, sandbox: Sandbox, github: Hub
) -> None:
    name = spec(runner, sandbox, _NAMED)
    request(runner, _INJECTION)
    github.comments += [{"id": 0, "issue": 7, "user": None, "body": None}]
    github.add(github.comments, BOT, issue=7, body=None)
    forged = [github.add(github.comments, "mallory", issue=7, body="") for _ in range(100)]
    inputs = {
        "specs": f"'{name}'",
        "plan_file": "plan $(touch pwned).json",
        "artifact_name": "plans",
        "sarif": "true",
        "reports": "junit\nprometheus",
    }
    first = runner.run("pull_request", **inputs)

    assert first.code == 0
    assert first.outputs["exit-code"] == "0"
    assert first.outputs["changes"] == "true"
    planned = json.loads(report(first, "json"))
    conform(planned)
    assert first.counts == planned["summary"]
    assert planned["spec"]["path"] == name
    assert Path(first.outputs["plan-file"]) == runner.workspace / inputs["plan_file"]
    assert first.summary == report(first, "markdown") + "\n"

    reports = Path(first.outputs["reports"])
    assert {one.name for one in reports.iterdir()} == {
        *("report.json", "report.md", "report.sarif", "report.xml", "report.prom"),
        *("annotations.txt", "plan.json"),
    }
    assert first.used["actions/upload-artifact"] | {"retention-days": "", "overwrite": ""} == {
        "name": "plans",
        "path": str(reports),
        "if-no-files-found": "ignore",
        "retention-days": "",
        "overwrite": "",
    }
    assert first.used["github/codeql-action/upload-sarif"]["sarif_file"] == first.outputs["report-sarif"]
    assert sarif(report(first, "sarif"))["results"]

    # What sso-sync prints is not obeyed; then come the annotations, and nothing else.
    silence, *lines = first.logs[_RUN].splitlines()
    assert silence.startswith("::stop-commands::")
    end = lines.index(f"::{silence.removeprefix('::stop-commands::')}::")
    assert notes("".join(f"{line}\n" for line in lines[end + 1 :]))

    mine = github.comments[-1]
    assert github.writes == ["POST /issues/7/comments"]
    assert report(first, "markdown").strip() in mine["body"]
    assert "https://github.example/acme/sso/actions/runs/4711" in mine["body"]
    assert github.tokens == {"Bearer job-token"}

    # The mark can be seen and copied, and somebody else's comment is still not ours.
    forged[0]["body"] = mine["body"]
    mine["body"] = mine["body"].splitlines()[0]
    second = runner.run("pull_request", **inputs)
    assert second.code == 0
    assert github.writes[1:] == [f"PATCH /issues/comments/{mine['id']}"]
    assert report(second, "markdown").strip() in mine["body"]
    assert not list(runner.workspace.parent.rglob("*pwned"))


def test_drift_is_one_issue_until_an_apply_of_the_saved_plan_heals_it(
    runner: Runner, sandbox: Sandbox, github: Hub
) -> None:
    drift = {"command": "drift", "specs": spec(runner, sandbox), "issue": "true"}
    github.add(github.issues, "mallory", body="<!-- sso-sync-action:drift: -->")
    failing = runner.run("schedule", **drift)
    assert (failing.code, failing.outputs["exit-code"]) == (2, "2")
    assert github.writes == ["POST /issues"]
    mine = github.issues[-1]
    assert mine["labels"] == ["sso-sync-drift"]
    assert "justcall-test" in mine["body"]

    mine["body"] = mine["body"].splitlines()[0]
    passing = runner.run("schedule", fail_on="errors", **drift)
    assert (passing.code, passing.outputs["exit-code"], passing.outputs["changes"]) == (0, "2", "true")
    assert github.writes[1:] == [f"PATCH /issues/{mine['number']}"]
    assert "justcall-test" in mine["body"]

    planned = runner.run(specs=drift["specs"], plan_file="plan.json")
    applied = runner.run(command="apply", plan_file="plan.json", specs="no/such/spec")
    assert (planned.code, applied.code) == (0, 0)
    assert (applied.outputs["changes"], applied.outputs["plan-file"]) == ("true", "")
    assert json.loads(report(applied, "json"))["verified"] is True

    stale = runner.run(command="apply", plan_file="plan.json")
    assert (stale.code, stale.outputs["exit-code"]) == (4, "4")
    assert "already applied" in stale.summary
    assert "Make the plan again" in stale.summary

    healed = runner.run("schedule", **drift)
    assert (healed.code, healed.outputs["changes"], set(healed.counts.values())) == (0, "false", {0})
    assert "In sync." in healed.summary
    assert mine["state"] == "closed"
    assert github.writes[2:] == [f"POST /issues/{mine['number']}/comments", f"PATCH /issues/{mine['number']}"]


@pytest.mark.parametrize(("status", "level"), [(403, "notice"), (502, "warning")])
def test_a_refusal_stays_one_when_nobody_can_be_told(
    runner: Runner, sandbox: Sandbox, github: Hub, status: int, level: str
) -> None:
    request(runner)
    github.refuses = status
    ended = runner.run("pull_request", specs=spec(runner, sandbox, guards={"required_users": ["nobody@acme.example"]}))
    assert (ended.code, ended.outputs["exit-code"], ended.outputs["refused"]) == (3, "3", "1")
    assert "required" in ended.summary
    (note,) = notes(ended.logs["Comment on the pull request"])
    assert note[0] == level
    assert github.comments == []


def test_a_side_that_cannot_be_reached(runner: Runner, sandbox: Sandbox, github: Hub) -> None:
    github.add(github.issues, BOT, body="")
    # For longer than sso-sync waits, so that nothing is tried again.
    sandbox.faults.add(Fault("rate_limit", service="onelogin", path="/api/", seconds=600, times=None))
    ended = runner.run("schedule", command="drift", specs=spec(runner, sandbox), fail_on="errors", issue="true")
    assert (ended.code, ended.outputs["exit-code"]) == (6, "6")
    assert int(ended.outputs["unknown"]) > 0
    assert ended.summary
    assert sarif(report(ended, "sarif"))["results"]
    assert github.writes == []  # who could not look says nothing about drift, neither that there is some nor none

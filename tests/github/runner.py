"""A runner for the action: its steps one by one, each script as a real process, each other action on record."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.github.expressions import evaluate, filled

__all__ = ["ACTION", "Ended", "Runner"]

ACTION = Path(__file__).parents[2] / ".github" / "actions" / "sso-sync"
_OUTPUT = re.compile(r"(?P<name>[\w-]+)<<(?P<end>\S+)\n(?P<value>.*?)\n?(?P=end)\n", re.DOTALL)
_STATUS = ("always()", "success()", "failure()", "cancelled()")
_PATIENCE = 60.0  # seconds


@dataclass
class Ended:
    """What became of the action: 0, or the exit code of the step that failed it."""

    code: int = 0
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    logs: dict[str, str] = field(default_factory=dict)
    used: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        return {name: int(self.outputs[name]) for name in ("create", "update", "delete", "manual", "unknown")}


class _Outputs(defaultdict[str, str]):
    """A step's outputs: one that was not set is empty, like on a runner."""

    def __contains__(self, name: object) -> bool:
        return True


class Runner:
    """A machine with a workspace. `environ` is what the workflow gives to every step.

    What stands for sso-sync is made by the test, at `program`.
    """

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.workspace, self._temp, self._bin = folder / "workspace", folder / "temp", folder / "bin"
        self.log, self._tools = folder / "uv.log", folder / "tools"
        for made in (self.workspace, self._temp, self._bin, self._tools):
            made.mkdir()
        self.program = self._tools / "sso-sync"
        (self._bin / "python3").symlink_to(sys.executable)
        self.uv(f"echo \"$@\" >>'{self.log}'; [ \"$2\" = install ] || echo '{self._tools}'")
        self._path = [str(self._bin), "/usr/bin", "/bin"]
        self.event: dict[str, Any] = {}
        self.environ = {
            "HOME": str(folder),
            "GITHUB_ACTION_PATH": str(ACTION),
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_REPOSITORY": "acme/sso",
            "GITHUB_RUN_ID": "4711",
            "RUNNER_TEMP": str(self._temp),
            **environ,
        }

    def uv(self, script: str) -> None:
        """What stands for uv."""
        _program(self._bin / "uv", script)

    def sso_sync(self, script: str) -> None:
        """What stands for sso-sync, in tests that are not about it."""
        _program(self.program, script)

    def run(self, event_name: str = "push", **inputs: str) -> Ended:
        """The whole action. Inputs are given with `_` for `-`; an unknown one is an error."""
        action = yaml.safe_load((ACTION / "action.yml").read_text(encoding="utf-8"))
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        assert set(given) <= set(action["inputs"])
        github = {"event_name": event_name, "token": "job-token"}
        defaults = {name: filled(one["default"], {"github": github}) for name, one in action["inputs"].items()}
        context = {"inputs": defaults | given, "github": github, "steps": {}}
        self.environ["GITHUB_EVENT_NAME"] = event_name
        ended = Ended()
        for step in action["runs"]["steps"]:
            self._step(step, context, ended)
        ended.outputs = {name: filled(one["value"], context) for name, one in action["outputs"].items()}
        return ended

    def _step(self, step: dict[str, Any], context: dict[str, Any], ended: Ended) -> None:
        known = {"name", "id", "if", "uses", "with", "run", "shell", "env", "continue-on-error"}
        assert set(step) <= known, f"the tests do not know {set(step) - known}"
        outputs = _Outputs(str)
        if "id" in step:
            context["steps"][step["id"]] = {"outputs": outputs}
        if not self._wanted(step.get("if", "success()"), context, ended):
            return
        if "uses" in step:
            ended.used[step["uses"].split("@")[0]] = {
                name: filled(value, context) for name, value in step["with"].items()
            }
            return
        code = self._script(step, context, ended, outputs)
        if code and not step.get("continue-on-error", False):
            ended.code = ended.code or code

    def _wanted(self, condition: str, context: dict[str, Any], ended: Ended) -> bool:
        if not any(status in condition for status in _STATUS):
            condition = f"success() && ({condition})"
        functions = {"always": lambda: True, "success": lambda: not ended.code, "failure": lambda: bool(ended.code)}
        return bool(evaluate(condition, context, functions))

    def _script(self, step: dict[str, Any], context: dict[str, Any], ended: Ended, outputs: dict[str, str]) -> int:
        assert step["shell"] == "bash"
        assert "${{" not in step["run"]
        files = {name: self._temp / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")}
        for path in files.values():
            path.write_text("", encoding="utf-8")
        script, event = self._temp / "step.sh", self._temp / "event.json"
        script.write_text(step["run"], encoding="utf-8")
        event.write_text(json.dumps(self.event), encoding="utf-8")
        ran = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script],
            cwd=self.workspace,
            env={
                **self.environ,
                **{name: str(path) for name, path in files.items()},
                "PATH": os.pathsep.join(self._path),
                "GITHUB_EVENT_PATH": str(event),
                **{name: filled(value, context) for name, value in step.get("env", {}).items()},
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
        ended.logs[step["name"]] = ran.stdout
        ended.summary += files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
        written = files["GITHUB_OUTPUT"].read_text(encoding="utf-8")
        outputs.update({match["name"]: match["value"] for match in _OUTPUT.finditer(written)})
        assert not _OUTPUT.sub("", written), "something that is no output"
        self._path[:0] = files["GITHUB_PATH"].read_text(encoding="utf-8").split()
        return ran.returncode


def _program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)

"""Runs sso-sync once, and tells the job of it: reports in several formats, the job's summary, annotations, outputs.

It ends with 0 whatever came of the run, and says so in the output `exit-code`; `finish.py` ends the step with it.
"""

from __future__ import annotations

import json
import os
import secrets
import shlex
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from runner import append, given, output, told

_COMMANDS = ("plan", "apply", "drift", "validate", "verify")
_SUFFIXES = {
    "github": "annotations.txt",
    "html": "report.html",
    "json": "report.json",
    "junit": "report.xml",
    "markdown": "report.md",
    "prometheus": "report.prom",
    "sarif": "report.sarif",
    "text": "report.txt",
}
_ALWAYS = ("json", "markdown", "sarif", "github")
_COUNTS = ("create", "update", "delete", "manual", "unknown")
_USAGE, _NOT_FOUND = 64, 127
_SUMMARY_LIMIT = 1024 * 1024  # bytes for one step; GitHub drops a summary that is longer


class WrongInputError(Exception):
    """An input that makes no sense."""


def main() -> int:
    reports = Path(tempfile.mkdtemp(prefix="sso-sync-", dir=os.environ.get("RUNNER_TEMP")))
    former = _seen(_saved())
    try:
        code = _run(_command_line(reports))
    except WrongInputError as problem:
        told("error", str(problem))
        code = _USAGE
    _write_outputs(reports, code, _kept(reports, former))
    if given("ANNOTATIONS") == "true":
        _print_annotations(reports)
    if given("SUMMARY") == "true":
        _write_summary(reports, code)
    return 0


def _command_line(reports: Path) -> list[str]:
    command, plan_file = given("COMMAND"), given("PLAN_FILE")
    if command not in _COMMANDS:
        raise WrongInputError(f"`command` is one of {', '.join(_COMMANDS)}, not {command!r}")
    formats = dict.fromkeys((*_ALWAYS, *_words("REPORTS")))
    unknown = sorted(set(formats) - set(_SUFFIXES))
    if unknown:
        raise WrongInputError(f"`reports` knows {', '.join(_SUFFIXES)}, not {', '.join(unknown)}")
    copies = [word for form in formats for word in ("--also", f"{form}={reports / _SUFFIXES[form]}")]
    saved = ["--out", plan_file] if command == "plan" and plan_file else []
    specs = [plan_file] if command == "apply" and plan_file else _words("SPECS")
    if not specs:
        raise WrongInputError("`specs` names no spec")
    return ["sso-sync", command, "--no-color", *copies, *saved, *_words("ARGS"), "--", *specs]


def _words(name: str) -> list[str]:
    """An input, taken apart as a shell would, but with nothing in it expanded or run."""
    try:
        return shlex.split(given(name))
    except ValueError as problem:
        raise WrongInputError(f"`{name.lower()}` cannot be taken apart: {problem}") from None


class _Interruption:
    """Hands the end of a cancelled job on, which reaches only this process, so that sso-sync ends in good order."""

    def __init__(self) -> None:
        self._program: subprocess.Popen[bytes] | None = None
        self._wanted = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._interrupt)

    def wait_for(self, program: subprocess.Popen[bytes]) -> int:
        """The exit code of the program."""
        self._program = program
        if self._wanted:  # before there was anybody to hand it on to
            program.send_signal(signal.SIGINT)
        return program.wait()

    def _interrupt(self, *_: object) -> None:
        self._wanted = True
        if self._program is not None:
            self._program.send_signal(signal.SIGINT)


def _run(words: list[str]) -> int:
    """The exit code of the program. Names in what it prints could look like commands to the runner, so it is told to
    obey none meanwhile.
    """
    folder, silence = given("WORKING_DIRECTORY") or ".", secrets.token_hex(16)
    print(f"::stop-commands::{silence}", flush=True)
    interruption = _Interruption()
    try:
        code = interruption.wait_for(subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL))
    except OSError as problem:
        print(f"{problem.filename}: {problem.strerror}", flush=True)
        code = _NOT_FOUND
    finally:
        print(f"::{silence}::", flush=True)
    return code if code >= 0 else 128 - code


def _saved() -> Path | None:
    """Where a plan is to be saved."""
    name = given("PLAN_FILE")
    return Path(given("WORKING_DIRECTORY") or ".", name) if given("COMMAND") == "plan" and name else None


def _seen(path: Path | None) -> tuple[int, int] | None:
    """What tells a file from another one of that name; None where there is none."""
    if path is None or not path.is_file():
        return None
    found = path.stat()
    return found.st_ino, found.st_mtime_ns


def _kept(reports: Path, former: tuple[int, int] | None) -> str:
    """The plan that this run saved, of which the reports get a copy; "" when it saved none."""
    path = _saved()
    if path is None or _seen(path) in (None, former):
        return ""
    (reports / "plan.json").write_bytes(path.read_bytes())
    return str(path.absolute())


def _write_outputs(reports: Path, code: int, plan_file: str) -> None:
    output("exit-code", code)
    output("reports", reports)
    for form in ("json", "markdown", "sarif"):
        path = reports / _SUFFIXES[form]
        output(f"report-{form}", path if path.is_file() else "")
    output("plan-file", plan_file)
    document = _document(reports)
    plans, runs = _plans(document), _each(document)
    counts = {key: sum(plan["summary"].get(key, 0) for plan in plans) for key in _COUNTS}
    for key, number in counts.items():
        output(key, number)
    output("refused", sum(len(plan["refusals"]) for plan in plans))
    changes = any(run.get("applied") for run in runs) if given("COMMAND") == "apply" else any(counts.values())
    output("changes", str(changes).lower())


def _document(reports: Path) -> Any:
    try:
        return json.loads((reports / _SUFFIXES["json"]).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _each(document: Any) -> list[dict[str, Any]]:
    """The documents of all connections; the one document, where there is one."""
    return list(document.get("connections", [document]))


def _plans(document: Any) -> list[dict[str, Any]]:
    """The plans among them, also those that applies were made from; a connection that failed has none."""
    plans = [one.get("plan", one) for one in _each(document)]
    return [plan for plan in plans if "summary" in plan]


def _print_annotations(reports: Path) -> None:
    path = reports / _SUFFIXES["github"]
    if path.is_file():
        sys.stdout.write(path.read_text(encoding="utf-8"))
        sys.stdout.flush()


def _write_summary(reports: Path, code: int) -> None:
    path = reports / _SUFFIXES["markdown"]
    ended = f"sso-sync ended with {code} and without a report; the log says why."
    text = path.read_text(encoding="utf-8") if path.is_file() else ended
    taken = Path(os.environ["GITHUB_STEP_SUMMARY"])
    room = _SUMMARY_LIMIT - (taken.stat().st_size if taken.exists() else 0) - 2
    if len(text.encode()) <= room:
        append("GITHUB_STEP_SUMMARY", f"{text}\n")
    else:
        told("notice", "The job's summary has no room for the report.")


if __name__ == "__main__":
    sys.exit(main())

"""The one place where errors end: each becomes a report and an exit code, never a traceback that nobody asked for."""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sso_sync.cli import output
from sso_sync.cli.afterwards import with_afterwards
from sso_sync.cli.logs import logging_to_stderr
from sso_sync.cli.options import Common, Format, LogFormat
from sso_sync.cli.telemetry import traced
from sso_sync.errors import Diagnostic, ExitCode, SsoSyncError, UsageError
from sso_sync.tracing import note

__all__ = ["INTERRUPTED", "guarded", "internal_error"]

INTERRUPTED = 130  # what a shell reports for a program that Ctrl-C ended
log = logging.getLogger("sso_sync.cli")


def guarded(
    said: Mapping[str, Any], run: Callable[[Common], int], *, command: str, formats: Collection[Format] = tuple(Format)
) -> int:
    """Runs a command and answers its exit code.

    `said` are the common options as the command line gave them; their types are checked already. `command` is its name;
    `formats` are those that can tell of its result.
    """
    common = Common(**said)
    with logging_to_stderr(enabled=common.verbose, records=common.log_format is LogFormat.JSON, quiet=common.quiet):
        try:
            _check(common)
            _check_format(common, command, formats)
        except SsoSyncError as problem:
            # What cannot be written to takes no error either.
            return output.fail(replace(common, output=None, also=None), problem.diagnostics, problem.exit_code, command)
        with with_afterwards(), traced(common, command, os.environ):
            code = _run(common, run, command)
            note(exit_code=code)
            return code


def _check(common: Common) -> None:
    if common.verbose and common.quiet:
        raise UsageError.because("--verbose and --quiet exclude each other")
    places = [path.absolute() for path in common.files]
    if len(set(places)) < len(places):
        raise UsageError.because(
            "Two reports are to be written to the same file",
            next_action="Give --output and each --also a file of its own.",
        )
    for path in common.files:
        output.check_writable(path)


def _check_format(common: Common, command: str, formats: Collection[Format]) -> None:
    """Before anything is done: whether this format can tell of the result, and can be written here."""
    if common.format not in formats:
        raise UsageError.because(
            f"{command} has no report in the format {common.format.value}",
            next_action=f"Take one of: {', '.join(form.value for form in Format if form in formats)}.",
        )
    if (lacking := output.lacking(common)) is not None:
        raise SsoSyncError(lacking)


def _run(common: Common, run: Callable[[Common], int], command: str) -> int:
    try:
        return int(run(common))
    except KeyboardInterrupt:
        stopped = Diagnostic("error", "interrupted", next_action="Run it again: both sides are read afresh.")
        return output.fail(common, (stopped,), INTERRUPTED, command)
    except SsoSyncError as problem:
        return output.fail(common, problem.diagnostics, problem.exit_code, command)
    except Exception as problem:
        log.exception("internal error")
        return output.fail(common, (internal_error(problem),), ExitCode.ERROR, command)


def internal_error(problem: Exception) -> Diagnostic:
    """A bug of ours, on one line. Its message may hold anything, so only the log (`-v`) may show it."""
    frames = traceback.extract_tb(problem.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return Diagnostic(
        "error",
        f"internal error: {type(problem).__name__}{where}",
        next_action="Please report this; run it with -v for the traceback.",
    )

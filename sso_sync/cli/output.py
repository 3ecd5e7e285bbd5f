"""Where words go: the result to stdout or a file, everything else to stderr."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from sso_sync.cli import logs
from sso_sync.cli.options import Common, Format
from sso_sync.cli.records import diagnostic_fields
from sso_sync.errors import Diagnostic, ExitCode, Severity, SsoSyncError
from sso_sync.files import write_whole
from sso_sync.report.diagnostics import diagnostic_lines
from sso_sync.report.drawing import draw
from sso_sync.report.formats import FORMATS
from sso_sync.report.interface import Failure, Formatter, Style
from sso_sync.safe import visible

__all__ = [
    "check_writable",
    "complain",
    "deliver",
    "fail",
    "formatter",
    "lacking",
    "note",
    "present",
    "say",
    "stderr_style",
    "stdout_style",
]

_LEVELS: Mapping[Severity, int] = {"error": logging.ERROR, "warning": logging.WARNING, "info": logging.INFO}
_WIDTH = 100
_NARROWEST, _WIDEST = 60, 160


def formatter(common: Common) -> Formatter:
    """The formatter that the user asked for."""
    return FORMATS[common.format.value]


def lacking(common: Common) -> Diagnostic | None:
    """Why a format that was asked for cannot be written here; None where all can."""
    if Format.HTML not in (common.format, *(form for form, _ in common.copies)):
        return None
    from sso_sync.report.html.page import missing

    return missing()


def stdout_style(common: Common, exit_code: int | None = None) -> Style:
    """How to draw the report: colours and the terminal's width only on a terminal. `exit_code` is the run's."""
    style = Style(verbose=common.verbose) if common.output else _style(common, sys.stdout)
    return style if exit_code is None else replace(style, exit_code=int(exit_code))


def stderr_style(common: Common) -> Style:
    """How to draw what goes to stderr; nothing is painted in a log."""
    style = _style(common, sys.stderr)
    return replace(style, colour=False) if logs.as_records() else style


def _style(common: Common, stream: TextIO) -> Style:
    if not stream.isatty():
        return Style(verbose=common.verbose)
    plain = common.no_color or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    width = min(max(shutil.get_terminal_size((_WIDTH, 24)).columns, _NARROWEST), _WIDEST)
    return Style(width=width, colour=not plain, verbose=common.verbose)


def present(common: Common, render: Callable[[Formatter, Style], str], exit_code: int) -> int:
    """Writes the result in the format that was asked for, then in those of `--also`, and answers the run's exit code.

    `render` makes the report of a formatter and a style. A file that cannot be written is told of like that of
    `--output`, and keeps none of the others from being written.
    """
    code = deliver(common, render(formatter(common), stdout_style(common, exit_code)), exit_code)
    return _copied(common, lambda form: render(form, Style(verbose=common.verbose, exit_code=int(exit_code))), code)


def _copied(common: Common, render: Callable[[Formatter], str], exit_code: int) -> int:
    """Writes the files of `--also`."""
    code = int(exit_code)
    for form, path in common.copies:
        try:
            _write_file(path, render(FORMATS[form.value]))
        except SsoSyncError as problem:
            complain(common, problem.diagnostics)
            code = _incomplete(code)
        else:
            note(common, f"The report was written to {path}.")
    return code


def _incomplete(exit_code: int) -> int:
    """The exit code of a run whose report could not be written: no success."""
    return int(exit_code if exit_code not in (ExitCode.OK, ExitCode.CHANGES) else ExitCode.ERROR)


def deliver(common: Common, report: str, exit_code: int) -> int:
    """Writes the result to the file that was named, or to stdout, and answers the run's exit code.

    A report that cannot be written to its file goes to stdout, so that nothing is lost; the run is then no success.
    """
    utf8 = common.format not in (Format.TEXT, Format.MARKDOWN)
    if common.output is None:
        _write(sys.stdout, report, utf8=utf8)
        return int(exit_code)
    try:
        _write_file(common.output, report)
    except SsoSyncError as problem:
        _write(sys.stdout, report, utf8=utf8)
        complain(common, problem.diagnostics)
        return _incomplete(exit_code)
    note(common, f"The report was written to {common.output}.")
    return int(exit_code)


def say(text: str) -> None:
    """Writes to stderr."""
    if not logs.as_records():
        _write(sys.stderr, text)
    elif text.strip():
        logs.tell(logging.INFO, text.strip("\n"))


def note(common: Common, text: str) -> None:
    """A remark on stderr, unless --quiet."""
    if logs.as_records():
        logs.tell(logging.INFO, text)
    elif not common.quiet:
        say(visible(text) + "\n")


def complain(common: Common, diagnostics: Sequence[Diagnostic]) -> None:
    """Diagnostics on stderr, whatever the format of the report."""
    if not logs.as_records():
        say(draw(diagnostic_lines(diagnostics), colour=stderr_style(common).colour))
        return
    for diagnostic in diagnostics:
        logs.tell(_LEVELS[diagnostic.severity], diagnostic.summary, diagnostic_fields(diagnostic))


def fail(common: Common, diagnostics: Sequence[Diagnostic], exit_code: int, command: str | None = None) -> int:
    """Reports a run without a result: on stderr for people, and as a document for whoever asked for one.

    `command` is the word after `sso-sync`, as far as it was understood.
    """
    complain(common, diagnostics)
    if lacking(common) is not None:
        return int(exit_code)
    failure = Failure(tuple(diagnostics), exit_code, command=command)
    if common.format is not Format.TEXT or common.output is not None:
        exit_code = deliver(common, formatter(common).failure(failure, stdout_style(common)), exit_code)
    return _copied(common, lambda form: form.failure(failure, Style(verbose=common.verbose)), exit_code)


def check_writable(path: Path) -> None:
    """Finds out before the work whether the report can be written after it. Raises SsoSyncError when it cannot."""
    folder = next((parent for parent in path.absolute().parents if parent.exists()), None)
    writable = path if path.exists() else folder
    if path.is_dir() or folder is None or not folder.is_dir() or not os.access(writable or folder, os.W_OK):
        raise SsoSyncError.because(
            f"The report cannot be written to {path}",
            detail="It is a folder." if path.is_dir() else "The folder is none, or nothing may be written there.",
            next_action="Name another file with --output, or leave it out to print the report.",
        )


def _write_file(path: Path, report: str) -> None:
    """Writes a whole file or none; a device or a pipe is written to as it is. Raises SsoSyncError."""
    device = Path("/dev") in path.absolute().parents  # /dev/stdout may well be a file by another name
    if not device and (path.is_file() or not path.exists()):
        write_whole(path.resolve(), report)
        return
    try:
        path.write_text(report, encoding="utf-8")
    except OSError as problem:
        raise SsoSyncError.because(f"{path} cannot be written: {problem.strerror}") from problem


def _write(stream: TextIO, text: str, *, utf8: bool = False) -> None:
    """Writes and flushes; a reader that has gone away is no error.

    What the stream's encoding has no letter for is shown as an escape, but what programs read is always UTF-8.
    """
    try:
        stream.flush()
        if utf8 and hasattr(stream, "buffer"):
            stream.buffer.write(text.encode("utf-8"))
        else:
            encoding = stream.encoding or "utf-8"
            stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except BrokenPipeError:
        # Python would complain once more when it closes the stream at exit.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())

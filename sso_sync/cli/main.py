"""The entry point: parses the command line, runs the command, and exits with its code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    import typer

    from sso_sync.cli.options import Common

__all__ = ["main", "run"]

_QUESTION = "_SSO_SYNC_COMPLETE"  # the variable by which a shell asks what could come next
_MAKERS = frozenset({"import", "init"})


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """`sso-sync …`. `argv` is what follows the program's name, by default what the shell gave."""
    sys.exit(run(sys.argv[1:] if argv is None else argv))


def run(argv: Sequence[str]) -> int:
    """Runs one command line and answers its exit code."""
    import typer

    # What stands before the command belongs to sso-sync itself, and so does a shell's question.
    own = not argv or argv[0].startswith("-") or _QUESTION in os.environ
    try:
        code = _command(completion=own).main(args=list(argv), prog_name="sso-sync", standalone_mode=False)
    except typer.TyperException as problem:
        return _misused(problem, argv)
    return int(code or 0)


@cache
def _command(*, completion: bool) -> Any:
    """Typer's command of all commands; whoever runs several command lines in one process makes them once."""
    import typer

    from sso_sync.cli.app import build

    return typer.main.get_command(build(completion=completion))


def _misused(problem: typer.TyperException, argv: Sequence[str]) -> int:
    """A command line that makes no sense: 64, never 2, which means that changes are pending."""
    from sso_sync.cli import output
    from sso_sync.cli.logs import logging_to_stderr
    from sso_sync.cli.options import LogFormat
    from sso_sync.errors import Diagnostic, ExitCode

    context = getattr(problem, "ctx", None)  # only some of Typer's errors know where they happened
    where = context.command_path if context else "sso-sync"
    wrong = Diagnostic("error", problem.format_message(), next_action=f"`{where} --help` shows what there is.")
    said = _said(argv)
    with logging_to_stderr(enabled=False, records=said.log_format is LogFormat.JSON):
        return output.fail(said, (wrong,), ExitCode.USAGE)


def _said(argv: Sequence[str]) -> Common:
    """What can be told about the output from a command line that could not be parsed."""
    from sso_sync.cli.options import LOG_FORMAT_VARIABLE, Common, Format, LogFormat

    words = list(argv)[: argv.index("--") if "--" in argv else None]
    form, path = _value(words, "--format"), _value(words, "--output")
    log = _value(words, "--log-format") or os.environ.get(LOG_FORMAT_VARIABLE)
    if _MAKERS.intersection(words):
        path = None  # there `--output` names a spec, which no error may overwrite
    return Common(
        format=Format(form) if form in set(Format) else Format.TEXT,
        output=Path(path) if path and form in set(Format) else None,
        no_color="--no-color" in words,
        log_format=LogFormat(log) if log in set(LogFormat) else LogFormat.TEXT,
    )


def _value(words: Sequence[str], option: str) -> str | None:
    """The value of `--option value` or `--option=value`."""
    joined = [word.removeprefix(f"{option}=") for word in words if word.startswith(f"{option}=")]
    apart = [value for word, value in pairwise(words) if word == option]
    return next(iter((*joined, *apart)), None)

"""The options that every command has, defined once, and the decorator that gives them to a command.

This module is imported for `--help`, so it imports nothing heavy.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Concatenate, ParamSpec

import typer

__all__ = ["Common", "Format", "GroupHelp", "Overrides", "Specs", "with_common"]

P = ParamSpec("P")


class Format(StrEnum):
    """The formats that a report can be written in."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True)
class Common:
    """What the user said about the output, whatever the command."""

    format: Annotated[Format, typer.Option("--format", help="How the report is written.")] = Format.TEXT
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Write the report to FILE instead of stdout.")
    ] = None
    no_color: Annotated[bool, typer.Option("--no-color", help="No colours; so does the variable NO_COLOR.")] = False
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log every request to stderr; shorten nothing.")] = (
        False
    )
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and no notes on stderr.")] = False


def _print_help(context: typer.Context, asked: bool) -> None:
    if asked:
        typer.echo(context.get_help())
        raise typer.Exit


# For groups. Typer's own option would have it load pydantic for the help of every command below the group.
GroupHelp = Annotated[
    bool, typer.Option("--help", "-h", help="Show this message and exit.", callback=_print_help, is_eager=True)
]
Specs = Annotated[list[str], typer.Argument(metavar="SPEC", help="Spec files, or folders of them.", show_default=False)]
Overrides = Annotated[
    list[str] | None,
    typer.Option("--override", metavar="GUARD", help="Pass this one guard, by the name in its refusal; repeatable."),
]


def with_common(run: Callable[Concatenate[Common, P], int]) -> Callable[..., int]:
    """Turns `run(common, …)` into a command: the common options follow its own, and its errors become reports."""

    @functools.wraps(run)
    def command(*args: P.args, **kwargs: P.kwargs) -> int:
        from sso_sync.cli.boundary import guarded  # noqa: PLC0415 - not needed for --help

        said = {field.name: kwargs.pop(field.name) for field in fields(Common)}
        return guarded(said, lambda common: run(common, *args, **kwargs))

    own = list(inspect.signature(run, eval_str=True).parameters.values())[1:]
    shared = inspect.signature(Common, eval_str=True).parameters.values()
    keywords = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in (*own, *shared)]
    vars(command)["__signature__"] = inspect.Signature(keywords, return_annotation=int)
    return command

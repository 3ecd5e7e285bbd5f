"""The options that every command has, defined once.

This module is imported for `--help`, so it imports nothing heavy.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["AutoApprove", "Common", "Format", "GroupHelp", "LockTimeout", "Overrides", "Specs"]


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


def _known_guards(names: list[str] | None) -> list[str] | None:
    """Refuses a guard that does not exist: a misspelt override must not look as if it had been taken."""
    if names:
        from sso_sync.plan.refusals import GUARDS

        for name in names:
            if name not in GUARDS:
                raise typer.BadParameter(f"there is no guard {name!r}; the guards are {', '.join(sorted(GUARDS))}")
    return names


Overrides = Annotated[
    list[str] | None,
    typer.Option(
        "--override",
        metavar="GUARD",
        help="Pass this one guard, by the name in its refusal; repeatable.",
        callback=_known_guards,
    ),
]
AutoApprove = Annotated[
    bool, typer.Option("--auto-approve", help="Do not ask; without a terminal to ask on, apply needs this.")
]
LockTimeout = Annotated[
    float,
    typer.Option(
        "--lock-timeout", metavar="SECONDS", min=0, help="Wait so long for another run on the same connection to end."
    ),
]

"""The options that every command has, defined once.

This module is imported for `--help`, so it imports nothing heavy.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "AutoApprove",
    "Common",
    "DriverName",
    "Force",
    "Format",
    "GroupHelp",
    "Ignores",
    "LockTimeout",
    "Overrides",
    "Rewrites",
    "RotationOverrides",
    "SpecOutput",
    "Specs",
]


class Format(StrEnum):
    """The formats that a report can be written in."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    PROMETHEUS = "prometheus"

    @property
    def for_people(self) -> bool:
        """Whether a person reads it: then everything that there is to say is in it."""
        return self not in (Format.JSON, Format.SARIF, Format.JUNIT, Format.GITHUB, Format.PROMETHEUS)


class DriverName(StrEnum):
    """The ways to JustCall's settings (DESIGN §5)."""

    BROWSER = "browser"
    HTTP = "http"
    ATTESTED = "attested"


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


def _known_checks(names: list[str] | None) -> list[str] | None:
    """The same for a rotation, which has checks of its own besides the guards."""
    if names:
        from sso_sync.plan.checks.rotation import CHECKS

        _known_guards([name for name in names if name not in CHECKS])
    return names


def _guard_names(incomplete: str) -> list[str]:
    """For the shell's completion."""
    from sso_sync.plan.refusals import GUARDS

    return sorted(name for name in GUARDS if name.startswith(incomplete))


def _check_names(incomplete: str) -> list[str]:
    """The same for a rotation's checks."""
    from sso_sync.plan.checks.rotation import CHECKS

    return sorted({*_guard_names(incomplete), *(name for name in CHECKS if name.startswith(incomplete))})


RotationOverrides = Annotated[
    list[str] | None,
    typer.Option(
        "--override",
        metavar="CHECK",
        help="Pass this one check or guard, by the name in its refusal; repeatable.",
        callback=_known_checks,
        autocompletion=_check_names,
    ),
]
Overrides = Annotated[
    list[str] | None,
    typer.Option(
        "--override",
        metavar="GUARD",
        help="Pass this one guard, by the name in its refusal; repeatable.",
        callback=_known_guards,
        autocompletion=_guard_names,
    ),
]
Rewrites = Annotated[
    list[str] | None,
    typer.Option(
        "--rewrite",
        metavar="ADDRESS",
        help="Write the value at ADDRESS again although it means the same, as doctor may advise; repeatable.",
    ),
]


def _ignorable(patterns: list[str] | None) -> list[str] | None:
    """Refuses an address that cannot be ignored: a misspelt one must not look as if it had been taken."""
    if patterns:
        from sso_sync.spec.patterns import IGNORABLE, fault, unignorable

        for pattern in patterns:
            why = unignorable(pattern) or fault(pattern)
            if why is not None:
                raise typer.BadParameter(f"{pattern!r} cannot be ignored: {why}. {IGNORABLE}")
    return patterns


Ignores = Annotated[
    list[str] | None,
    typer.Option(
        "--ignore",
        metavar="ADDRESS",
        help="Leave what differs at ADDRESS as it is, in this run; `*` stands for one name; repeatable.",
        callback=_ignorable,
    ),
]
SpecOutput = Annotated[
    Path | None, typer.Option("--output", metavar="FILE", help="Write the spec to FILE instead of stdout.")
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite the file that --output names.")]
AutoApprove = Annotated[
    bool, typer.Option("--auto-approve", help="Do not ask; without a terminal to ask on, apply needs this.")
]
LockTimeout = Annotated[
    float,
    typer.Option(
        "--lock-timeout", metavar="SECONDS", min=0, help="Wait so long for another run on the same connection to end."
    ),
]

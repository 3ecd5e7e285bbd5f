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
    "LOG_FORMAT_VARIABLE",
    "PARALLEL",
    "AutoApprove",
    "Budget",
    "ChangedSince",
    "Common",
    "DriverName",
    "Force",
    "Format",
    "GroupHelp",
    "Ignores",
    "LockTimeout",
    "LogFormat",
    "NoNotify",
    "Only",
    "Overrides",
    "Parallel",
    "Rewrites",
    "RotationOverrides",
    "ShardOf",
    "SpecOutput",
    "Specs",
]


LOG_FORMAT_VARIABLE = "SSO_SYNC_LOG_FORMAT"


class Format(StrEnum):
    """The formats that a report can be written in."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    PROMETHEUS = "prometheus"

    @property
    def for_people(self) -> bool:
        """Whether a person reads it: then everything that there is to say is in it."""
        return self not in (Format.JSON, Format.SARIF, Format.JUNIT, Format.GITHUB, Format.PROMETHEUS)


class LogFormat(StrEnum):
    """How stderr is written."""

    TEXT = "text"
    JSON = "json"


class DriverName(StrEnum):
    """The ways to JustCall's settings (DESIGN §5)."""

    BROWSER = "browser"
    HTTP = "http"
    ATTESTED = "attested"


def _formats_and_files(values: list[str] | None) -> list[str] | None:
    """Refuses what is no `FORMAT=FILE`, before any work is done for it."""
    for value in values or ():
        form, _, path = value.partition("=")
        if form not in set(Format) or not path:
            raise typer.BadParameter(f"{value!r} is no FORMAT=FILE; the formats are {', '.join(Format)}")
    return values


@dataclass(frozen=True, slots=True)
class Common:
    """What the user said about the output, whatever the command."""

    format: Annotated[Format, typer.Option("--format", help="How the report is written.")] = Format.TEXT
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Write the report to FILE instead of stdout.")
    ] = None
    also: Annotated[
        list[str] | None,
        typer.Option(
            "--also",
            metavar="FORMAT=FILE",
            help="Write the same report to FILE in another format, too; repeatable.",
            callback=_formats_and_files,
        ),
    ] = None
    no_color: Annotated[bool, typer.Option("--no-color", help="No colours; so does the variable NO_COLOR.")] = False
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log every request to stderr; shorten nothing.")] = (
        False
    )
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and no notes on stderr.")] = False
    log_format: Annotated[
        LogFormat,
        typer.Option("--log-format", envvar=LOG_FORMAT_VARIABLE, help="How stderr is written; json: an object a line."),
    ] = LogFormat.TEXT

    @property
    def copies(self) -> tuple[tuple[Format, Path], ...]:
        """What `--also` asks for: each format with its file."""
        parted = (value.partition("=") for value in self.also or ())
        return tuple((Format(form), Path(path)) for form, _, path in parted)

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that a report is to be written to."""
        return (*(() if self.output is None else (self.output,)), *(path for _, path in self.copies))


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
        from sso_sync.plan.guard_names import GUARDS

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
    from sso_sync.plan.guard_names import GUARDS

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
Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only", metavar="NAME", help="Only the connection of this name; `*` stands for anything; repeatable."
    ),
]
ChangedSince = Annotated[
    str | None,
    typer.Option(
        "--changed-since",
        metavar="GITREF",
        help="Only specs that changed since the branch left GITREF, or whose bases, page map or attestation did.",
    ),
]
Parallel = Annotated[
    int, typer.Option("--parallel", metavar="N", min=1, max=256, help="How many connections run at the same time.")
]
Budget = Annotated[
    int | None,
    typer.Option("--budget", metavar="N", min=1, help="Send each OneLogin account N requests in this run at most."),
]
PARALLEL = 16
AutoApprove = Annotated[
    bool, typer.Option("--auto-approve", help="Do not ask; without a terminal to ask on, apply needs this.")
]
NoNotify = Annotated[
    bool, typer.Option("--no-notify", help="Notify nobody of this run, whatever SSO_SYNC_NOTIFY says.")
]


def _a_shard(text: str | None) -> str | None:
    """Refuses what is no shard before anything is looked for."""
    if text is not None:
        from sso_sync.spec.shard import Shard

        try:
            Shard.parse(text)
        except ValueError as problem:
            raise typer.BadParameter(f"{text!r}: {problem}") from None
    return text


ShardOf = Annotated[
    str | None,
    typer.Option(
        "--shard",
        metavar="I/N",
        help="Work on the connections of shard I of N, counted from 0; specs of one OneLogin account stay together. "
        "Default: SSO_SYNC_SHARD, or JOB_COMPLETION_INDEX of SSO_SYNC_SHARDS.",
        show_default=False,
        callback=_a_shard,
    ),
]
LockTimeout = Annotated[
    float,
    typer.Option(
        "--lock-timeout", metavar="SECONDS", min=0, help="Wait so long for another run on the same connection to end."
    ),
]

"""The command line as Typer sees it: every command, and what `sso-sync` does without one."""

from __future__ import annotations

from typing import Annotated

import typer

from sso_sync import __version__
from sso_sync.cli.commands import browser, sandbox
from sso_sync.cli.commands.apply import apply
from sso_sync.cli.commands.attest import attest
from sso_sync.cli.commands.doctor import doctor
from sso_sync.cli.commands.drift import drift
from sso_sync.cli.commands.history import history
from sso_sync.cli.commands.import_ import import_
from sso_sync.cli.commands.init import init
from sso_sync.cli.commands.plan import plan
from sso_sync.cli.commands.report import report
from sso_sync.cli.commands.rotate import rotate_certificate
from sso_sync.cli.commands.schema import schema
from sso_sync.cli.commands.undo import undo
from sso_sync.cli.commands.validate import validate
from sso_sync.cli.commands.verify import verify
from sso_sync.cli.options import GroupHelp
from sso_sync.errors import ExitCode

__all__ = ["build"]

_HELP = """Keep single sign-on between OneLogin and JustCall as a YAML spec says.

\b
Example:
  sso-sync validate specs/justcall.yaml
  sso-sync plan specs/justcall.yaml
  sso-sync apply specs/justcall.yaml

\b
Exit codes:
   0  done, or in sync             4  saved plan is stale
   1  error                        5  locked by another run
   2  drift, or changes pending    6  a side is unreachable or
      (plan --detailed-exitcode)      refuses the credentials
   3  refused by a guard           7  partially applied
  64  wrong command line
"""


def build(*, completion: bool = True) -> typer.Typer:
    """A fresh application; nothing of it lives at import time.

    `completion`: with the options that install and show the shell's completion. They make Typer load what takes time.
    """
    app = typer.Typer(
        help=_HELP,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=completion,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True, add_help_option=False)(_root)
    daily = (init, validate, plan, apply, drift, report, attest, history, undo)
    for command in (*daily, verify, doctor, rotate_certificate, schema):
        app.command()(command)
    app.command("import")(import_)
    app.add_typer(browser.build(), name="browser")
    app.add_typer(sandbox.build(), name="sandbox")
    return app


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"sso-sync {__version__}")
        raise typer.Exit


def _root(
    context: typer.Context,
    *,
    version: Annotated[  # noqa: ARG001 - its callback does the work
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
    show_help: GroupHelp = False,  # noqa: ARG001 - as above
) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(ExitCode.USAGE)

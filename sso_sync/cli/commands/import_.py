"""`sso-sync import`: a spec from what is there. Writes nothing on either side."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sso_sync.cli.command import writing_a_spec
from sso_sync.cli.options import Common, DriverName, Force

if TYPE_CHECKING:
    from sso_sync.errors import Diagnostic
    from sso_sync.importing import Account, Imported

__all__ = ["import_"]

App = Annotated[str, typer.Option("--app", metavar="NAME|ID", help="The app in OneLogin, by its name or its id.")]
Subdomain = Annotated[
    str | None, typer.Option("--subdomain", metavar="NAME", help="acme, for https://acme.onelogin.com.")
]
Url = Annotated[str | None, typer.Option("--url", metavar="URL", help="The OneLogin account, instead of --subdomain.")]
Name = Annotated[
    str | None,
    typer.Option("--connection", metavar="NAME", help="Name of the connection; by default made of the app's name."),
]
Driver = Annotated[DriverName, typer.Option("--driver", help="How JustCall is reached.")]
JustCallUrl = Annotated[
    str | None, typer.Option("--justcall-url", metavar="URL", help="The gateway (http) or the web app (browser).")
]


@writing_a_spec
def import_(
    common: Common,
    output: Path | None,
    *,
    app: App,
    subdomain: Subdomain = None,
    url: Url = None,
    connection: Name = None,
    driver: Driver = DriverName.ATTESTED,
    justcall_url: JustCallUrl = None,
    force: Force = False,
) -> int:
    """Write a spec of a connection that exists already.

    Reads both sides and writes the smallest spec that plans to no changes: what is as the set-up guide says is left
    out, what differs is written, and comments say what is unmanaged. Secrets are never written: they become
    `!env NAME`, and the names are listed. An app that no connection has marked yet is adopted by the first apply, which
    adds a line to the app's notes: the one change that plan shows. Without --output the spec is printed.

    With --driver attested JustCall is not read; its ACS URL and Entity ID are then taken from the app.

    \b
    Exit code: 0 when the spec was written, 6 when it was and JustCall could not be read.

    \b
    Examples:
      sso-sync import --subdomain acme --app JustCall --output specs/justcall.yaml
      sso-sync import --subdomain acme --app 123456 --driver browser
      sso-sync import --url https://acme.onelogin.com --app JustCall --driver http --justcall-url https://sso.acme.example
    """
    from sso_sync import importing
    from sso_sync.cli import spec_file
    from sso_sync.cli.progress import progress

    spec_file.may_write(output, force=force)
    account = _account(app=app, name=connection, subdomain=subdomain, url=url, driver=driver, justcall_url=justcall_url)
    place = output or Path(f"{account.name or 'justcall'}.yaml")
    with progress(common) as watcher:
        made = importing.import_spec(
            account, int(app) if account.pinned else app, path=place, environ=os.environ, progress=watcher
        )
    return _delivered(common, output, made)


def _delivered(common: Common, output: Path | None, made: Imported) -> int:
    from sso_sync.cli import spec_file
    from sso_sync.errors import ExitCode
    from sso_sync.marked.words import dotted
    from sso_sync.plan.importing.written import text

    return spec_file.deliver(
        common,
        output,
        text(made.document),
        facts={
            "name": made.name,
            "adopts": made.adopts,
            "unmanaged": list(made.remarks),
            "environment": {name: dotted(path) for name, path in made.variables.items()},
        },
        findings=_findings(made),
        exit_code=ExitCode.UNAVAILABLE if made.unread else ExitCode.OK,
    )


def _account(
    *, app: str, name: str | None, subdomain: str | None, url: str | None, driver: DriverName, justcall_url: str | None
) -> Account:
    """What the options say. Raises UsageError for what makes no sense together."""
    import re

    from sso_sync.cli import spec_file
    from sso_sync.errors import UsageError
    from sso_sync.importing import NAME, Account

    spec_file.one_account(subdomain, url)
    spec_file.checked_url("--justcall-url", justcall_url)
    if subdomain is not None and re.fullmatch("[a-z0-9][a-z0-9-]*", subdomain) is None:
        raise UsageError.because("--subdomain is the first word of the address: acme for https://acme.onelogin.com")
    if name is not None and re.fullmatch(NAME, name) is None:
        raise UsageError.because("--connection takes a name of lower-case letters, digits and inner hyphens")
    if driver is DriverName.HTTP and justcall_url is None:
        raise UsageError.because("--driver http needs --justcall-url, the address of the gateway")
    if driver is DriverName.ATTESTED and justcall_url is not None:
        raise UsageError.because("--justcall-url is for --driver http or browser; with attested nobody asks JustCall")
    pinned = re.fullmatch("[1-9][0-9]{0,17}", app) is not None
    return Account(name, subdomain, url, driver.value, justcall_url, pinned)


def _findings(made: Imported) -> tuple[Diagnostic, ...]:
    """What is worth a word beside the spec: variables to set, the mark, and what the guards say of the live state."""
    from sso_sync.errors import Diagnostic

    found = []
    if made.unread:
        found.append(Diagnostic("warning", f"JustCall was not read: {made.unread}"))
    if made.adopts:
        summary = "The app carries no ownership mark yet: plan shows one change, in its notes"
        found.append(Diagnostic("info", summary, next_action="apply makes it; nothing else is changed."))
    if made.variables:
        names = ", ".join(made.variables)
        found.append(
            Diagnostic(
                "warning",
                f"What looks like a secret was not written; the spec takes it from {names}",
                next_action="Set these variables to the values in OneLogin's console before you plan.",
            )
        )
    return (*found, *made.objections)

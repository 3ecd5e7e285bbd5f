"""`sso-sync browser`: the browser that drives JustCall's pages, and the session it does so with."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from sso_sync.cli.command import with_documents
from sso_sync.cli.options import Common, GroupHelp, Specs

__all__ = ["build"]

Spec = Annotated[str, typer.Argument(metavar="SPEC", help="The spec of the connection.", show_default=False)]
Check = Annotated[bool, typer.Option("--check", help="Try it against JustCall's settings page, read-only.")]
Timeout = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", min=1, max=86400, help="Wait so long for somebody to sign in.")
]


def build() -> typer.Typer:
    """The group of commands."""
    group = typer.Typer(help="The browser for JustCall's pages, and its session.", rich_markup_mode=None)
    group.callback(add_help_option=False)(_group)
    for command in (login, status, install):
        group.command()(command)
    group.command("map")(page_map)
    return group


def _group(*, show_help: GroupHelp = False) -> None:
    del show_help  # its callback does the work


@with_documents
def login(common: Common, spec: Spec, *, timeout: Timeout = 600) -> int:
    """Sign in to JustCall, and keep the session.

    Opens a browser window. Sign in there as you always do: password, single sign-on, a second factor. No password is
    asked for or stored; JustCall's cookies and local storage go into a file that only you can read.

    \b
    Example:
      sso-sync browser login specs/justcall.yaml
    """
    from sso_sync.cli import browser_login, fleet, output
    from sso_sync.cli.browser_app import check_driven
    from sso_sync.cli.browser_report import signed_in
    from sso_sync.errors import ExitCode

    connection = fleet.Fleet().open(Path(spec))
    check_driven(connection)
    try:
        saved = browser_login.login(common, connection, os.environ, patience=timeout)
    except KeyboardInterrupt:
        return browser_login.interrupted(common)
    return output.deliver(common, signed_in(common, saved), ExitCode.OK)


@with_documents
def status(common: Common, specs: Specs) -> int:
    """Show whether browser and sessions are ready.

    Talks to nobody: whether JustCall still accepts a session turns out when it is used. Exits with 0 if all is ready,
    1 without a browser, 6 without a usable session.

    \b
    Example:
      sso-sync browser status specs/
    """
    from sso_sync.cli import browser_status, fleet, output
    from sso_sync.cli.boundary import INTERRUPTED
    from sso_sync.cli.browser_report import status_report
    from sso_sync.errors import ExitCode, worst

    tools = browser_status.tools(os.environ)
    opened = fleet.Fleet()
    run = fleet.run(fleet.find(specs), lambda path: browser_status.of(opened.open(path), os.environ))
    stopped = run.exit_code == INTERRUPTED
    code = run.exit_code if stopped else worst((tools.exit_code, ExitCode(run.exit_code)))
    return output.deliver(common, status_report(common, tools, run.reports), code)


@with_documents
def install(common: Common) -> int:
    """Find a browser, or download one.

    Chrome, Chromium or Edge will do. Without one, Playwright downloads a Chromium into its own folder.

    \b
    Example:
      sso-sync browser install
    """
    from sso_sync.cli import output
    from sso_sync.cli.browser_report import installed
    from sso_sync.errors import ExitCode
    from sso_sync.justcall.browser.install import install_browser, require_playwright

    require_playwright()
    found = install_browser(
        os.environ, before_download=lambda: output.note(common, "Downloading Chromium; this takes a while.")
    )
    return output.deliver(common, installed(common, found), ExitCode.OK)


@with_documents
def page_map(common: Common, spec: Spec, *, check: Check = False) -> int:
    """Show the page map, or try it against the page.

    The page map says by which roles and names the elements of JustCall's pages are known. Without --check it is printed
    as it is in force for SPEC: copy what differs on your page into a file, and name that in justcall.page_map. With
    --check the settings page is opened and each entry is looked for; nothing is changed. Exits with 1 if one does not
    fit.

    \b
    Examples:
      sso-sync browser map specs/justcall.yaml
      sso-sync browser map specs/justcall.yaml --check
    """
    from sso_sync.cli import fleet, map_report, output
    from sso_sync.errors import ExitCode
    from sso_sync.wiring import map_check
    from sso_sync.wiring import page_map as maps

    connection = fleet.Fleet().open(Path(spec))
    if not check:
        return output.deliver(common, map_report.shown_map(common, maps.page_map(connection)), ExitCode.OK)
    checked = map_check.checked_map(connection, os.environ)
    code = ExitCode.OK if checked.ok else ExitCode.ERROR
    return output.deliver(common, map_report.checked_map(common, checked), code)

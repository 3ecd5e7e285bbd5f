"""`sso-sync verify`: whether a login can work. Writes nothing on either side."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sso_sync.cli.command import with_common
from sso_sync.cli.options import Common, Specs

if TYPE_CHECKING:
    from sso_sync.errors import ExitCode
    from sso_sync.plan.checks.model import Verification

__all__ = ["verify"]

Probe = Annotated[
    str | None,
    typer.Option("--probe", metavar="EMAIL", help="Ask JustCall's login page to sign EMAIL in, without signing in."),
]


@with_common
def verify(common: Common, specs: Specs, *, probe: Probe = None) -> int:
    """Check that a login can work, and change nothing.

    With --probe a browser opens JustCall's public login page, chooses SSO and types EMAIL. The request that would
    leave for OneLogin is read and never sent: it says what JustCall calls itself, where it wants the answer, and whom
    it asks. No JustCall session is needed, and nobody is signed in.

    \b
    Example:
      sso-sync verify specs/justcall.yaml --probe olivia@acme.example
    """
    from sso_sync import engine
    from sso_sync.cli import fleet, output
    from sso_sync.cli.progress import progress

    email = _email(probe)
    opened = fleet.Fleet()
    with progress(common) as watcher:

        def one(path: Path) -> tuple[Verification, ExitCode]:
            made = engine.verify(opened.open(path), email, environ=os.environ, progress=watcher)
            return made, made.exit_code

        run = fleet.run(fleet.find(specs), one)
    report = output.formatter(common).verifications(run.reports, output.stdout_style(common), several=run.several)
    return output.deliver(common, report, run.exit_code)


def _email(probe: str | None) -> str:
    """The address to type. Raises UsageError for none, and for what is none."""
    from sso_sync.errors import UsageError
    from sso_sync.justcall.browser.told import EMAIL

    if probe is None:
        raise UsageError.because(
            "verify needs --probe EMAIL",
            detail="The other checks of verify are not part of this release.",
            next_action="Name the e-mail of somebody who signs in to JustCall with SSO: --probe olivia@acme.example",
        )
    if not EMAIL.fullmatch(probe):
        raise UsageError.because("--probe takes one e-mail address", next_action="For example olivia@acme.example")
    return probe

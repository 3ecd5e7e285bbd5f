"""`sso-sync verify`: whether a login can work. Writes nothing on either side."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sso_sync.cli.command import with_common
from sso_sync.cli.options import Common, ShardOf, Specs

if TYPE_CHECKING:
    from sso_sync.errors import ExitCode
    from sso_sync.plan.checks.model import Verification
    from sso_sync.progress import Progress
    from sso_sync.spec.connection import Connection

__all__ = ["verify"]

Probe = Annotated[
    str | None,
    typer.Option("--probe", metavar="EMAIL", help="Ask JustCall's login page to sign EMAIL in, without signing in."),
]
NoProbe = Annotated[bool, typer.Option("--no-probe", help="Leave JustCall's login page out.")]
Require = Annotated[
    list[str] | None,
    typer.Option(
        "--require",
        metavar="CHECK",
        help="Fail if this check, or group of checks (assertion, probe, …), was not set up; repeatable.",
    ),
]


@with_common
def verify(
    common: Common,
    specs: Specs,
    *,
    probe: Probe = None,
    no_probe: NoProbe = False,
    require: Require = None,
    shard: ShardOf = None,
) -> int:
    """Check that a login can work, and change nothing.

    Both sides are read and held against each other; so are the metadata that OneLogin publishes, and the certificates.
    With ONELOGIN_TEST_USER and ONELOGIN_TEST_PASSWORD in the environment (and ONELOGIN_TEST_OTP for MFA) that user
    signs in to OneLogin, and the assertion is judged by what JustCall holds. That proves a login.

    If there is a browser, it opens JustCall's public login page, chooses SSO and types the test user's e-mail, or the
    one that --probe names. The request that would leave for OneLogin is read and never sent. Nobody is signed in.

    What was not set up does not fail the run, unless --require names it.

    \b
    Example:
      sso-sync verify specs/justcall.yaml --require assertion
      sso-sync verify specs/justcall.yaml --probe olivia@acme.example
    """
    from sso_sync import engine
    from sso_sync.cli import fleet, output
    from sso_sync.cli.selection import select
    from sso_sync.cli.sharding import share

    email = _email(probe, refused=no_probe)
    wanted = _required(require or [], probe=not no_probe)
    shared = share(select(specs), shard, os.environ)

    def one(_path: Path, connection: Connection, progress: Progress) -> tuple[Verification, ExitCode]:
        made = engine.verify(
            connection, email, environ=os.environ, probe=not no_probe, require=wanted, progress=progress
        )
        return made, made.exit_code

    run = fleet.in_turns(common, shared.selection, shared.opener(fleet.Fleet().open), one)
    return output.present(
        common, lambda form, style: form.verifications(run.reports, style, several=run.several), run.exit_code
    )


def _email(probe: str | None, *, refused: bool) -> str | None:
    """The address to type, if one was named. Raises UsageError for what is none."""
    from sso_sync.errors import UsageError
    from sso_sync.justcall.browser.told import EMAIL

    if probe is None:
        return None
    if refused:
        raise UsageError.because("--probe and --no-probe exclude each other")
    if not EMAIL.fullmatch(probe):
        raise UsageError.because("--probe takes one e-mail address", next_action="For example olivia@acme.example")
    return probe


def _required(names: list[str], *, probe: bool) -> frozenset[str]:
    """The names after --require. Raises UsageError for one that no check has: it would be required in vain."""
    from sso_sync.errors import UsageError
    from sso_sync.plan.checks.names import NAMES

    unknown = [name for name in names if name not in NAMES]
    if unknown:
        raise UsageError.because(
            f"--require {unknown[0]}: there is no such check",
            next_action=f"Name one of: {', '.join(sorted(NAMES))}.",
        )
    if "probe" in names and not probe:
        raise UsageError.because("--require probe and --no-probe exclude each other")
    return frozenset(names)

"""`sso-sync doctor`: why logins fail, and what to change. Writes nothing on either side."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from sso_sync.cli.command import with_common
from sso_sync.cli.options import Common

if TYPE_CHECKING:
    from sso_sync.spec.connection import Connection

__all__ = ["doctor"]

Spec = Annotated[str | None, typer.Argument(metavar="SPEC", help="A spec file.", show_default=False)]
Symptom = Annotated[
    str | None, typer.Option("--symptom", metavar="TEXT", help="What people are told when it fails, in any words.")
]
Response = Annotated[
    str | None,
    typer.Option(
        "--response",
        metavar="FILE",
        help="A captured SAML response: XML, base64, a form body, or a HAR file; - for stdin.",
    ),
]
User = Annotated[str | None, typer.Option("--user", metavar="EMAIL", help="Whose login fails.")]
At = Annotated[
    str | None,
    typer.Option("--at", metavar="MOMENT", help="When JustCall got the response, such as 2026-03-01T12:04Z."),
]


@with_common
def doctor(
    common: Common,
    spec: Spec = None,
    *,
    symptom: Symptom = None,
    response: Response = None,
    user: User = None,
    at: At = None,
) -> int:
    """Find out why logins fail, and what to change.

    Reads both sides and compares them with what is known to break logins. Every hint helps and none is needed. The
    report names each thing that is wrong, the surest cause first: the evidence, the place to change, and what heals it.
    Without SPEC, --response is examined by itself and nobody is asked.

    Exit code: 0 when nothing was found, 1 when something was, 6 when nothing was but a side could not be read.

    \b
    Examples:
      sso-sync doctor specs/justcall.yaml
      sso-sync doctor specs/justcall.yaml --symptom "Invalid audience"
      sso-sync doctor specs/justcall.yaml --user bob@acme.example
      sso-sync doctor --response login.har
    """
    from sso_sync import engine
    from sso_sync.cli import output
    from sso_sync.cli.captured import captured
    from sso_sync.cli.progress import progress
    from sso_sync.cli.told import email, moment
    from sso_sync.errors import UsageError

    if spec is None and response is None:
        raise UsageError.because(
            "doctor needs a SPEC, or --response FILE",
            next_action="For example: sso-sync doctor specs/justcall.yaml --symptom 'Invalid audience'",
        )
    found = captured(response) if response is not None else ()
    complaint = engine.Complaint(
        symptom=symptom,
        user=email(user),
        response=found[-1] if found else None,
        at=moment(at),
        several=max(len(found), 1),
    )
    with progress(common) as watcher:
        report = engine.diagnose(_opened(spec), complaint, environ=os.environ, progress=watcher)
    return output.present(common, lambda form, style: form.examination(report, style), report.exit_code)


def _opened(spec: str | None) -> Connection | None:
    """The connection of the one spec. Raises SpecError, and UsageError for a folder of several."""
    from sso_sync.cli import fleet
    from sso_sync.errors import UsageError

    if spec is None:
        return None
    paths = fleet.find([spec])
    if len(paths) > 1:
        raise UsageError.because(
            f"doctor looks at one spec; {spec} holds {len(paths)}", next_action=f"Name one of them: {paths[0]}"
        )
    return fleet.Fleet().open(paths[0])

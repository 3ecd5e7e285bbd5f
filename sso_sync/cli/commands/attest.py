"""`sso-sync attest`: a person puts their name to what they entered in JustCall."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from sso_sync.cli.command import with_common
from sso_sync.cli.options import Common

__all__ = ["attest"]

Spec = Annotated[str, typer.Argument(metavar="SPEC", help="The spec of the connection.", show_default=False)]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who entered the values in JustCall.")]
ValidDays = Annotated[
    int, typer.Option("--valid-days", metavar="DAYS", min=1, max=3650, help="After this many days, look again.")
]
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help="Anything worth remembering.")]


@with_common
def attest(common: Common, spec: Spec, *, by: By, valid_days: ValidDays = 90, note: Note = None) -> int:
    """Record what a person entered in JustCall.

    For the driver `attested`: NAME vouches that JustCall holds exactly the values that apply printed.

    \b
    Example:
      sso-sync attest specs/justcall.yaml --by "Ann Lee" --note "ticket 4711"
    """
    from sso_sync import engine
    from sso_sync.cli import fleet, output
    from sso_sync.clock import utc_now
    from sso_sync.errors import ExitCode
    from sso_sync.justcall import attestation
    from sso_sync.justcall.sealed import seal
    from sso_sync.report.interface import Attested

    connection = fleet.Fleet().open(Path(spec))
    values = {
        # What came from the environment must not end up in a file that is committed.
        field: seal(field, value) if connection.is_sensitive(("justcall", "sso", field.value)) else value
        for field, value in engine.handover(connection, environ=os.environ).items()
    }
    record = attestation.attest(connection.name, by, values, now=utc_now(), days=valid_days, note=note)
    path = attestation.location(connection.path, connection.name)
    attestation.save(path, record)
    return output.present(common, lambda form, style: form.attested(Attested(record, path), style), ExitCode.OK)

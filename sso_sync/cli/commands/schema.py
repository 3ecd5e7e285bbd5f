"""`sso-sync schema`: the JSON Schemas of the spec and of the output, for editors and scripts."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from sso_sync.cli.command import with_common
from sso_sync.cli.options import Common, Format

__all__ = ["schema"]

OutputDocument = Annotated[
    bool, typer.Option("--output-document", help="The schema of what --format json prints, instead of the spec's.")
]


@with_common
def schema(common: Common, *, output_document: OutputDocument = False) -> int:
    """Print the JSON Schema of the spec, or of the JSON output.

    Editors use it to complete and check what is typed. It is JSON whatever the format.

    \b
    Examples:
      sso-sync schema --output specs/sso-sync.schema.json
      sso-sync schema --output-document
    """
    from sso_sync.cli import output
    from sso_sync.errors import ExitCode, UsageError
    from sso_sync.report.json import dumps
    from sso_sync.report.schema import output_schema
    from sso_sync.spec.schema import json_schema

    if common.also:
        raise UsageError.because("A schema has one format, and no report to be written in others")
    document = output_schema() if output_document else json_schema()
    return output.deliver(replace(common, format=Format.JSON), dumps(document), ExitCode.OK)

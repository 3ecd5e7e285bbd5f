"""`sso-sync schema`: the spec's JSON Schema, for editors."""

from __future__ import annotations

from dataclasses import replace

from sso_sync.cli.command import with_common
from sso_sync.cli.options import Common, Format

__all__ = ["schema"]


@with_common
def schema(common: Common) -> int:
    """Print the JSON Schema of the spec.

    Editors use it to complete and check what is typed. It is JSON whatever the format.

    \b
    Example:
      sso-sync schema --output specs/sso-sync.schema.json
    """
    from sso_sync.cli import output
    from sso_sync.errors import ExitCode
    from sso_sync.report.json import dumps
    from sso_sync.spec.schema import json_schema

    return output.deliver(replace(common, format=Format.JSON), dumps(json_schema()), ExitCode.OK)

"""Reports that are a JSON document or a few lines: one form for whatever has no formatter of its own."""

from __future__ import annotations

from collections.abc import Sequence

from sso_sync.cli.options import Common, Format
from sso_sync.report.json import dumps
from sso_sync.report.quoting import preformatted
from sso_sync.safe import visible
from sso_sync.values import Json

__all__ = ["written"]


def written(common: Common, document: Json, lines: Sequence[str]) -> str:
    """The document or the lines, in the format that was asked for."""
    if common.format is Format.JSON:
        return dumps(document)
    if common.format is Format.MARKDOWN:
        return preformatted(lines) + "\n"
    return "".join(f"{visible(line)}\n" for line in lines)

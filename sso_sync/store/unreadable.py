"""Lines of a record, and the error for those that are none."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sso_sync.errors import SsoSyncError
from sso_sync.values import Json

__all__ = ["UnreadableRun", "parsed"]


class UnreadableRun(SsoSyncError):
    """There is no such record, or it is damaged."""


def parsed(record: str, number: int, raw: str | bytes) -> Mapping[str, Json]:
    """A line of a record (`record` names it, `number` counts from 1). Raises UnreadableRun for one that is none."""
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError):
        line = None
    if not isinstance(line, dict):
        raise UnreadableRun.because(
            f"The record {record} is damaged: line {number} is no JSON object",
            next_action="Both sides are as they are: run plan to see what differs from the spec.",
        )
    return line

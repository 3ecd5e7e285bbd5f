"""One fingerprint over the spec and the managed values of both live sides: the model, never the text (lesson A7)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from sso_sync.plan.cells import Absent, Item, Known
from sso_sync.plan.meaning import shown
from sso_sync.values import Json

__all__ = ["fingerprint", "live_values"]


def live_values(items: Iterable[Item]) -> dict[str, Json]:
    """What was found at each managed address, in a form that is the same for the same meaning."""
    return {item.address: _live(item) for item in items}


def _live(item: Item) -> Json:
    match item.live:
        case Known(value):
            # A digest covers secrets without keeping them: the fingerprint is printed, its input never is.
            return ["value", shown(item.meaning, value)]
        case Absent():
            return ["absent"]
        case _:
            return ["unknown"]


def fingerprint(spec_digest: str, items: Iterable[Item]) -> str:
    """SHA-256 (hex) over the spec's digest and every managed live value."""
    content = {"spec": spec_digest, "live": live_values(items)}
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()

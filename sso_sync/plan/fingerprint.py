"""One fingerprint over the spec and the managed values of both live sides: the model, never the text (lesson A7).

The wish counts beside what is there, because the other side may be where it comes from: a certificate rotated in
OneLogin changes what JustCall should hold, although JustCall still holds the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from sso_sync.plan.cells import Absent, Cell, Item, Known, Later, Undetermined
from sso_sync.plan.meaning import Meaning, canonical
from sso_sync.plan.seal import sealed
from sso_sync.values import Json

__all__ = ["cell_content", "fingerprint"]


def fingerprint(spec_digest: str, items: Iterable[Item]) -> str:
    """SHA-256 (hex) over the spec's digest and every managed address: what is wanted there and what was found.

    It is printed; its input, which may hold secrets, never is. Two spellings of one meaning count as one.
    """
    content = {"spec": spec_digest, "items": sorted(_content(item, spec_digest) for item in items)}
    return hashlib.sha256(_json(content).encode()).hexdigest()


def _content(item: Item, salt: str) -> str:
    # The order of rules shares the address of the rule.
    kind = type(item.target).__name__
    halves: Json = [cell_content(item.meaning, item.desired), cell_content(item.meaning, item.live)]
    # Everything else that counts is known to a reader, who could try one guess after the other.
    return _json([item.address, kind, sealed(_json(halves), salt=salt, secret=True) if item.sensitive else halves])


def cell_content(meaning: Meaning, cell: Cell) -> Json:
    """One half of a comparison as the fingerprint sees it; equal for whatever means the same. Never to be shown."""
    match cell:
        case Known(value):
            return ["value", canonical(meaning, value)]
        case Absent():
            return ["absent"]
        case Later(output):
            return ["later", output.value]
        case Undetermined():
            return ["unknown"]


_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def _json(value: Json) -> str:
    return _ENCODER.encode(value)

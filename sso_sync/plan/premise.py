"""What a plan stands on: of every managed address what was wanted and what was found, exactly and as it may be shown.

A saved plan keeps it, so that a plan gone stale can say what has changed. The values that the spec takes from the
environment belong to it as well: the spec's own digest knows only the names of the variables.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel

from sso_sync.plan.cells import Absent, Cell, Item, Known, Later
from sso_sync.plan.fingerprint import cell_content
from sso_sync.plan.masking import MASK
from sso_sync.plan.meaning import shown
from sso_sync.plan.side import Side
from sso_sync.spec.connection import Connection, SpecPath
from sso_sync.values import Json

__all__ = ["Half", "Kind", "Premise", "premises"]

Kind = Literal["value", "absent", "later", "unknown"]
_NOTHING = "absent"


@dataclass(frozen=True, slots=True)
class Half:
    """One half of a comparison. `exact` may hold a secret and is for comparing only; `shown` is for people."""

    kind: Kind
    exact: str = field(repr=False)
    shown: Json = None


@dataclass(frozen=True, slots=True)
class Premise:
    """One managed address, or (`side` None) one place in the spec whose value came from the environment.

    `about` tells apart what shares an address, such as a rule and its place in the order.
    """

    address: str
    about: str
    side: Side | None
    sensitive: bool
    wanted: Half
    found: Half


def premises(connection: Connection, items: Iterable[Item]) -> tuple[Premise, ...]:
    """Everything that a plan for `connection` takes for granted: the environment's values, then the managed items.

    Credentials are left out: whoever plans may well use others than whoever applies.
    """
    places = sorted(connection.sensitive, key=lambda path: [str(part) for part in path])
    secrets = (_from_environment(connection, path) for path in places if path[1:2] != ("credentials",))
    return (*secrets, *(_managed(item) for item in items))


def _managed(item: Item) -> Premise:
    return Premise(
        address=item.address,
        about=type(item.target).__name__,
        side=item.side,
        sensitive=item.sensitive,
        wanted=_half(item, item.desired),
        found=_half(item, item.live),
    )


_IS_THERE = Half("value", '["value","true"]', shown=True)


def _half(item: Item, cell: Cell) -> Half:
    if isinstance(cell, Known) and cell.value is True and not item.sensitive:
        return _IS_THERE  # as each member of a role
    exact = _json(cell_content(item.meaning, cell))
    match cell:
        case Known(value):
            seen = shown(item.meaning, value)
            return Half("value", exact, MASK if item.sensitive and seen not in (None, "") else seen)
        case Absent():
            return Half("absent", exact)
        case Later():
            return Half("later", exact)
        case _:
            return Half("unknown", exact)


def _from_environment(connection: Connection, path: SpecPath) -> Premise:
    return Premise(
        address=".".join(["spec", *(str(part) for part in path)]),
        about="environment",
        side=None,
        sensitive=True,
        wanted=Half("value", _json(_value(connection.spec, path)), MASK),
        found=Half("absent", _NOTHING),
    )


def _value(node: object, path: SpecPath) -> Json:
    """What stands at `path` of a spec; None where the spec's short form has no such place."""
    for part in path:
        if isinstance(node, Mapping):
            node = node.get(part)
        elif isinstance(node, Sequence) and not isinstance(node, str) and isinstance(part, int):
            node = node[part] if part < len(node) else None
        else:
            node = getattr(node, str(part), None)
    if isinstance(node, BaseModel):
        return repr(node.model_dump(exclude_unset=True))
    return node if isinstance(node, str | bool | int | float) else None if node is None else repr(node)


_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def _json(value: Json) -> str:
    return _ENCODER.encode(value)

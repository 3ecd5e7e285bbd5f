"""Where in the spec the wish for an address comes from, so that a report can point at the line that asks for a change.

A value that crosses over from the other side has the place that answers for it; one that is managed by default has the
nearest place that was written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sso_sync.marked.place import Mark
from sso_sync.plan.cells import Item
from sso_sync.spec.connection import Connection, SpecPath

__all__ = ["nearest", "places"]

# What a finding may be about although nobody manages the address itself.
_AREAS: Mapping[str, SpecPath] = {
    "onelogin": ("onelogin",),
    "onelogin.app": ("onelogin", "app"),
    "onelogin.access": ("onelogin", "access"),
    "justcall": ("justcall",),
    "justcall.sso": ("justcall", "sso"),
    "guards.refs": ("guards", "refs"),
}


def places(connection: Connection, items: Iterable[Item]) -> dict[str, Mark]:
    """Address → place, for every managed address and the areas above them; empty for a spec that has no file.

    What an undo wants comes from the record of a run and has no place.
    """
    paths = {**_AREAS, **{item.address: item.path for item in items if item.path}}
    found = {address: connection.mark(path) for address, path in paths.items()}
    return {address: mark for address, mark in found.items() if mark is not None}


def nearest(found: Mapping[str, Mark], address: str | None) -> Mark | None:
    """The place of `address`, or of what is nearest above it; None when nothing is."""
    while address:
        if address in found:
            return found[address]
        address = address.rpartition(".")[0]
    return None

"""Files laid over each other: one tree in which every value keeps the place where it was written.

Mappings merge key by key; anything else, `null` and lists included, replaces what lies below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from sso_sync.marked.nodes import Entry, MapNode, Node

__all__ = ["merged"]


def merged(layers: Sequence[MapNode]) -> MapNode:
    """The trees as one; the first has the last word.

    Built from the bottom up: a `null` half-way hides what lies below it from everything above it.
    """
    return reduce(_over, reversed(layers))


def _over(base: MapNode, child: MapNode) -> MapNode:
    """`child` merged over `base`."""
    entries = dict(base.entries)
    for key, entry in child.entries.items():
        below = entries.get(key)
        node: Node = entry.node
        if below is not None and isinstance(node, MapNode) and isinstance(below.node, MapNode):
            node = _over(below.node, node)
        entries[key] = Entry(entry.key, node)
    return MapNode(entries, child.mark, child.size + base.size, max(child.depth, base.depth))

"""Nodes to plain values: what each scalar means where it stands.

The models decide. Where text is wanted, a scalar is its text exactly as written, so a role may be called `No`, `123`
or `2026-01-01`; where a number or true/false is wanted, it has to be one that every YAML version reads the same way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sso_sync.errors import Diagnostic
from sso_sync.marked.base import UNMANAGED
from sso_sync.marked.nodes import BrokenNode, EnvNode, ListNode, MapNode, Node, ScalarNode, UnmanagedNode
from sso_sync.marked.place import KeyPath, Mark
from sso_sync.marked.shape import Shape

__all__ = ["LookUp", "Resolved", "resolve"]

# Neither YAML 1.1 nor 1.2 reads anything else into these: no octal, no 1_000, no 1:30, no yes.
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


@dataclass
class Resolved:
    """The document as plain data, and what is known about each place of it.

    `keys` are the places of mapping keys; `sensitive` the places whose value came from the environment; `broken` those
    that have been reported and hold nothing usable.
    """

    data: Any = None
    marks: dict[KeyPath, Mark] = field(default_factory=dict)
    keys: dict[KeyPath, Mark] = field(default_factory=dict)
    sensitive: set[KeyPath] = field(default_factory=set)
    broken: set[KeyPath] = field(default_factory=set)
    problems: list[Diagnostic] = field(default_factory=list)


LookUp = Callable[[EnvNode, KeyPath], str | Diagnostic]
"""The text that `!env` stands for at a place, or what is wrong with it."""


def resolve(root: MapNode, shape: Shape, look_up: LookUp | None = None) -> Resolved:
    """The tree as data for the model of `shape`, with everything that is wrong with `!env` in `problems`.

    Without `look_up` the kind of file must not know the tag.
    """
    resolver = _Resolver(look_up)
    resolver.found.data = resolver.take(root, (), shape)
    return resolver.found


class _Resolver:
    """Walks the tree; every `take` answers the value of a node."""

    def __init__(self, look_up: LookUp | None) -> None:
        self.found = Resolved()
        self._look_up = look_up

    def take(self, node: Node, path: KeyPath, shape: Shape | None) -> Any:
        self.found.marks[path] = node.mark
        match node:
            case MapNode():
                return self._mapping(node, path, shape)
            case ListNode():
                below = shape.below(0) if shape else None
                return [self.take(item, (*path, index), below) for index, item in enumerate(node.items)]
            case ScalarNode():
                return _meaning(node, shape)
            case UnmanagedNode():
                return UNMANAGED
            case EnvNode():
                return self._environment(node, path, shape)
            case BrokenNode():
                self.found.broken.add(path)
                return None

    def _mapping(self, node: MapNode, path: KeyPath, shape: Shape | None) -> dict[str, Any]:
        values = {}
        for key, entry in node.entries.items():
            self.found.keys[*path, key] = entry.key
            values[key] = self.take(entry.node, (*path, key), shape.below(key) if shape else None)
        return values

    def _environment(self, node: EnvNode, path: KeyPath, shape: Shape | None) -> Any:
        if self._look_up is None:
            raise ValueError("this kind of file has no `!env`")
        self.found.sensitive.add(path)
        value = self._look_up(node, path)
        if isinstance(value, str):
            return _parsed(value, shape)
        self.found.broken.add(path)
        self.found.problems.append(value)
        return None


def _meaning(node: ScalarNode, shape: Shape | None) -> Any:
    """What a scalar of a file means; without a shape (an unknown key) it does not matter."""
    if not node.plain:
        return node.text
    if node.null:
        return None
    if _INTEGER.fullmatch(node.text) and (shape is None or shape.whole_number or not shape.text):
        return int(node.text)
    if node.text in _BOOLEANS and (shape is None or bool in shape.scalars or not shape.text):
        return _BOOLEANS[node.text]
    return node.text


def _parsed(value: str, shape: Shape | None) -> Any:
    """What the text of a variable means; text stays text wherever text is wanted, except for an id."""
    wants_text = shape is None or shape.text
    id_or_name = wants_text and shape is not None and shape.whole_number and bool not in shape.scalars
    if _INTEGER.fullmatch(value) and (id_or_name or not wants_text):
        return int(value)
    return value if wants_text else _BOOLEANS.get(value, value)

"""A YAML file as it was written: a small tree that still knows every place, tag and spelling.

Scalars keep their text, because what a scalar means depends on what is wanted where it stands: `1` is a number for
`version` and a name for a role. That decision is made later, in `resolve`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sso_sync.marked.place import Mark

__all__ = ["BrokenNode", "Entry", "EnvNode", "ListNode", "MapNode", "Node", "ScalarNode", "UnmanagedNode"]

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True, eq=False)
class ScalarNode:
    """Text; `plain` when it was written without quotes, so that it may also be a number, true, false or null."""

    text: str
    plain: bool
    mark: Mark

    @property
    def empty(self) -> bool:
        """Whether nothing was written at all."""
        return self.plain and not self.text

    @property
    def null(self) -> bool:
        """Whether this is YAML's null."""
        return self.plain and self.text in _NULLS


@dataclass(frozen=True, slots=True, eq=False)
class EnvNode:
    """`!env NAME`."""

    variable: str
    mark: Mark


@dataclass(frozen=True, slots=True, eq=False)
class UnmanagedNode:
    """`!unmanaged`."""

    mark: Mark


@dataclass(frozen=True, slots=True, eq=False)
class BrokenNode:
    """Something that cannot be used and has been reported already; nothing more is said about it."""

    mark: Mark


@dataclass(frozen=True, slots=True, eq=False)
class ListNode:
    """A list. `size` counts all nodes in it with aliases expanded, `depth` its levels."""

    items: tuple[Node, ...]
    mark: Mark
    size: int
    depth: int


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One key's place and its value."""

    key: Mark
    node: Node


@dataclass(frozen=True, slots=True, eq=False)
class MapNode:
    """A mapping. `mark` of one in block style is the key that holds it: that is where people look."""

    entries: Mapping[str, Entry]
    mark: Mark
    size: int
    depth: int


Node = ScalarNode | EnvNode | UnmanagedNode | BrokenNode | ListNode | MapNode

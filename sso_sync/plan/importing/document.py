"""A spec in the making: values by place, and comments that stand above them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sso_sync.spec.connection import SpecPath

__all__ = ["Document", "Env", "laid"]


@dataclass(frozen=True, slots=True)
class Env:
    """A value that is not written but taken from the environment; `value` is what it has to be, never shown."""

    name: str
    value: Any = field(repr=False)


@dataclass(frozen=True)
class Document:
    """The tree of a spec: mappings, lists, scalars, `UNMANAGED` and `Env`; keys in the order in which they are written.

    `head` are the lines of the comment at the top. `comments` maps a place to the lines above it; a place that the
    tree does not have is a remark about what is left out, and stands at the end of the mapping that would hold it.
    """

    tree: Mapping[str, Any]
    head: tuple[str, ...] = ()
    comments: Mapping[SpecPath, tuple[str, ...]] = field(default_factory=dict)

    def remarked(self, path: SpecPath, *lines: str) -> Document:
        """The same with more comment lines at `path`."""
        return replace(self, comments={**self.comments, path: (*self.comments.get(path, ()), *lines)})

    def holding(self, values: Iterable[tuple[SpecPath, Any]]) -> Document:
        """The same with these values."""
        return replace(self, tree=laid(self.tree, values))


def laid(tree: Mapping[str, Any], values: Iterable[tuple[SpecPath, Any]]) -> dict[str, Any]:
    """A copy of `tree` with each value at its place; mappings on the way are made, later values win."""
    result = dict(tree)
    for path, value in values:
        first, rest = str(path[0]), path[1:]
        if not rest:
            result[first] = value
            continue
        below = result.get(first)
        result[first] = laid(below if isinstance(below, Mapping) else {}, [(rest, value)])
    return result

"""Nodes to plain values: what each scalar means where it stands, with `!env` looked up.

The models decide. Where text is wanted, a scalar is its text exactly as written, so a role may be called `No`, `123`
or `2026-01-01`; where a number or true/false is wanted, it has to be one that every YAML version reads the same way.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sso_sync.errors import Diagnostic
from sso_sync.spec.connection import Mark, SpecPath
from sso_sync.spec.literal_secrets import holds_private_key, private_key_at
from sso_sync.spec.model import UNMANAGED
from sso_sync.spec.nodes import BrokenNode, EnvNode, ListNode, MapNode, Node, ScalarNode, UnmanagedNode
from sso_sync.spec.problem import error_at
from sso_sync.spec.shape import ROOT, Shape
from sso_sync.spec.tags import ENV, UNMANAGED_TAG

__all__ = ["Resolved", "resolve"]

# Neither YAML 1.1 nor 1.2 reads anything else into these: no octal, no 1_000, no 1:30, no yes.
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass
class Resolved:
    """The document as plain data, and what is known about each place of it.

    `keys` are the places of mapping keys; `broken` the places that have been reported and hold nothing usable.
    """

    data: Any = None
    digest: str = ""
    marks: dict[SpecPath, Mark] = field(default_factory=dict)
    keys: dict[SpecPath, Mark] = field(default_factory=dict)
    sensitive: set[SpecPath] = field(default_factory=set)
    broken: set[SpecPath] = field(default_factory=set)
    problems: list[Diagnostic] = field(default_factory=list)


def resolve(root: MapNode, environ: Mapping[str, str]) -> Resolved:
    """The merged tree as data for the models, with everything that is wrong with `!env` in `problems`."""
    resolver = _Resolver(environ)
    found = resolver.found
    found.data, fingerprint = resolver.take(root, (), ROOT)
    canonical = json.dumps(fingerprint, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    found.digest = hashlib.sha256(canonical.encode()).hexdigest()
    return found


class _Resolver:
    """Walks the tree; every `take` answers the value and what stands for it in the digest."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.found = Resolved()
        self._environ = environ

    def take(self, node: Node, path: SpecPath, shape: Shape | None) -> tuple[Any, Any]:
        self.found.marks[path] = node.mark
        match node:
            case MapNode():
                return self._mapping(node, path, shape)
            case ListNode():
                below = shape.below(0) if shape else None
                pairs = [self.take(item, (*path, index), below) for index, item in enumerate(node.items)]
                return [value for value, _ in pairs], [stand_in for _, stand_in in pairs]
            case ScalarNode():
                value = _meaning(node, shape)
                return value, value
            case UnmanagedNode():
                return UNMANAGED, {UNMANAGED_TAG: None}
            case EnvNode():
                return self._environment(node, path, shape), {ENV: node.variable}
            case BrokenNode():
                self.found.broken.add(path)
                return None, None

    def _mapping(self, node: MapNode, path: SpecPath, shape: Shape | None) -> tuple[Any, Any]:
        values, stand_ins = {}, {}
        for key, entry in node.entries.items():
            self.found.keys[*path, key] = entry.key
            below = shape.below(key) if shape else None
            values[key], stand_ins[key] = self.take(entry.node, (*path, key), below)
        return values, stand_ins

    def _environment(self, node: EnvNode, path: SpecPath, shape: Shape | None) -> Any:
        self.found.sensitive.add(path)
        value = self._environ.get(node.variable)
        problem = _unusable(node, value, path)
        if problem is None:
            return _parsed(value or "", shape)
        self.found.broken.add(path)
        self.found.problems.append(problem)
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


def _unusable(node: EnvNode, value: str | None, path: SpecPath) -> Diagnostic | None:
    if path == ("name",):
        return error_at(
            node.mark,
            "The name of a connection cannot come from `!env`",
            detail="What comes from `!env` is never shown, and the name is shown in every report.",
            next_action="Write the name into the spec; `extends` shares the rest between several.",
        )
    if value is None or not value.strip():
        return error_at(
            node.mark,
            f"The environment variable {node.variable} {'is not set' if value is None else 'is empty'}",
            next_action=f"Set {node.variable} where sso-sync runs, or remove `!env {node.variable}` from the spec.",
        )
    if _SURROGATE.search(value) or "\0" in value:
        return error_at(
            node.mark,
            f"The environment variable {node.variable} is not UTF-8 text",
            next_action=f"Set {node.variable} to text.",
        )
    return private_key_at(node.mark) if holds_private_key(value) else None

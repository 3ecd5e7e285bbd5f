"""A spec's tree as plain data, `!env` looked up in the environment, and a digest that does not follow its values."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from sso_sync.errors import Diagnostic
from sso_sync.marked import resolve as marked
from sso_sync.marked.nodes import EnvNode, ListNode, MapNode, Node, UnmanagedNode
from sso_sync.marked.private_key import holds_private_key
from sso_sync.marked.problem import error_at
from sso_sync.marked.resolve import Resolved
from sso_sync.marked.tags import ENV, UNMANAGED_TAG
from sso_sync.spec.connection import SpecPath
from sso_sync.spec.kind import ROOT
from sso_sync.spec.literal_secrets import private_key_at

__all__ = ["digest", "resolve"]

_SURROGATE = re.compile("[\ud800-\udfff]")


def resolve(root: MapNode, environ: Mapping[str, str]) -> Resolved:
    """The merged tree as data for the models, with everything that is wrong with `!env` in `problems`."""

    def look_up(node: EnvNode, path: SpecPath) -> str | Diagnostic:
        value = environ.get(node.variable)
        return _unusable(node, value, path) or value or ""

    return marked.resolve(root, ROOT, look_up)


def digest(root: MapNode, resolved: Resolved) -> str:
    """The SHA-256 of what the tree says, with the names of `!env` variables in place of their values."""
    stand_in = _stand_in(root, resolved.data)
    canonical = json.dumps(stand_in, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _stand_in(node: Node, value: Any) -> Any:
    match node:
        case MapNode():
            return {key: _stand_in(entry.node, value[key]) for key, entry in node.entries.items()}
        case ListNode():
            return [_stand_in(item, value[index]) for index, item in enumerate(node.items)]
        case EnvNode():
            return {ENV: node.variable}
        case UnmanagedNode():
            return {UNMANAGED_TAG: None}
        case _:
            return value


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

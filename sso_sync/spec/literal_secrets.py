"""Secrets that somebody wrote into a file: refused wherever they stand, and never repeated in a message."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from sso_sync.errors import Diagnostic
from sso_sync.marked.nodes import ListNode, MapNode, Node, ScalarNode
from sso_sync.marked.private_key import PRIVATE_KEY
from sso_sync.marked.problem import error_at
from sso_sync.marked.shape import Shape, fields_of
from sso_sync.spec.connection import Mark, SpecPath
from sso_sync.spec.kind import ROOT

__all__ = ["literal_secrets", "private_key_at", "private_keys"]

# The names of attributes are the account's own business: `parameters: {api_key: custom_attribute_key}` is no secret.
_FREE: SpecPath = ("onelogin", "app", "parameters")


def private_key_at(mark: Mark) -> Diagnostic:
    """The error for a private key, which no part of a spec needs."""
    return error_at(
        mark,
        "This is a private key",
        detail="A spec holds certificates only; OneLogin keeps the key, and nobody else may have it.",
        next_action="Remove it, and treat the key as leaked: issue a new certificate.",
    )


def private_keys(text: str, file: str) -> tuple[Diagnostic, ...]:
    """An error for each private key in a file, comments included."""
    return tuple(
        private_key_at(Mark(file, number, found.start() + 1))
        for number, line in enumerate(text.split("\n"), 1)
        for found in PRIVATE_KEY.finditer(line)
    )


def literal_secrets(root: MapNode) -> tuple[Diagnostic, ...]:
    """An error for each credential of one file that is not `!env NAME`, also for one that stands in the wrong place."""
    return tuple(
        error_at(
            mark,
            f"`{key}` is written into the spec",
            detail="Specs are committed and shared, so secrets come from the environment.",
            next_action=f"Write `{key}: !env NAME`, and replace the secret if the file was already shared.",
        )
        for key, mark in _walk(root, ())
    )


def _walk(node: Node, path: SpecPath) -> Iterator[tuple[str, Mark]]:
    if path == _FREE:
        return
    if isinstance(node, ListNode):
        for item in node.items:
            yield from _walk(item, path)
    elif isinstance(node, MapNode):
        for key, entry in node.entries.items():
            if key in _SECRETS and _literal(entry.node):
                yield key, entry.node.mark
            else:
                yield from _walk(entry.node, (*path, key))


def _literal(node: Node) -> bool:
    return isinstance(node, ScalarNode) and bool(node.text) and not node.null


def _names(model: type[BaseModel]) -> Iterator[str]:
    for name, shape in fields_of(model).items():
        if shape.secret:
            yield name
        yield from _names_below(shape)


def _names_below(shape: Shape) -> Iterator[str]:
    for part in (shape, shape.items, shape.values):
        if part is not None and part.model is not None:
            yield from _names(part.model)


_SECRETS = frozenset(_names_below(ROOT))

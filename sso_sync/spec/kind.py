"""What makes a file a spec: its model, its words, its tags, and the advice on keys that it does not know."""

from __future__ import annotations

from sso_sync.marked.kind import FileKind
from sso_sync.marked.place import KeyPath
from sso_sync.marked.shape import Shape
from sso_sync.marked.tags import ENV, UNMANAGED_TAG
from sso_sync.marked.unknown_keys import general_advice, known_keys
from sso_sync.spec.model import Spec
from sso_sync.spec.wire import wire_names

__all__ = ["EXTENDS", "ROOT", "SPEC"]

EXTENDS = "extends"


def _advice(key: str, shape: Shape, path: KeyPath) -> str:
    friendly = {wire: name for name, wire in wire_names(shape.model).items()}.get(key) if shape.model else None
    if friendly is not None:
        return f"OneLogin's `{key}` is written `{friendly}` here."
    if "raw" in known_keys(SPEC, shape, path):
        return general_advice(SPEC, key, shape, path, otherwise="A key of OneLogin's own belongs under `raw`.")
    return general_advice(SPEC, key, shape, path)


SPEC = FileKind(
    model=Spec,
    one="spec",
    many="specs",
    start="Start from specs/minimal.yaml.",
    examples="the examples in specs/",
    next_document="Move what follows `---` to a file of its own; a folder of specs is a fleet.",
    missing="here or in a base that the spec extends",
    tags=(ENV, UNMANAGED_TAG),
    head=(EXTENDS,),
    advise=_advice,
)
ROOT = SPEC.root

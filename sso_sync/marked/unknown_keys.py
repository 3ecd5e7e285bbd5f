"""What to say about a key that nobody knows: the nearest known one, or the place where it belongs."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import cache
from typing import Any

from sso_sync.marked.kind import FileKind
from sso_sync.marked.place import KeyPath
from sso_sync.marked.problem import quoted
from sso_sync.marked.shape import Shape, fields_of
from sso_sync.marked.words import dotted, either

__all__ = ["advice", "general_advice", "known_keys", "nearest"]

_MOST_PLACES = 3


def known_keys(kind: FileKind[Any], shape: Shape, path: KeyPath) -> tuple[str, ...]:
    """The keys of the mapping at `path`."""
    return (*fields_of(shape.model), *(() if path else kind.head)) if shape.model else ()


def nearest(word: str, known: tuple[str, ...]) -> str | None:
    """The question whether another word was meant, or None when none is near."""
    folded = {_folded(name): name for name in known}
    exact = folded.get(_folded(word))
    near = [exact] if exact else [folded[match] for match in difflib.get_close_matches(_folded(word), folded, n=2)]
    return f"Did you mean {either(f'`{match}`' for match in near)}?" if near else None


def _folded(word: str) -> str:
    """A word without what people easily get wrong: case and separators."""
    return "".join(char for char in word.lower() if char.isalnum())


def advice(kind: FileKind[Any], key: str, shape: Shape, path: KeyPath) -> str:
    """The next action for the unknown `key` in the mapping at `path`."""
    return kind.advise(key, shape, path) if kind.advise else general_advice(kind, key, shape, path)


def general_advice(
    kind: FileKind[Any], key: str, shape: Shape, path: KeyPath, *, otherwise: str = "Remove it, or correct its name."
) -> str:
    """The advice for any kind of file: the few places where the key is known, else the nearest key of this place."""
    places = _places(kind).get(key, ())
    if 0 < len(places) <= _MOST_PLACES:
        return f"{quoted(key)} belongs {either(places)}."
    return nearest(key, known_keys(kind, shape, path)) or otherwise


@cache
def _places(kind: FileKind[Any]) -> dict[str, tuple[str, ...]]:
    """Where each key of a file is known, as "under `onelogin.access`"."""
    top = f"at the top of the {kind.one}"
    places: dict[str, list[str]] = {key: [top] for key in kind.head}
    for path, key in _walk(kind.root, ()):
        places.setdefault(key, []).append(f"under `{dotted(path)}`" if path else top)
    return {key: tuple(names) for key, names in places.items()}


def _walk(shape: Shape, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    for key, below in fields_of(shape.model).items() if shape.model else ():
        yield path, key
        yield from _walk(below, (*path, key))
        for entries, step in ((below.items, "[]"), (below.values, "<name>")):
            if entries is not None:
                yield from _walk(entries, (*path, f"{key}{step}" if step == "[]" else key, *([step] * (step != "[]"))))

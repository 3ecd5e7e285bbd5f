"""What to say about a key that nobody knows: the nearest known one, or the place where it belongs."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import cache

from sso_sync.spec.connection import SpecPath
from sso_sync.spec.documents import EXTENDS
from sso_sync.spec.problem import quoted
from sso_sync.spec.shape import ROOT, Shape, fields_of
from sso_sync.spec.wire import wire_names
from sso_sync.spec.words import dotted, either

__all__ = ["advice", "known_keys", "nearest"]

_MOST_PLACES = 3


def known_keys(shape: Shape, path: SpecPath) -> tuple[str, ...]:
    """The keys of the mapping at `path`."""
    return (*fields_of(shape.model), *((EXTENDS,) if not path else ())) if shape.model else ()


def nearest(word: str, known: tuple[str, ...]) -> str | None:
    """The question whether another word was meant, or None when none is near."""
    folded = {_folded(name): name for name in known}
    exact = folded.get(_folded(word))
    near = [exact] if exact else [folded[match] for match in difflib.get_close_matches(_folded(word), folded, n=2)]
    return f"Did you mean {either(f'`{match}`' for match in near)}?" if near else None


def _folded(word: str) -> str:
    """A word without what people easily get wrong: case and separators."""
    return "".join(char for char in word.lower() if char.isalnum())


def advice(key: str, shape: Shape, path: SpecPath) -> str:
    """The next action for the unknown `key` in the mapping at `path`."""
    friendly = {wire: name for name, wire in wire_names(shape.model).items()}.get(key) if shape.model else None
    if friendly is not None:
        return f"OneLogin's `{key}` is written `{friendly}` here."
    places = _places().get(key, ())
    if 0 < len(places) <= _MOST_PLACES:
        return f"{quoted(key)} belongs {either(places)}."
    keys = known_keys(shape, path)
    otherwise = "A key of OneLogin's own belongs under `raw`." if "raw" in keys else "Remove it, or correct its name."
    return nearest(key, keys) or otherwise


@cache
def _places() -> dict[str, tuple[str, ...]]:
    """Where each key of a spec is known, as "under `onelogin.access`"."""
    places: dict[str, list[str]] = {EXTENDS: ["at the top of the spec"]}
    for path, key in _walk(ROOT, ()):
        name = dotted(path)
        places.setdefault(key, []).append(f"under `{name}`" if path else "at the top of the spec")
    return {key: tuple(names) for key, names in places.items()}


def _walk(shape: Shape, path: SpecPath) -> Iterator[tuple[SpecPath, str]]:
    for key, below in fields_of(shape.model).items() if shape.model else ():
        yield path, key
        yield from _walk(below, (*path, key))
        for entries, step in ((below.items, "[]"), (below.values, "<name>")):
            if entries is not None:
                yield from _walk(entries, (*path, f"{key}{step}" if step == "[]" else key, *([step] * (step != "[]"))))

"""What a file is meant to be: the model that it has to fit, and the words in which messages speak about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from sso_sync.marked.base import Model
from sso_sync.marked.place import KeyPath
from sso_sync.marked.shape import Shape

__all__ = ["Advise", "FileKind"]

M = TypeVar("M", bound=Model)

Advise = Callable[[str, Shape, KeyPath], str]
"""The next action for an unknown key in the mapping of this shape at this path."""


@dataclass(frozen=True)
class FileKind(Generic[M]):
    """One kind of file.

    `one` and `many` name it ("spec", "specs"); `start` says where to begin when nothing is there yet, `examples` what
    to compare a line with, `next_document` what to do with a second YAML document, `missing` where else a missing key
    of the root may be written. `tags` are the YAML tags that mean something, `head` the keys of the root that are dealt
    with before the model sees the rest. An `optional` file may hold nothing but comments. `advise` replaces the usual
    advice on an unknown key.
    """

    model: type[M]
    one: str
    many: str
    start: str
    examples: str
    next_document: str = "Move what follows `---` to a file of its own."
    missing: str = ""
    tags: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    optional: bool = False
    advise: Advise | None = None

    @cached_property
    def root(self) -> Shape:
        """What may stand in such a file."""
        return Shape(model=self.model, description=self.model.__doc__)

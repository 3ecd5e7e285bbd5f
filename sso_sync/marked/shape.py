"""What may stand at one place of a file, taken from the models' annotations: the only description of the keys there is.

A Shape holds all alternatives of one place together, so that a mistake there can be told once and in one sentence.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import EnumType
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sso_sync.marked.annotations import Noun, Secret
from sso_sync.marked.base import Unmanaged
from sso_sync.marked.place import KeyPath

__all__ = ["Shape", "fields_of", "shape_at"]


@dataclass(frozen=True)
class Shape:
    """The alternatives of one place.

    `scalars` are str, int and bool as far as they are accepted; `words` the values of a Literal; `items` and `values`
    describe the entries of a list and of a free mapping; `branches` counts what pydantic distinguishes in a union.
    """

    scalars: frozenset[type] = frozenset()
    words: tuple[str | int, ...] = ()
    nullable: bool = False
    unmanaged: bool = False
    model: type[BaseModel] | None = None
    items: Shape | None = None
    values: Shape | None = None
    noun: Noun | None = None
    secret: bool = False
    branches: int = 1
    description: str | None = None

    @property
    def text(self) -> bool:
        """Whether text may stand here."""
        return str in self.scalars or any(isinstance(word, str) for word in self.words)

    @property
    def whole_number(self) -> bool:
        """Whether a number may stand here."""
        return int in self.scalars or any(isinstance(word, int) for word in self.words)

    @property
    def holds_secrets(self) -> bool:
        """Whether this place, or a key right under it, is for a secret."""
        return self.secret or (self.model is not None and any(shape.secret for shape in fields_of(self.model).values()))

    def accepts(self, value: object) -> bool:
        """Whether a value of this kind (not yet: this value) may stand here."""
        if isinstance(value, Unmanaged):
            return self.unmanaged
        match value:
            case None:
                return self.nullable
            case bool():
                return bool in self.scalars
            case int():
                return self.whole_number
            case str():
                return self.text
            case Mapping():
                return self.model is not None or self.values is not None
            case Sequence():
                return self.items is not None
            case _:
                return False

    def below(self, key: str | int) -> Shape | None:
        """The shape of an entry of this mapping or list; None where nothing may stand."""
        if isinstance(key, int):
            return self.items
        if self.model is not None:
            known = fields_of(self.model).get(key)
            if known is not None:
                return known
        return self.values


@cache
def fields_of(model: type[BaseModel]) -> Mapping[str, Shape]:
    """The keys of a model, in order, and what may stand there."""
    return {name: _of_field(field) for name, field in model.model_fields.items()}


def shape_at(root: Shape, path: KeyPath) -> Shape | None:
    """The shape at a path below `root`, or None where the models have no such place."""
    shape: Shape | None = root
    for key in path:
        if shape is None:
            return None
        shape = shape.below(key)
    return shape


def _of_field(field: FieldInfo) -> Shape:
    found = _of(field.annotation, field.metadata)
    return _replace(found, description=field.description)


def _of(annotation: Any, metadata: Sequence[object] = ()) -> Shape:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _of(arguments[0], (*arguments[1:], *metadata))
    if origin in (Union, types.UnionType):
        return _together([_of(part) for part in arguments])
    noun = next((mark for mark in metadata if isinstance(mark, Noun)), None)
    shape = _simple(annotation, origin, arguments)
    return _replace(shape, noun=noun, secret=any(isinstance(mark, Secret) for mark in metadata))


def _simple(annotation: Any, origin: Any, arguments: tuple[Any, ...]) -> Shape:
    if origin is Literal:
        return Shape(words=arguments)
    if origin is list:
        return Shape(items=_of(arguments[0]))
    if origin is dict:
        return Shape(values=_of(arguments[1]))
    if annotation is types.NoneType:
        return Shape(nullable=True, branches=0)
    if isinstance(annotation, EnumType):
        return Shape(unmanaged=True)
    if issubclass(annotation, BaseModel):
        return Shape(model=annotation)
    return Shape(scalars=frozenset({annotation}))


def _together(parts: Sequence[Shape]) -> Shape:
    def first(name: str) -> Any:
        return next((getattr(part, name) for part in parts if getattr(part, name)), None)

    return Shape(
        scalars=frozenset().union(*(part.scalars for part in parts)),
        words=tuple(word for part in parts for word in part.words),
        nullable=any(part.nullable for part in parts),
        unmanaged=any(part.unmanaged for part in parts),
        model=first("model"),
        items=first("items"),
        values=first("values"),
        noun=first("noun"),
        secret=any(part.secret for part in parts),
        branches=sum(part.branches for part in parts),
    )


def _replace(shape: Shape, **changes: Any) -> Shape:
    return Shape(**(vars(shape) | changes))

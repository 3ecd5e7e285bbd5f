"""Types and values in words: "a list of role names", "the number 5"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sso_sync.marked.base import Unmanaged
from sso_sync.marked.place import KeyPath
from sso_sync.marked.private_key import holds_private_key
from sso_sync.marked.problem import quoted
from sso_sync.marked.shape import Shape, fields_of

__all__ = ["dotted", "either", "expected", "found"]

_MANY = {str: "texts", int: "whole numbers", bool: "true or false"}
_ONE = {str: "text", int: "a whole number", bool: "true or false"}


def dotted(path: KeyPath) -> str:
    """A place in the way people write it: onelogin.access.roles[0].name; "" for the root."""
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{quoted(key)[1:-1]}"
    return text.lstrip(".")


def either(parts: Iterable[str]) -> str:
    """The parts in a sentence: a; a or b; a, b or c."""
    *rest, last = dict.fromkeys(parts)
    return f"{', '.join(rest)} or {last}" if rest else last


def expected(shape: Shape) -> str:
    """What may stand at a place, as "a list of role names" or "a policy name or an id"."""
    parts = [str(word) for word in shape.words]
    if parts and shape.noun:
        parts = [shape.noun.one]  # for lists of words that are too long for a sentence
    elif parts:
        parts = [("one of " if len(parts) > 1 else "") + either(parts)]
    parts += _scalars(shape)
    if shape.items:
        parts.append(f"a list of {_plural(shape.items)}")
    if shape.model:
        parts.append(f"a mapping ({', '.join(fields_of(shape.model))})")
    if shape.values:
        parts.append("a mapping")
    return either(parts)


def _scalars(shape: Shape) -> list[str]:
    names = [_ONE[kind] for kind in (str, int, bool) if kind in shape.scalars]
    if shape.noun is None or not names:
        return names
    # A noun names the text where text is possible ("a policy name"), else the number; an id beside it stays an id.
    rest = ["an id" if name == _ONE[int] else name for name in names[1:]]
    return [shape.noun.one, *rest]


def _plural(shape: Shape) -> str:
    parts = [shape.noun.many] if shape.noun else [_MANY[kind] for kind in (str, int, bool) if kind in shape.scalars]
    if shape.model:
        parts.append(f"mappings ({', '.join(fields_of(shape.model))})")
    return either(parts)


def found(value: object, *, hidden: bool) -> str:
    """What stands at a place; `hidden` leaves out the value itself."""
    if isinstance(value, Unmanaged):
        return "`!unmanaged`"
    match value:
        case None:
            return "null"
        case Mapping():
            return "a mapping"
        case str():
            if hidden or holds_private_key(value):
                return "text that is not shown"
            return f"the text {quoted(value)}" if value else "empty text"
        case Sequence():
            return "a list" if value else "an empty list"
        case _ if hidden:
            return "a value that is not shown"
        case bool():
            return "true" if value else "false"
        case _:
            return f"the number {value}"

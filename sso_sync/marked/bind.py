"""Plain data to a model: pydantic finds what is wrong; each mistake becomes one sentence at the place where it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sso_sync.errors import Diagnostic
from sso_sync.marked.base import Model, Unmanaged
from sso_sync.marked.kind import FileKind
from sso_sync.marked.place import KeyPath, Mark
from sso_sync.marked.problem import error_at, quoted
from sso_sync.marked.resolve import Resolved
from sso_sync.marked.shape import Shape, shape_at
from sso_sync.marked.unknown_keys import advice, known_keys, nearest
from sso_sync.marked.words import dotted, expected, found

__all__ = ["bind"]

M = TypeVar("M", bound=Model)


def bind(kind: FileKind[M], resolved: Resolved) -> M | tuple[Diagnostic, ...]:
    """The validated document, or what is wrong with it. Places that are reported already are passed over in silence."""
    try:
        return kind.model.model_validate(resolved.data)
    except ValidationError as error:
        # Never its text or its input: both could carry values that must not be shown.
        mistakes = [_mistake(one, kind.root) for one in error.errors(include_url=False, include_input=False)]
    return tuple(_Telling(kind, resolved).tell(mistakes))


@dataclass(frozen=True, slots=True)
class _Mistake:
    """One of pydantic's findings, at a place of the data instead of a place in pydantic's unions."""

    kind: str
    path: KeyPath
    limits: Mapping[str, object]


# What a type that does not fit is called; the rest are values of the right type that break a rule.
_WRONG_TYPE = frozenset(
    {"string_type", "int_type", "bool_type", "list_type", "dict_type", "model_type", "is_instance_of", "literal_error"}
)


def _mistake(error: ErrorDetails, root: Shape) -> _Mistake:
    steps = list(error["loc"])
    is_key = steps[-1:] == ["[key]"]
    path: list[str | int] = []
    shape: Shape | None = root
    rest = iter(steps[:-1] if is_key else steps)
    for step in rest:
        path.append(step)
        shape = shape.below(step) if shape else None
        if shape is not None and shape.branches > 1:
            next(rest, None)  # pydantic names the alternative it tried
    return _Mistake("bad_key" if is_key else error["type"], tuple(path), error.get("ctx", {}))


class _Telling:
    """One diagnostic for each place, however many alternatives of a union failed there."""

    def __init__(self, kind: FileKind[Any], resolved: Resolved) -> None:
        self._kind = kind
        self._resolved = resolved

    def tell(self, mistakes: Sequence[_Mistake]) -> Iterator[Diagnostic]:
        told: set[KeyPath] = set()
        # A rule that is broken says more than a type that does not fit: "" for a role's name is not "no mapping".
        for mistake in sorted(mistakes, key=lambda one: one.kind in _WRONG_TYPE):
            if mistake.path in told or self._reported(mistake.path) or not self._matters(mistake):
                continue
            told.add(mistake.path)
            yield self._diagnostic(mistake)

    def _reported(self, path: KeyPath) -> bool:
        return any(path[:length] in self._resolved.broken for length in range(len(path) + 1))

    def _matters(self, mistake: _Mistake) -> bool:
        """Whether this is about the alternative that was meant: a mapping where one may stand is not "no text"."""
        if mistake.kind not in _WRONG_TYPE:
            return True
        shape, value = self._shape(mistake.path), self._value(mistake.path)
        if shape is None or not shape.accepts(value):
            return True
        return mistake.kind == "literal_error" and not (isinstance(value, Mapping | list) or value is None)

    def _value(self, path: KeyPath) -> Any:
        value = self._resolved.data
        for key in path:
            value = value[key]
        return value

    def _shape(self, path: KeyPath) -> Shape | None:
        return shape_at(self._kind.root, path)

    def _name(self, path: KeyPath) -> str:
        return f"`{dotted(path)}`" if path else f"the {self._kind.one}"

    def _mark(self, path: KeyPath) -> Mark:
        marks = self._resolved.marks
        return next(marks[path[:length]] for length in range(len(path), -1, -1) if path[:length] in marks)

    def _diagnostic(self, mistake: _Mistake) -> Diagnostic:
        match mistake.kind:
            case "missing":
                return self._missing(mistake.path)
            case "extra_forbidden":
                return self._unknown(mistake.path)
            case "bad_key":
                return error_at(
                    self._resolved.keys.get(mistake.path) or self._mark(mistake.path),
                    f"A name in {self._name(mistake.path[:-1])} is empty",
                    next_action="Write the name before the colon.",
                )
            case _:
                return self._wrong(mistake)

    def _missing(self, path: KeyPath) -> Diagnostic:
        *parent, key = path
        shape = self._shape(path)
        next_action = f"Add `{key}: …`" + (f" {self._kind.missing}." if self._kind.missing and not parent else ".")
        return error_at(
            self._mark(tuple(parent)),
            f"`{key}` is missing in {self._name(tuple(parent))}",
            detail=shape.description if shape else None,
            next_action=next_action,
        )

    def _unknown(self, path: KeyPath) -> Diagnostic:
        parent, key = path[:-1], str(path[-1])
        shape = self._shape(parent) or self._kind.root
        return error_at(
            self._resolved.keys.get(path) or self._mark(path),
            f"Unknown key {quoted(key)} in {self._name(parent)}",
            detail=f"The keys here are {', '.join(known_keys(self._kind, shape, parent))}.",
            next_action=advice(self._kind, key, shape, parent),
        )

    def _wrong(self, mistake: _Mistake) -> Diagnostic:
        path, value = mistake.path, self._value(mistake.path)
        shape = self._shape(path) or Shape()
        is_hidden = self._is_hidden(path)
        said = found(value, hidden=is_hidden)
        wanted = expected(shape) + _limits(mistake)
        return error_at(
            self._mark(path),
            f"{self._name(path)}: expected {wanted}, found {said}",
            detail=shape.description,
            next_action=_remedy(shape, value, is_hidden=is_hidden) or f"Write {wanted}.",
        )

    def _is_hidden(self, path: KeyPath) -> bool:
        """Whether what stands here, or holds this place, must not be shown."""
        if any(path[:length] in self._resolved.sensitive for length in range(len(path) + 1)):
            return True
        shapes = (self._shape(path[:length]) for length in range(1, len(path) + 1))
        return any(shape is not None and shape.holds_secrets for shape in shapes)


def _limits(mistake: _Mistake) -> str:
    """The rule that a value of the right type breaks, as far as `expected` does not say it."""
    match mistake.kind:
        case "greater_than_equal":
            return f" of at least {mistake.limits.get('ge')}"
        case "less_than_equal":
            return f" of at most {mistake.limits.get('le')}"
        case "string_too_long":
            return f" of at most {mistake.limits.get('max_length')} characters"
        case "too_short":
            return " with at least one entry"
        case _:
            return ""


def _remedy(shape: Shape, value: object, *, is_hidden: bool) -> str | None:
    """What to write instead."""
    if isinstance(value, Unmanaged):
        return "Leave the key out: what is not named is not managed."
    if value is None:
        return "`!unmanaged` leaves the value alone." if shape.unmanaged else "Leave the key out, or give a value."
    if isinstance(value, str):
        return _remedy_for_text(shape, value, is_hidden=is_hidden)
    if shape.items and not isinstance(value, Mapping | list):
        return "Write a list: `- …` lines, or [one, two]."
    return None


def _remedy_for_text(shape: Shape, value: str, *, is_hidden: bool) -> str | None:
    if shape.items and not shape.scalars:
        return "Write a list: `- …` lines, or [one, two]."
    if shape.scalars == {bool}:
        return "Write true or false, without quotes."
    if shape.whole_number and not shape.text:
        return "Write the number in digits, without quotes, leading zeros or underscores."
    words = tuple(word for word in shape.words if isinstance(word, str))
    return nearest(value, words) if words and not is_hidden else None

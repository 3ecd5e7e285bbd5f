"""From files to a `PageMap`: the built-in one, and a user's laid over it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path

from sso_sync.errors import Diagnostic, SpecError
from sso_sync.justcall.page_map.model import PageMap
from sso_sync.justcall.page_map.names import folded
from sso_sync.justcall.settings import SettingField
from sso_sync.marked.bind import bind
from sso_sync.marked.kind import FileKind
from sso_sync.marked.merge import merged
from sso_sync.marked.nodes import MapNode
from sso_sync.marked.place import KeyPath, Mark
from sso_sync.marked.problem import by_place, error_at, file_name, quoted
from sso_sync.marked.reading import UnreadableError, decode, read_bytes
from sso_sync.marked.resolve import Resolved, resolve
from sso_sync.marked.shape import Shape
from sso_sync.marked.unknown_keys import general_advice
from sso_sync.marked.yaml_tree import compose
from sso_sync.urls import check_url

__all__ = ["BUILT_IN", "load_page_map"]

BUILT_IN = Path(__file__).with_name("default.yaml")
"""The file with the built-in map, for those who want to copy from it."""


def _advice(key: str, shape: Shape, path: KeyPath) -> str:
    if key == "extends" and not path:
        return "Remove it: a page map is laid over the built-in one, and extends no other file."
    return general_advice(_KIND, key, shape, path)


_KIND = FileKind(
    PageMap,
    one="page map",
    many="page maps",
    start="Write only what differs from the built-in page map.",
    examples="the built-in page map",
    next_document="Remove what follows `---`.",
    optional=True,
    advise=_advice,
)


def load_page_map(path: Path | None, *, named_at: Mark | None = None) -> PageMap:
    """The user's map at `path` laid over the built-in one; None: the built-in one, which is read only once.

    Raises SpecError with every error found, each at its place in the user's file. `named_at` is where the file is
    named, to point there when it cannot be read.
    """
    if path is None:
        return _built_in()
    tree, problems = _tree(path, named_at)
    resolved = resolve(merged([tree, _built_in_tree()]), _KIND.root)
    found = bind(_KIND, resolved)
    if isinstance(found, PageMap):
        problems += [] if problems else _contradictions(found, resolved, str(path))
    else:
        problems += found
    if problems or not isinstance(found, PageMap):
        raise SpecError(*by_place(problems))
    return found


@cache
def _built_in() -> PageMap:
    found = bind(_KIND, resolve(_built_in_tree(), _KIND.root))
    if isinstance(found, PageMap):
        return found
    raise SpecError(*found)  # a bug of this package, which its tests find


@cache
def _built_in_tree() -> MapNode:
    return _tree(BUILT_IN, None)[0]


def _tree(path: Path, named_at: Mark | None) -> tuple[MapNode, list[Diagnostic]]:
    file = str(path)
    try:
        data = read_bytes(path, _KIND)
    except UnreadableError as error:
        problem = Diagnostic(
            "error",
            f"The page map {file_name(path)} {error}",
            next_action="Correct `justcall.page_map`; the name is relative to the file that names it.",
        )
        mark = named_at or Mark(file, 1, 1)
        raise SpecError(problem.at(mark.file, mark.line, mark.column)) from None
    return compose(decode(data, file, _KIND), file, _KIND)


def _contradictions(page_map: PageMap, resolved: Resolved, file: str) -> list[Diagnostic]:
    """What no type can say."""
    return [*_address(page_map, resolved), *_shared_names(page_map, resolved, file)]


def _address(page_map: PageMap, resolved: Resolved) -> Iterator[Diagnostic]:
    try:
        check_url(page_map.app.url)
    except ValueError as error:
        yield error_at(
            resolved.marks["app", "url"],
            "`app.url` cannot be used",
            detail=f"{str(error)[:1].upper()}{str(error)[1:]}.",
            next_action="Write https://host, or http:// for an address of this machine.",
        )


def _shared_names(page_map: PageMap, resolved: Resolved, file: str) -> Iterator[Diagnostic]:
    """A name of two fields would put one field's value into the other."""
    for one, other in combinations(SettingField, 2):
        if set(page_map.fields.of(one).roles).isdisjoint(page_map.fields.of(other).roles):
            continue
        theirs = {folded(name): place for name, place in _names(page_map, one)}
        for name, place in _names(page_map, other):
            if folded(name) not in theirs:
                continue
            # The complaint belongs into the user's file, whichever of the two is written there.
            pair = (place, theirs[folded(name)])
            here, there = pair if resolved.marks[place].file == file else reversed(pair)
            yield error_at(
                resolved.marks[here],
                f"{quoted(name)} is a name of both `fields.{here[1]}` and `fields.{there[1]}`",
                detail="The values of the two fields would be mixed up.",
                next_action=f"Remove it from one of them; write `names` of `fields.{there[1]}` too, if it is there.",
            )


def _names(page_map: PageMap, field: SettingField) -> Iterator[tuple[str, KeyPath]]:
    for index, name in enumerate(page_map.fields.of(field).names):
        yield name, ("fields", field.value, "names", index)

"""Text to nodes: YAML composed with a place for everything, and several complaints at once where that is possible.

PyYAML supplies the events; the tree is composed here, without recursion, because every limit has to hold *before*
something is built: nesting, and the size with all aliases expanded ("alias bombs").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from sso_sync.errors import Diagnostic, SpecError
from sso_sync.marked import syntax
from sso_sync.marked.kind import FileKind
from sso_sync.marked.nodes import BrokenNode, Entry, ListNode, MapNode, Node, ScalarNode
from sso_sync.marked.place import Mark
from sso_sync.marked.problem import error_at, quoted
from sso_sync.marked.tags import is_map, is_sequence, scalar, unknown_tag

__all__ = ["MAX_DEPTH", "MAX_NODES", "Parser", "compose"]

MAX_NODES = 50_000
MAX_DEPTH = 40

Parser = type[yaml.SafeLoader] | type[yaml.CSafeLoader]
# libyaml's parser is some ten times faster and keeps the marks; a PyYAML built without it has only its own.
_PARSER: Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_MERGE = "<<"


def compose(text: str, file: str, kind: FileKind[Any], parser: Parser = _PARSER) -> tuple[MapNode, list[Diagnostic]]:
    """The document in `text` and what is wrong with it as far as reading could go on.

    Raises SpecError, carrying everything found so far, when it could not: a syntax error, a limit, no mapping.
    """
    composer = _Composer(file, kind)
    try:
        for event in yaml.parse(text, Loader=parser):
            composer.take(event)
    except yaml.MarkedYAMLError as error:
        raise SpecError(*composer.problems, syntax.explain(error, text, file, kind)) from None
    root = composer.root
    if isinstance(root, MapNode):
        return root, composer.problems
    if isinstance(root, BrokenNode):
        raise SpecError(*composer.problems)
    if kind.optional and _holds_nothing(root):
        return MapNode({}, Mark(file, 1, 1), 1, 1), composer.problems
    raise SpecError(*composer.problems, _no_mapping(root, text, file, kind))


def _holds_nothing(root: Node | None) -> bool:
    return root is None or (isinstance(root, ScalarNode) and root.empty)


def _no_mapping(root: Node | None, text: str, file: str, kind: FileKind[Any]) -> Diagnostic:
    if root is None or _holds_nothing(root):
        summary = "The file holds only comments" if text.strip(" \r\n-.") else "The file is empty"
        return error_at(Mark(file, 1, 1), summary, next_action=kind.start)
    found = "a list" if isinstance(root, ListNode) else "a single value"
    return error_at(
        root.mark,
        f"A {kind.one} is a mapping (`key: value` lines), and this file is {found}",
        next_action=kind.start,
    )


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been read yet; one that stands for a key remembers the problems before it."""

    mapping: bool
    mark: Mark
    anchor: str | None
    usable: bool
    problems_if_key: int | None
    nodes: list[Node] = field(default_factory=list)
    keys: list[Node] = field(default_factory=list)

    @property
    def awaits_key(self) -> bool:
        return self.mapping and len(self.keys) == len(self.nodes)


class _Composer:
    """Turns events into nodes; `root` is the result once all events were taken."""

    def __init__(self, file: str, kind: FileKind[Any]) -> None:
        self.problems: list[Diagnostic] = []
        self.root: Node | None = None
        self._file = file
        self._kind = kind
        self._open: list[_Open] = []
        self._anchors: dict[str, Node | None] = {}  # None while the anchored node is still open
        self._documents = 0
        self._written = 0

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.DocumentStartEvent():
                self._document(self._mark(event))
            case yaml.AliasEvent():
                self._add(self._alias(event))
            case yaml.ScalarEvent():
                mark = self._mark(event)
                node = scalar(
                    event.tag,
                    event.value,
                    plain=event.style in (None, ""),
                    mark=mark,
                    kind=self._kind,
                    report=self._report,
                )
                self._finish(node, event.anchor)
            case yaml.SequenceStartEvent():
                self._begin(event, mapping=False, usable=is_sequence(event.tag))
            case yaml.MappingStartEvent():
                self._begin(event, mapping=True, usable=is_map(event.tag))
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self._end()

    def _report(self, problem: Diagnostic) -> None:
        self.problems.append(problem)

    def _stop(self, mark: Mark, summary: str, **more: str) -> SpecError:
        return SpecError(*self.problems, error_at(mark, summary, **more))

    def _mark(self, event: Any) -> Mark:  # yaml.Event declares neither mark in its type
        return Mark(self._file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _document(self, mark: Mark) -> None:
        self._documents += 1
        if self._documents > 1:
            raise self._stop(
                mark,
                f"The file holds several YAML documents, and a {self._kind.one} is one",
                next_action=self._kind.next_document,
            )

    def _begin(self, event: Any, *, mapping: bool, usable: bool) -> None:  # a start event of either kind
        mark = self._mark(event)
        if not usable:
            self._report(unknown_tag(event.tag, mark, self._kind))
        parent = self._open[-1] if self._open else None
        if parent and parent.mapping and not parent.awaits_key and not event.flow_style:
            mark = parent.keys[-1].mark
        if len(self._open) >= MAX_DEPTH:
            raise self._too_deep(mark)
        if event.anchor:
            self._anchors[event.anchor] = None
        is_key = parent is not None and parent.awaits_key
        self._open.append(_Open(mapping, mark, event.anchor, usable, len(self.problems) if is_key else None))

    def _end(self) -> None:
        done = self._open.pop()
        node = self._closed(done)
        if done.problems_if_key is not None:
            del self.problems[done.problems_if_key :]  # that it is no key says it all
        self._finish(node, done.anchor)

    def _closed(self, done: _Open) -> Node:
        size = 1 + sum(_size(node) for node in done.nodes)
        depth = 1 + max((_depth(node) for node in done.nodes), default=0)
        if size > MAX_NODES:
            raise self._too_large(done.mark)
        if depth + len(self._open) > MAX_DEPTH:
            raise self._too_deep(done.mark)
        if not done.usable:
            return BrokenNode(done.mark)
        if done.mapping:
            return MapNode(self._entries(done), done.mark, size, depth)
        return ListNode(tuple(self._items(done)), done.mark, size, depth)

    def _finish(self, node: Node, anchor: str | None) -> None:
        self._written += 1
        if self._written > MAX_NODES:
            raise self._too_large(node.mark)
        if anchor:
            self._anchors[anchor] = node
        self._add(node)

    def _add(self, node: Node) -> None:
        if not self._open:
            self.root = node
        elif self._open[-1].awaits_key:
            self._open[-1].keys.append(node)
        else:
            self._open[-1].nodes.append(node)

    def _alias(self, event: yaml.AliasEvent) -> Node:
        mark = self._mark(event)
        if event.anchor not in self._anchors:
            problem = error_at(
                mark,
                "This alias (`*name`) has no anchor (`&name`) above it",
                next_action="Put a value that really begins with `*` into single quotes.",
            )
        elif (node := self._anchors[event.anchor]) is not None:
            return node
        else:
            problem = error_at(
                mark,
                "This alias refers to something that contains the alias itself",
                next_action="Write the value out.",
            )
        self._report(problem)
        return BrokenNode(mark)

    def _items(self, done: _Open) -> Iterator[Node]:
        for node in done.nodes:
            if _is_empty(node):
                self._report(_empty_item(node.mark))
                yield BrokenNode(node.mark)
            else:
                yield node

    def _entries(self, done: _Open) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        merges: list[Node] = []
        for key, node in zip(done.keys, done.nodes, strict=True):
            name = self._key(key)
            if name is None:
                continue
            if isinstance(key, ScalarNode) and key.plain and name == _MERGE:
                merges.append(node)
            elif name in entries:
                self._report(_duplicate(name, key.mark, entries[name].key))
            else:
                entries[name] = Entry(key.mark, self._value(name, key.mark, node))
        for merged in merges:
            for base in merged.items if isinstance(merged, ListNode) else (merged,):
                entries = self._merged(base, merged.mark) | entries
        return entries

    def _key(self, key: Node) -> str | None:
        """The text of a key, or None for one that has been reported."""
        if isinstance(key, ScalarNode):
            if not key.null:
                return key.text
            problem = error_at(key.mark, "A key is missing here", next_action="Write the key before the colon.")
        elif isinstance(key, BrokenNode):
            return None
        else:
            problem = error_at(
                key.mark,
                "A key must be plain text",
                detail="Lists, mappings and tags cannot be keys; `{{ … }}` of a template looks like such a key.",
                next_action="Write the key as text, and quote a value that begins with `{` or `[`.",
            )
        self._report(problem)
        return None

    def _value(self, name: str, key: Mark, node: Node) -> Node:
        """The value, unless it is missing: `roles:` with all its items commented out must not mean "no roles"."""
        if not _is_empty(node):
            return node
        self._report(
            error_at(
                key,
                f"{quoted(name)} has no value",
                detail="An empty value would mean null, which clears what is there: too much for a slip.",
                next_action="Write null, or [] for an empty list, if that is meant; otherwise remove the key.",
            )
        )
        return BrokenNode(key)

    def _merged(self, base: Node, mark: Mark) -> dict[str, Entry]:
        """The entries of one merge key (`<<: *name`); keys written beside it win over them."""
        if isinstance(base, MapNode):
            return dict(base.entries)
        if not isinstance(base, BrokenNode):
            self._report(
                error_at(
                    mark,
                    "`<<` takes a mapping to merge, or a list of mappings",
                    next_action="Write `<<: *name`, where `&name` marks a mapping.",
                )
            )
        return {}

    def _too_deep(self, mark: Mark) -> SpecError:
        return self._stop(
            mark,
            f"The file is nested more than {MAX_DEPTH} levels deep",
            next_action=f"A {self._kind.one} needs no more than ten; look for brackets that are never closed.",
        )

    def _too_large(self, mark: Mark) -> SpecError:
        return self._stop(
            mark,
            f"The file holds more than {MAX_NODES} values once its aliases are expanded",
            next_action=f"Write fewer aliases (`*name`) of large parts, or split the {self._kind.one}.",
        )


def _size(node: Node) -> int:
    return node.size if isinstance(node, ListNode | MapNode) else 1


def _depth(node: Node) -> int:
    return node.depth if isinstance(node, ListNode | MapNode) else 0


def _is_empty(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.empty


def _empty_item(mark: Mark) -> Diagnostic:
    return error_at(mark, "This list entry is empty", next_action="Write the entry, or remove the dash.")


def _duplicate(name: str, mark: Mark, first: Mark) -> Diagnostic:
    return error_at(
        mark,
        f"The key {quoted(name)} is written twice",
        detail=f"It was written first at {first.file}:{first.line}:{first.column}; only one of the two can count.",
        next_action="Remove one of them.",
    )

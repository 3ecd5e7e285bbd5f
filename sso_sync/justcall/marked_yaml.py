"""Strict reading of a small YAML file that people may edit: every complaint knows its line, and all are collected."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeGuard

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sso_sync.errors import Diagnostic, SpecError

__all__ = ["MarkedFile"]

_LARGEST = 1024 * 1024  # bytes
_TAG = "tag:yaml.org,2002:"
_TRUE, _FALSE = frozenset({"true", "yes", "on"}), frozenset({"false", "no", "off"})


class MarkedFile:
    """A YAML file and what is wrong with it. The readers answer None after a complaint; `finish` raises them all."""

    def __init__(self, path: Path, *, next_action: str) -> None:
        self.path = path
        self._next_action = next_action
        self._diagnostics: list[Diagnostic] = []

    def complain(self, node: Node | None, summary: str) -> None:
        """Notes a complaint about the place of `node`; None means the file as a whole."""
        mark = node.start_mark if node is not None else None
        self._note(summary, mark.line + 1 if mark else None, mark.column + 1 if mark else None)

    def finish(self) -> None:
        """Raises SpecError with every complaint so far, if there is one."""
        if self._diagnostics:
            raise SpecError(*self._diagnostics)

    def root(self) -> Node | None:
        """The document's root node, or None when there is no such file.

        Raises SpecError for a file that cannot be read or is not one YAML document.
        """
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            self.complain(None, f"the file cannot be read: {error.strerror or 'unknown reason'}")
            data = b""
        self.finish()
        if len(data) > _LARGEST:
            self.complain(None, f"the file is larger than {_LARGEST // 1024} KiB")
            self.finish()
        node = self._compose(data)
        self.finish()
        return node

    def mapping(
        self, node: Node | None, *, known: Collection[str], required: Collection[str] = (), what: str
    ) -> dict[str, Node]:
        """The entries of a mapping; unknown, repeated and missing keys are complaints."""
        if not isinstance(node, MappingNode):
            self.complain(node, f"{what} must be a mapping of names to values")
            return {}
        entries: dict[str, Node] = {}
        for key, value in node.value:
            name = str(key.value) if isinstance(key, ScalarNode) else ""
            if name not in known:
                self.complain(key, f"{what} has an unknown key {name!r}; known are {', '.join(known)}")
            elif name in entries:
                self.complain(key, f"{what} has the key {name} twice")
            else:
                entries[name] = value
        missing = [name for name in required if name not in entries]
        if missing:
            self.complain(node, f"{what} lacks {', '.join(missing)}")
        return entries

    def text(self, node: Node | None, what: str) -> str | None:
        """A text that is not blank."""
        if _is(node, "str") and node.value.strip():
            return str(node.value)
        self.complain(node, f"{what} must be a text that is not empty; put it in quotes if it looks like a number")
        return None

    def switch(self, node: Node | None, what: str) -> bool | None:
        if _is(node, "bool"):
            word = node.value.lower()
            if word in _TRUE | _FALSE:
                return word in _TRUE
        self.complain(node, f"{what} must be true or false")
        return None

    def texts(self, node: Node | None, what: str) -> list[str] | None:
        """A list of texts."""
        if isinstance(node, SequenceNode) and all(_is(each, "str") for each in node.value):
            return [str(each.value) for each in node.value]
        self.complain(node, f"{what} must be a list of texts")
        return None

    def moment(self, node: Node | None, what: str) -> datetime | None:
        """A point in time with its zone, as UTC."""
        if _is(node, "timestamp") or _is(node, "str"):
            try:
                moment = datetime.fromisoformat(node.value)
                if moment.tzinfo is not None:
                    return moment.astimezone(UTC)
            except (ValueError, OverflowError):
                pass
        self.complain(node, f"{what} must be a date and time with its zone, such as 2026-01-31T12:00:00Z")
        return None

    @staticmethod
    def is_null(node: Node | None) -> bool:
        """Whether the value is written as null (or left blank)."""
        return _is(node, "null")

    def _compose(self, data: bytes) -> Node | None:
        try:
            node = yaml.compose(data.decode("utf-8-sig"), Loader=yaml.SafeLoader)
        except UnicodeDecodeError:
            self.complain(None, "the file is not UTF-8 text")
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            where = (mark.line + 1, mark.column + 1) if mark else (None, None)
            self._note(f"the file is not valid YAML: {error.problem or error.context}", *where)
        except (yaml.YAMLError, RecursionError):
            self.complain(None, "the file is not valid YAML")
        else:
            if isinstance(node, Node):
                return node
            self.complain(None, "the file is empty")
        return None

    def _note(self, summary: str, line: int | None, column: int | None) -> None:
        found = Diagnostic("error", f"{self.path.name}: {summary}.", next_action=self._next_action)
        self._diagnostics.append(found.at(str(self.path), line, column))


def _is(node: Node | None, kind: str) -> TypeGuard[ScalarNode]:
    return isinstance(node, ScalarNode) and node.tag == _TAG + kind

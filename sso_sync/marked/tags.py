"""The tags that a kind of file may know: `!env NAME`, `!unmanaged`, and a refusal for every other."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from typing import Any

from sso_sync.errors import Diagnostic
from sso_sync.marked.kind import FileKind
from sso_sync.marked.nodes import BrokenNode, EnvNode, Node, ScalarNode, UnmanagedNode
from sso_sync.marked.place import Mark
from sso_sync.marked.problem import error_at

__all__ = ["ENV", "UNMANAGED_TAG", "is_map", "is_sequence", "scalar", "unknown_tag"]

ENV = "!env"
UNMANAGED_TAG = "!unmanaged"

_STANDARD = "tag:yaml.org,2002:"
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPELLED = {ENV: "`!env NAME`", UNMANAGED_TAG: "`!unmanaged`"}


def is_map(tag: str | None) -> bool:
    """Whether a mapping may carry this tag."""
    return tag in (None, f"{_STANDARD}map")


def is_sequence(tag: str | None) -> bool:
    """Whether a list may carry this tag."""
    return tag in (None, f"{_STANDARD}seq")


def scalar(
    tag: str | None,
    text: str,
    *,
    plain: bool,
    mark: Mark,
    kind: FileKind[Any],
    report: Callable[[Diagnostic], None],
) -> Node:
    """The node for a scalar with this tag; what is wrong with it goes to `report` and leaves a broken node."""
    problem: Diagnostic
    if _SURROGATE.search(text):
        problem = error_at(
            mark, "An escape in this text stands for half a character", next_action=r"Write the character itself."
        )
    elif tag in (None, f"{_STANDARD}str"):
        return ScalarNode(text, plain and tag is None, mark)
    elif tag not in kind.tags:
        problem = unknown_tag(tag, mark, kind)
    elif tag == ENV:
        if _VARIABLE.fullmatch(text):
            return EnvNode(text, mark)
        problem = _bad_variable(text, mark)
    else:
        if not text:
            return UnmanagedNode(mark)
        problem = error_at(
            mark,
            "`!unmanaged` takes no value",
            next_action="Remove what follows it, or remove the tag to manage the value.",
        )
    report(problem)
    return BrokenNode(mark)


def _bad_variable(text: str, mark: Mark) -> Diagnostic:
    # What follows may be the secret itself instead of a name, so it is not repeated.
    return error_at(
        mark,
        "`!env` needs the name of an environment variable" if text else "`!env` names no variable",
        detail="A name consists of letters, digits and underscores and does not begin with a digit." if text else None,
        next_action="Write `!env NAME`, and put the value into the environment variable NAME.",
    )


def unknown_tag(tag: str, mark: Mark, kind: FileKind[Any]) -> Diagnostic:
    """The error for a tag that means nothing here. A private tag is not repeated: it may be an unquoted password."""
    if tag in kind.tags:
        return error_at(
            mark, f"`{tag}` stands before a list or mapping, and works on single values", next_action=_the_tags(kind)
        )
    if tag in (ENV, UNMANAGED_TAG):
        return error_at(
            mark,
            f"`{tag}` is not used in {kind.many}",
            detail=f"It is a tag of specs; a {kind.one} says the same wherever it is used.",
            next_action="Write the value itself, or remove the key.",
        )
    if tag.startswith(_STANDARD + "python"):
        return error_at(
            mark,
            "`!!python/…` tags run code while a file is read and are never accepted",
            next_action="Write the value as plain YAML.",
        )
    if tag.startswith(_STANDARD):
        return error_at(
            mark,
            f"This `!!` tag is not used in {kind.many}",
            detail="Whether a value is text or a number follows from its key.",
            next_action="Remove the tag.",
        )
    near = difflib.get_close_matches(tag.lower(), kind.tags, n=1)
    return error_at(mark, "Unknown tag" + (f"; did you mean `{near[0]}`?" if near else ""), next_action=_the_tags(kind))


def _the_tags(kind: FileKind[Any]) -> str:
    if not kind.tags:
        return "Quote a value that begins with `!`."
    tags = " and ".join(_SPELLED[tag] for tag in kind.tags)
    return f"The tags of a {kind.one} are {tags}; quote a value that begins with `!`."

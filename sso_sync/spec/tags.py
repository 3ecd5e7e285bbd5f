"""The tags of a spec: `!env NAME`, `!unmanaged`, and a refusal for every other."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable

from sso_sync.errors import Diagnostic
from sso_sync.spec.connection import Mark
from sso_sync.spec.nodes import BrokenNode, EnvNode, Node, ScalarNode, UnmanagedNode
from sso_sync.spec.problem import error_at

__all__ = ["ENV", "UNMANAGED_TAG", "is_map", "is_sequence", "scalar", "unknown_tag"]

ENV = "!env"
UNMANAGED_TAG = "!unmanaged"

_STANDARD = "tag:yaml.org,2002:"
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SURROGATE = re.compile("[\ud800-\udfff]")
_THE_TAGS = "The tags of a spec are `!env NAME` and `!unmanaged`; quote a value that begins with `!`."


def is_map(tag: str | None) -> bool:
    """Whether a mapping may carry this tag."""
    return tag in (None, f"{_STANDARD}map")


def is_sequence(tag: str | None) -> bool:
    """Whether a list may carry this tag."""
    return tag in (None, f"{_STANDARD}seq")


def scalar(tag: str | None, text: str, *, plain: bool, mark: Mark, report: Callable[[Diagnostic], None]) -> Node:
    """The node for a scalar with this tag; what is wrong with it goes to `report` and leaves a broken node."""
    problem: Diagnostic
    if _SURROGATE.search(text):
        problem = error_at(
            mark, "An escape in this text stands for half a character", next_action=r"Write the character itself."
        )
    elif tag in (None, f"{_STANDARD}str"):
        return ScalarNode(text, plain and tag is None, mark)
    elif tag == ENV:
        if _VARIABLE.fullmatch(text):
            return EnvNode(text, mark)
        problem = _bad_variable(text, mark)
    elif tag == UNMANAGED_TAG:
        if not text:
            return UnmanagedNode(mark)
        problem = error_at(
            mark,
            "`!unmanaged` takes no value",
            next_action="Remove what follows it, or remove the tag to manage the value.",
        )
    else:
        problem = unknown_tag(tag or "", mark)
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


def unknown_tag(tag: str, mark: Mark) -> Diagnostic:
    """The error for a tag that means nothing here. A private tag is not repeated: it may be an unquoted password."""
    if tag in (ENV, UNMANAGED_TAG):
        return error_at(
            mark, f"`{tag}` stands before a list or mapping, and works on single values", next_action=_THE_TAGS
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
            "This `!!` tag is not used in specs",
            detail="Whether a value is text or a number follows from its key.",
            next_action="Remove the tag.",
        )
    near = difflib.get_close_matches(tag.lower(), (ENV, UNMANAGED_TAG), n=1)
    return error_at(mark, "Unknown tag" + (f"; did you mean `{near[0]}`?" if near else ""), next_action=_THE_TAGS)

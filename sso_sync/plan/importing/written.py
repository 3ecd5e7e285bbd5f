"""A document as YAML text with comments. PyYAML decides how each scalar is quoted; here are only lines and indents."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import yaml

from sso_sync.marked.private_key import PRIVATE_KEY
from sso_sync.marked.tags import ENV, UNMANAGED_TAG
from sso_sync.plan.importing.document import Document, Env
from sso_sync.safe import visible
from sso_sync.spec.connection import SpecPath
from sso_sync.spec.model import UNMANAGED

__all__ = ["scalar", "text", "writable"]

_STEP = 2  # columns
_LONGEST_KEY = 256  # characters; YAML takes no simple key above 1024 bytes


def writable(value: Any) -> bool:
    """Whether a value can stand in a spec: no half characters, no private key, no name longer than YAML takes."""
    if isinstance(value, str):
        return PRIVATE_KEY.search(value) is None and not any("\ud800" <= one <= "\udfff" for one in value)
    if isinstance(value, Mapping):
        return all(len(key) <= _LONGEST_KEY and writable(key) and writable(below) for key, below in value.items())
    if isinstance(value, Sequence):
        return all(writable(below) for below in value)
    return True


def text(document: Document) -> str:
    """The document as a file's content, with a line break at its end. Every value has to be `writable`."""
    lines = [_comment(line) for line in document.head]
    if lines:
        lines.append("")
    shown = _with_places(document)
    return "\n".join([*lines, *_mapping(document.tree, (), shown, "")]) + "\n"


def _with_places(document: Document) -> dict[SpecPath, tuple[str, ...]]:
    """Comments at places that exist, or directly below a mapping that does."""
    shown: dict[SpecPath, tuple[str, ...]] = {}
    for path, lines in document.comments.items():
        while len(path) > 1 and not _is_mapping(document.tree, path[:-1]):
            path = path[:-1]  # noqa: PLW2901 - the remark moves up to where it can stand
        shown[path] = (*shown.get(path, ()), *lines)
    return shown


def _is_mapping(tree: Any, path: SpecPath) -> bool:
    for key in path:
        tree = tree.get(key) if isinstance(tree, Mapping) else None
    return isinstance(tree, Mapping) and bool(tree)


def _mapping(
    tree: Mapping[str, Any], path: SpecPath, comments: Mapping[SpecPath, Iterable[str]], pad: str
) -> Iterator[str]:
    for key, value in tree.items():
        yield from (pad + _comment(line) for line in comments.get((*path, key), ()))
        yield from _entry(f"{pad}{scalar(key)}:", value, (*path, key), comments, pad)
    for place, lines in comments.items():
        if len(place) == len(path) + 1 and place[:-1] == path and place[-1] not in tree:
            yield from (pad + _comment(line) for line in lines)


def _entry(
    before: str, value: Any, path: SpecPath, comments: Mapping[SpecPath, Iterable[str]], pad: str
) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        yield before
        yield from _mapping(value, path, comments, pad + " " * _STEP)
    elif isinstance(value, list | tuple) and value:
        yield before
        yield from _list(value, pad + " " * _STEP)
    else:
        yield f"{before} {_plain(value, pad)}"


def _list(values: Sequence[Any], pad: str) -> Iterator[str]:
    for value in values:
        if isinstance(value, Mapping) and value:
            lines = list(_mapping(value, (), {}, pad + " " * _STEP))
            yield f"{pad}- {lines[0].lstrip(' ')}"
            yield from lines[1:]
        else:
            yield f"{pad}- {_plain(value, pad)}"


def _plain(value: Any, pad: str) -> str:
    if value is UNMANAGED:
        return UNMANAGED_TAG
    if isinstance(value, Env):
        return f"{ENV} {value.name}"
    if isinstance(value, Mapping | list | tuple):
        return "[]" if isinstance(value, list | tuple) else "{}"
    if isinstance(value, str) and _is_block(value):
        return scalar(value, style="|").replace("\n", f"\n{pad}")
    return scalar(value)


def _is_block(value: str) -> bool:
    """Whether a text of several lines, such as a certificate, can stand as it is: plain letters, no odd spaces."""
    lines = value.split("\n")
    return (
        len(lines) > 1
        and all(line and line == line.strip() and line.isascii() and line.isprintable() for line in lines[:-1])
        and lines[-1] == ""
        and not lines[0].startswith("#")
    )


@lru_cache(maxsize=512, typed=True)  # the keys of a spec, above all
def scalar(value: str | int | float | bool | None, *, style: str | None = None) -> str:
    """A scalar on one line, quoted where it would otherwise be read as something else.

    `style` "|" writes a text of several lines as a block, indented by two columns.
    """
    if isinstance(value, str) and style is None and not value.isprintable():
        style = '"'  # escapes, so that the value stays on its line and nothing in it is invisible
    readable = style != '"'
    written: str = yaml.dump(
        value, Dumper=yaml.SafeDumper, default_style=style, allow_unicode=readable, width=sys.maxsize
    )
    return written.removesuffix("...\n").rstrip("\n")


def _comment(line: str) -> str:
    """A remark on one line; what comes from a live side can neither end the comment nor be a private key."""
    shown = PRIVATE_KEY.sub("(a private key)", visible(line))
    return f"# {shown}".rstrip()

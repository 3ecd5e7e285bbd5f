"""The files of a spec: the one that was named and, through `extends`, the bases under it, merged into one tree."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sso_sync.errors import Diagnostic, SpecError
from sso_sync.marked import merge
from sso_sync.marked.nodes import BrokenNode, Entry, MapNode, ScalarNode
from sso_sync.marked.problem import by_place, error_at, file_name
from sso_sync.marked.reading import UnreadableError, decode, read_bytes
from sso_sync.marked.yaml_tree import compose
from sso_sync.spec.connection import Mark
from sso_sync.spec.kind import EXTENDS, SPEC
from sso_sync.spec.literal_secrets import literal_secrets, private_keys

__all__ = ["EXTENDS", "Document", "merged", "read_chain", "read_document"]

_MAX_CHAIN = 20


@dataclass(frozen=True)
class Document:
    """One file: its tree without the `extends` key, what that key says, and what is wrong so far."""

    path: Path
    root: MapNode
    extends: Entry | None
    problems: tuple[Diagnostic, ...]

    @property
    def base(self) -> Path | None:
        """The file that `extends` names, relative to this one; None without a usable `extends`."""
        node = self.extends.node if self.extends else None
        return self.path.parent / node.text if isinstance(node, ScalarNode) and _names_a_file(node) else None


def read_document(path: Path) -> Document:
    """One file without its bases. Raises UnreadableError, or SpecError when reading could not go on."""
    file = str(path)
    text = decode(read_bytes(path, SPEC), file, SPEC)
    keys = private_keys(text, file)
    try:
        root, problems = compose(text, file, SPEC)
    except SpecError as error:
        raise SpecError(*by_place((*keys, *error.diagnostics))) from None
    extends = root.entries.get(EXTENDS)
    rest = MapNode(
        {key: entry for key, entry in root.entries.items() if key != EXTENDS}, root.mark, root.size, root.depth
    )
    found = (*problems, *keys, *literal_secrets(rest), *_wrong_extends(extends))
    return Document(path, rest, extends, found)


def read_chain(path: Path) -> tuple[Document, ...]:
    """The file at `path`, the base that it extends, that one's base, and so on.

    Raises SpecError when one of them cannot be read, with everything found in the others.
    """
    try:
        chain = [read_document(path)]
    except UnreadableError as error:
        raise SpecError(_unreadable(path, str(error))) from None
    while (base := chain[-1].base) is not None:
        entry = chain[-1].extends
        mark = entry.node.mark if entry else chain[-1].root.mark
        _check_circle(chain, base, mark)
        try:
            chain.append(read_document(base))
        except UnreadableError as error:
            problem = _missing_base(base, str(error), mark)
        except SpecError as error:
            raise SpecError(*by_place((*_problems(chain), *error.diagnostics))) from None
        else:
            continue
        raise SpecError(*by_place((*_problems(chain), problem)))
    return tuple(chain)


def merged(chain: Sequence[Document]) -> MapNode:
    """The chain as one tree; the first document has the last word."""
    return merge.merged([document.root for document in chain])


def _problems(chain: Sequence[Document]) -> tuple[Diagnostic, ...]:
    return tuple(problem for document in chain for problem in document.problems)


def _names_a_file(node: ScalarNode) -> bool:
    """No file's name is empty, or holds a NUL."""
    return bool(node.text) and not node.null and "\0" not in node.text


def _wrong_extends(entry: Entry | None) -> tuple[Diagnostic, ...]:
    if entry is None or isinstance(entry.node, BrokenNode):
        return ()
    if isinstance(entry.node, ScalarNode) and _names_a_file(entry.node):
        return ()
    return (
        error_at(
            entry.node.mark,
            "`extends` takes the name of one file",
            detail="The file is found relative to the one that names it, and may itself extend another.",
            next_action="Write `extends: base.yaml`; chain files to combine several.",
        ),
    )


def _check_circle(chain: Sequence[Document], base: Path, mark: Mark) -> None:
    visited = [os.path.realpath(document.path) for document in chain]
    there = os.path.realpath(base)
    if there in visited:
        circle = [*(document.path.name for document in chain[visited.index(there) :]), base.name]
        problem = error_at(
            mark,
            "`extends` runs in a circle: " + " → ".join(circle),
            next_action="Let the base that all share extend nothing.",
        )
    elif len(chain) >= _MAX_CHAIN:
        problem = error_at(
            mark,
            f"More than {_MAX_CHAIN} files extend each other",
            next_action="Shorten the chain: a base, perhaps one per environment, and the spec.",
        )
    else:
        return
    raise SpecError(*by_place((*_problems(chain), problem)))


def _unreadable(path: Path, reason: str) -> Diagnostic:
    found = Diagnostic(
        "error",
        f"The spec {file_name(path)} {reason}",
        next_action="Check the path. SPEC is a YAML file, or a folder of them.",
    )
    return found.at(str(path), None, None)


def _missing_base(base: Path, reason: str, mark: Mark) -> Diagnostic:
    return error_at(
        mark,
        f"The base {file_name(base)} {reason}",
        next_action="Correct the name; it is relative to the file that names it.",
    )

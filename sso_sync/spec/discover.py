"""From what the user named to spec files: a file is a spec, a folder is a fleet."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from sso_sync.errors import Diagnostic, SpecError
from sso_sync.marked.nodes import MapNode, ScalarNode
from sso_sync.marked.problem import file_name
from sso_sync.marked.reading import UnreadableError
from sso_sync.spec.documents import Document, read_document

__all__ = ["discover"]

_SUFFIXES = frozenset({".yaml", ".yml"})
_NOT_SPECS = frozenset({"attestations"})


def discover(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The spec files among `paths`, in their order, each once; folders are searched, in alphabetical order.

    A file that is named is always a spec. In a folder only `*.yaml` and `*.yml` count; hidden files, `attestations/`,
    files that are only bases for `extends` and the page maps that specs name do not. Raises SpecError for a path that
    does not exist and for a folder without specs.
    """
    found: dict[str, Path] = {}
    problems: list[Diagnostic] = []
    for path in paths:
        if path.is_dir():
            specs = _specs_in(path)
            problems += [] if specs else [_problem(path, "holds no specs", "Name a folder of *.yaml files.")]
        elif path.exists():
            specs = [path]
        else:
            specs = []
            problems.append(
                _problem(path, "does not exist", "Check the path; SPEC is a YAML file or a folder of them.")
            )
        for spec in specs:
            found.setdefault(os.path.realpath(spec), spec)
    if problems:
        raise SpecError(*problems)
    return tuple(found.values())


def _problem(path: Path, what: str, next_action: str) -> Diagnostic:
    kind = "folder" if path.is_dir() else "spec"
    return Diagnostic("error", f"The {kind} {file_name(path)} {what}", file=str(path), next_action=next_action)


def _specs_in(folder: Path) -> list[Path]:
    documents = {path: _peek(path) for path in _yaml_files(folder)}
    readable = [document for document in documents.values() if document]
    bases = {os.path.realpath(document.base) for document in readable if document.base}
    page_maps = {os.path.realpath(found) for document in readable for found in _page_map(document)}
    return [
        path
        for path, document in documents.items()
        if not (_is_base(path, document, bases) or _is_page_map(path, document, page_maps))
    ]


def _yaml_files(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _NOT_SPECS)
        for name in sorted(files):
            path = Path(place, name)
            if path.suffix in _SUFFIXES and not name.startswith("."):
                yield path


def _peek(path: Path) -> Document | None:
    """The file if it can be read; what cannot is a spec, so that loading it tells why."""
    try:
        return read_document(path)
    except (SpecError, UnreadableError):
        return None


def _is_page_map(path: Path, document: Document | None, page_maps: set[str]) -> bool:
    """Whether a spec names the file as its page map, and it is no spec itself: those have a name."""
    has_name = document is not None and "name" in document.root.entries
    return os.path.realpath(path) in page_maps and not has_name


def _page_map(document: Document) -> Iterator[Path]:
    """The file that `justcall.page_map` of this very file names."""
    justcall = document.root.entries.get("justcall")
    named = justcall.node.entries.get("page_map") if justcall and isinstance(justcall.node, MapNode) else None
    if named and isinstance(named.node, ScalarNode) and named.node.text and "\0" not in named.node.text:
        yield document.path.parent / named.node.text


def _is_base(path: Path, document: Document | None, bases: set[str]) -> bool:
    """Whether a file is only there to be extended: it has no name, and it is extended or is no whole spec anyway.

    A complete spec that nobody extends has merely forgotten its name: that must be an error, never a silent omission.
    """
    if document is None or "name" in document.root.entries:
        return False
    return os.path.realpath(path) in bases or not (document.extends or "version" in document.root.entries)

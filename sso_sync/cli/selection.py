"""Which of the named specs are meant: those of certain names, those that changed, or all of them."""

from __future__ import annotations

import difflib
import fnmatch
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sso_sync.errors import SpecError, UsageError
from sso_sync.justcall.attestation import location
from sso_sync.marked.nodes import MapNode, ScalarNode
from sso_sync.marked.yaml_tree import compose
from sso_sync.spec.discover import discover
from sso_sync.spec.documents import Document, merged, read_chain
from sso_sync.spec.kind import SPEC
from sso_sync.store.git import Changes, changes

__all__ = ["Selection", "select"]


@dataclass(frozen=True)
class Selection:
    """The specs that are meant, in order. `several`: the report is that of a fleet, however many are left.

    `remarks` are for people: what was left out for a reason that they should know.
    """

    paths: tuple[Path, ...]
    several: bool
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Spec:
    """A spec as far as it can be read without the environment; one that cannot is met again when it is loaded."""

    path: Path
    chain: tuple[Document, ...]
    name: str | None

    def files(self) -> Iterator[Path]:
        """Every file that the connection is made from."""
        yield self.path
        for document in self.chain:
            yield document.path
            page_map = _text(document.root, "justcall", "page_map")
            if page_map and "\0" not in page_map:
                yield document.path.parent / page_map
        if self.name is not None:
            yield location(self.path, self.name)


def select(specs: Sequence[str], *, only: Sequence[str] | None = None, since: str | None = None) -> Selection:
    """The specs behind the words of the command line: those called `only` (`*` stands for anything), and of these those
    that changed since the git ref `since`.

    Raises SpecError for a missing file or an empty folder, UsageError for a name or a ref that nobody knows,
    SsoSyncError where git cannot tell.
    """
    paths = discover([Path(spec) for spec in specs])
    if not only and since is None:
        return Selection(paths, several=len(paths) > 1)
    known = [_read(path) for path in paths]
    left = _called(known, only) if only else known
    remarks: tuple[str, ...] = ()
    if since is not None:
        folder = next((path if path.is_dir() else path.parent for path in map(Path, specs)), Path())
        git = changes(os.environ, folder, since)
        left = [spec for spec in left if any(git.touched(file) for file in spec.files() if _is_there(file, git))]
        remarks = tuple(_gone(specs, git, since))
        if not left:
            remarks = (*remarks, f"No spec changed since {since}.")
    return Selection(tuple(spec.path for spec in left), several=len(paths) > 1 or len(left) != 1, remarks=remarks)


def _is_there(file: Path, git: Changes) -> bool:
    """An attestation or a page map that is not there, and was not there before, has not changed."""
    return file.exists() or file.parent.resolve() / file.name in git.changed


def _read(path: Path) -> _Spec:
    try:
        chain = read_chain(path)
        return _Spec(path, chain, _text(merged(chain), "name"))
    except SpecError:
        return _Spec(path, (), None)


def _text(root: MapNode, *keys: str) -> str | None:
    """The text at a place of the tree; None for anything else."""
    *above, last = keys
    for key in above:
        entry = root.entries.get(key)
        if entry is None or not isinstance(entry.node, MapNode):
            return None
        root = entry.node
    found = root.entries.get(last)
    return found.node.text if found is not None and isinstance(found.node, ScalarNode) else None


def _called(specs: Sequence[_Spec], wanted: Sequence[str]) -> list[_Spec]:
    names = sorted({spec.name for spec in specs if spec.name is not None})
    for pattern in wanted:
        if not fnmatch.filter(names, pattern):
            raise _nobody(pattern, names, unread=sum(spec.name is None for spec in specs))
    chosen = {name for pattern in wanted for name in fnmatch.filter(names, pattern)}
    return [spec for spec in specs if spec.name in chosen]


def _nobody(pattern: str, names: Sequence[str], *, unread: int) -> UsageError:
    near = difflib.get_close_matches(pattern, names, n=2)
    return UsageError.because(
        f"--only {pattern}: no connection is called that",
        detail=f"The names of {unread} of the specs cannot be read." if unread else None,
        next_action=f"Did you mean {' or '.join(near)}?" if near else "`sso-sync validate` checks what the specs say.",
    )


def _gone(specs: Sequence[str], git: Changes, since: str) -> Iterator[str]:
    """Specs below the named folders that are not there any more: nobody manages their connections now."""
    folders = [Path(spec).resolve() for spec in specs if Path(spec).is_dir()]
    for path in git.deleted:
        if path.suffix in {".yaml", ".yml"} and any(path.is_relative_to(folder) for folder in folders):
            name = _former_name(path, git)
            if name is not None:
                yield (
                    f"{path.relative_to(git.root)} was deleted since {since}: nobody manages {name} any more. To take "
                    "a connection down, let its spec say `state: absent` and apply that first."
                )


def _former_name(path: Path, git: Changes) -> str | None:
    """The name that a deleted spec gave; None for a file that was none."""
    text = git.former(os.environ, path)
    if text is None:
        return None
    try:
        return _text(compose(text, str(path), SPEC)[0], "name")
    except SpecError:
        return None

"""A loaded spec and where each of its values stands: what the rest of the house gets to see of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sso_sync.errors import Diagnostic, Severity
from sso_sync.marked.place import KeyPath, Mark
from sso_sync.spec.model import Spec

__all__ = ["Connection", "Mark", "SpecPath"]

SpecPath = KeyPath
"""A place in the spec: ("onelogin", "access", "roles", 0, "members")."""


@dataclass(frozen=True)
class Connection:
    """One spec, ready to plan.

    `path` is the file the user named (an `extends` base may supply values; `marks` knows). `digest` is the SHA-256 of
    the merged document with the *names* of `!env` variables in place of their values. `sensitive` holds the places that
    came from `!env`; what stands there may be used but never shown.
    """

    spec: Spec = field(repr=False)
    path: Path
    digest: str
    marks: Mapping[SpecPath, Mark] = field(default_factory=dict)
    sensitive: frozenset[SpecPath] = frozenset()

    @property
    def name(self) -> str:
        return self.spec.name

    def mark(self, path: SpecPath) -> Mark | None:
        """Where `path` was written, or its nearest written ancestor; None when the spec has no file."""
        for length in range(len(path), -1, -1):
            found = self.marks.get(path[:length])
            if found is not None:
                return found
        return None

    @property
    def page_map_file(self) -> Path | None:
        """The file that `justcall.page_map` names, relative to the file that says so; None when none is named."""
        name = self.spec.justcall.page_map
        if name is None:
            return None
        mark = self.mark(("justcall", "page_map"))
        return (Path(mark.file) if mark else self.path).parent / name

    def is_sensitive(self, path: SpecPath) -> bool:
        """Whether the value at `path`, or something that holds it, came from the environment."""
        return any(path[:length] in self.sensitive for length in range(len(path) + 1))

    @property
    def secrets(self) -> frozenset[str]:
        """The texts that came from the environment, for whoever has to keep them out of a sentence."""
        return frozenset(text for path in self.sensitive if (text := self._text(path)))

    def _text(self, path: SpecPath) -> str | None:
        found: object = self.spec
        for key in path:
            if isinstance(key, str) and not isinstance(found, Mapping):
                found = getattr(found, key, None)
            elif isinstance(found, Mapping):
                found = found.get(key)
            elif isinstance(found, list) and isinstance(key, int) and key < len(found):
                found = found[key]
        return found if isinstance(found, str) else None

    def diagnostic(
        self,
        severity: Severity,
        path: SpecPath,
        summary: str,
        *,
        detail: str | None = None,
        address: str | None = None,
        next_action: str | None = None,
    ) -> Diagnostic:
        """A diagnostic that points at the place in the spec."""
        mark = self.mark(path)
        found = Diagnostic(severity, summary, detail=detail, address=address, next_action=next_action)
        return found.at(mark.file, mark.line, mark.column) if mark else found

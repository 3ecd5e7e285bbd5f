"""What every lint looks with: the connection, and a way to complain about a place without giving away a secret."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sso_sync.errors import Diagnostic
from sso_sync.marked.problem import quoted
from sso_sync.marked.words import dotted
from sso_sync.spec.connection import Connection, SpecPath
from sso_sync.spec.model import Spec

__all__ = ["Lint", "Look"]

_ADDRESSED: tuple[SpecPath, ...] = (("onelogin", "app"), ("justcall", "sso"))


@dataclass(frozen=True)
class Look:
    """A connection under examination."""

    connection: Connection

    @property
    def spec(self) -> Spec:
        return self.connection.spec

    def written(self, path: SpecPath) -> bool:
        """Whether the file, or one that it extends, says anything at this very place."""
        return path in self.connection.marks

    def shown(self, path: SpecPath, value: object) -> str:
        """The value in backticks, or a stand-in when it came from the environment."""
        return f"the value of {quoted(dotted(path))}" if self.connection.is_sensitive(path) else quoted(value)

    def error(
        self, path: SpecPath, summary: str, *, detail: str | None = None, next_action: str | None = None
    ) -> Diagnostic:
        return self.connection.diagnostic(
            "error", path, summary, detail=detail, address=_address(path), next_action=next_action
        )

    def warning(
        self, path: SpecPath, summary: str, *, detail: str | None = None, next_action: str | None = None
    ) -> Diagnostic:
        return self.connection.diagnostic(
            "warning", path, summary, detail=detail, address=_address(path), next_action=next_action
        )

    def repeated(
        self, path: SpecPath, names: Iterable[str], what: str, below: Callable[[int], SpecPath] = lambda _: ()
    ) -> Iterator[Diagnostic]:
        """An error for each name of the list at `path` that was there before; `below` leads from entry to name."""
        first: dict[str, SpecPath] = {}
        for index, name in enumerate(names):
            place = (*path, index, *below(index))
            earlier = first.setdefault(name, place)
            if earlier == place:
                continue
            mark = self.connection.mark(earlier)
            secret = earlier if self.connection.is_sensitive(earlier) else place
            yield self.error(
                place,
                f"The {what} {self.shown(secret, name)} is listed twice",
                detail=f"It is listed first at {mark.file}:{mark.line}:{mark.column}." if mark else None,
                next_action="Remove one of the two.",
            )


Lint = Callable[[Look], Iterator[Diagnostic]]


def _address(path: SpecPath) -> str | None:
    """The plan address of a place, for the places whose address is their path."""
    if path[:2] in _ADDRESSED and len(path) > 2 and all(isinstance(key, str) for key in path):
        return ".".join(str(key) for key in path)
    return None

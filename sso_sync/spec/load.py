"""The way from a spec file to a `Connection`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from sso_sync.errors import Diagnostic, SpecError
from sso_sync.marked.bind import bind
from sso_sync.marked.problem import by_place
from sso_sync.spec.connection import Connection
from sso_sync.spec.documents import merged, read_chain
from sso_sync.spec.kind import SPEC
from sso_sync.spec.lint import lint
from sso_sync.spec.model import Spec
from sso_sync.spec.resolve import digest, resolve

__all__ = ["check_fleet", "load"]


def load(path: Path, environ: Mapping[str, str]) -> Connection:
    """The spec in the file at `path`, merged over what it extends, with `!env` taken from `environ`.

    Raises SpecError with every error found, and with the warnings when only lint found errors. The warnings of a spec
    that loads are what `lint` answers.
    """
    chain = read_chain(path)
    root = merged(chain)
    resolved = resolve(root, environ)
    problems: list[Diagnostic] = [problem for document in chain for problem in document.problems]
    problems += resolved.problems
    spec = bind(SPEC, resolved)
    if not isinstance(spec, Spec):
        problems += spec
    if problems or not isinstance(spec, Spec):
        raise SpecError(*by_place(problems, (str(document.path) for document in chain)))
    connection = Connection(spec, path, digest(root, resolved), resolved.marks, frozenset(resolved.sensitive))
    found = lint(connection)
    if any(diagnostic.severity == "error" for diagnostic in found):
        raise SpecError(*found)
    return connection


def check_fleet(connections: Iterable[Connection]) -> None:
    """Raises SpecError when two connections of a fleet have one name: journals, locks and ownership marks go by it."""
    first: dict[str, Connection] = {}
    problems = []
    for connection in connections:
        other = first.setdefault(connection.name, connection)
        if other is connection:
            continue
        mark = other.mark(("name",))
        problems.append(
            connection.diagnostic(
                "error",
                ("name",),
                f"Two connections are named `{connection.name}`",
                detail=f"The other one is at {mark.file}:{mark.line}:{mark.column}."
                if mark
                else f"It is {other.path}.",
                next_action="Give each connection of a fleet a name of its own.",
            )
        )
    if problems:
        raise SpecError(*problems)

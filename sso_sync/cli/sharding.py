"""Which of the selected specs are this process's own, when several share a fleet (`--shard`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from sso_sync.cli.selection import Selection
from sso_sync.errors import Diagnostic, SpecError, UsageError
from sso_sync.report.counting import count
from sso_sync.spec.account import Glance, glance
from sso_sync.spec.connection import Connection
from sso_sync.spec.shard import Shard

__all__ = ["Share", "share"]

_SHARD = "SSO_SYNC_SHARD"
_INDEX = "JOB_COMPLETION_INDEX"  # Kubernetes sets it in each pod of an Indexed Job, but never says how many there are
_COUNT = "SSO_SYNC_SHARDS"


@dataclass(frozen=True)
class Share:
    """The specs of this process; `clashes` tells of those that have the name of one before them in the fleet."""

    selection: Selection
    clashes: Mapping[Path, Diagnostic] = field(default_factory=dict)

    def opener(self, opened: Callable[[Path], Connection]) -> Callable[[Path], Connection]:
        """`opened`, but SpecError for a spec whose name another one has, whichever shard that one is in."""

        def checked(path: Path) -> Connection:
            if path in self.clashes:
                raise SpecError(self.clashes[path])
            return opened(path)

        return checked


def share(selection: Selection, option: str | None, environ: Mapping[str, str]) -> Share:
    """All that was selected, or what is in the shard that `option` (`i/n`) or the environment names.

    Raises UsageError for a shard that is none, and for half of one in the environment.
    """
    shard = _shard(option, environ)
    if shard is None:
        return Share(selection)
    seen = {path: glance(path, environ) for path in selection.paths}
    mine = tuple(path for path in selection.paths if shard.owns(seen[path].account))
    remark = f"Shard {shard}: {len(mine)} of {count(len(seen), 'connection')}."
    chosen = replace(selection, paths=mine, several=True, remarks=(*selection.remarks, remark))
    return Share(chosen, _clashes(seen))


def _clashes(seen: Mapping[Path, Glance]) -> dict[Path, Diagnostic]:
    """A fleet's names are unique, and no shard alone could find out."""
    first: dict[str, Path] = {}
    found = {}
    for path, here in seen.items():
        if here.name is not None and here.mark is not None and first.setdefault(here.name, path) != path:
            clash = Diagnostic(
                "error",
                f"Two connections are named `{here.name}`",
                detail=f"The other one is in {first[here.name]}.",
                next_action="Give each connection of a fleet a name of its own.",
            )
            found[path] = clash.at(here.mark.file, here.mark.line, here.mark.column)
    return found


def _shard(option: str | None, environ: Mapping[str, str]) -> Shard | None:
    if option is not None:
        return Shard.parse(option)  # the command line is known to make sense
    if environ.get(_SHARD):
        return _parsed(_SHARD, environ[_SHARD])
    index, number = environ.get(_INDEX), environ.get(_COUNT)
    if not index and not number:
        return None
    if not index or not number:
        there, missing = (_INDEX, _COUNT) if index else (_COUNT, _INDEX)
        raise UsageError.because(
            f"The environment variable {there} is set, and {missing} is not",
            detail="Without both nobody can tell which connections this process is to work on.",
            next_action=f"Set {_COUNT} to the completions of an Indexed Job, or name the shard: --shard 0/1 for all.",
        )
    return _parsed(f"{_INDEX}/{_COUNT}", f"{index}/{number}")


def _parsed(source: str, text: str) -> Shard:
    try:
        return Shard.parse(text)
    except ValueError as problem:
        raise UsageError.because(f"{source} {text!r}: {problem}") from None

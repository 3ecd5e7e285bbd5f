"""What a spec in the making would do: it is bound, linted and planned like any other, and what is wrong is counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sso_sync.justcall.settings import SettingField, Unknown
from sso_sync.plan.importing.document import Env, laid
from sso_sync.plan.importing.secrets import variables
from sso_sync.plan.importing.written import writable
from sso_sync.plan.link import Unread
from sso_sync.plan.planner import Draft, Sides, draft
from sso_sync.spec.connection import Connection, SpecPath
from sso_sync.spec.lint import lint
from sso_sync.spec.model import UNMANAGED, Spec

__all__ = ["Trial", "Wish"]

Problem = tuple[str, str]
_MARK = "onelogin.app.notes"


@dataclass(frozen=True, slots=True)
class Wish:
    """A value that the spec should have. The first of `values` that does no harm is taken.

    `address`: the difference that it has to settle; None for something that is only good to know. Where no value does,
    the place becomes `!unmanaged` if there was a difference, and is left out if not; `about` says what it is.
    """

    path: SpecPath
    values: tuple[Any, ...]
    address: str | None = None
    about: str | None = None


@dataclass(frozen=True)
class _Verdict:
    """What is wrong with a tree, and what it would plan; no draft for one that is no spec."""

    problems: frozenset[Problem]
    draft: Draft | None = None


@dataclass
class Trial:
    """A tree that grows by what does no harm. `left_out` are the wishes that nothing could be written for."""

    tree: dict[str, Any]
    sides: Sides
    path: Path
    left_out: list[Wish] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._verdict = self._judged(self.tree)

    def connection(self, tree: Mapping[str, Any] | None = None) -> Connection:
        """The spec as it is so far. Raises pydantic.ValidationError."""
        tree = self.tree if tree is None else tree
        secrets = frozenset(path for _, path in variables(tree))
        return Connection(Spec.model_validate(_resolved(tree)), self.path, "import", sensitive=secrets)

    def draft(self) -> Draft:
        """What the spec so far would plan."""
        return self._verdict.draft or draft(self.connection(), self.sides)

    def differences(self) -> dict[str, str | None]:
        """Address → reason of everything that the spec so far would change or not know.

        Not the ownership mark, and not what a person has yet to vouch for: no spec can help that.
        """
        return {
            delta.change.address: delta.change.reason
            for delta in self.draft().deltas
            if delta.change.address != _MARK and not self._unseen(delta.change.address)
        }

    def settle(self, wishes: Iterable[Wish]) -> None:
        """Takes wishes that each settle a difference, one by one; what cannot be said becomes `!unmanaged`."""
        for wish in wishes:
            if wish.address is None or not _below(wish.address, self.differences()):
                continue
            if not any(self._settled(wish, wish.address, value) for value in wish.values):
                self._take(laid(self.tree, [(wish.path, UNMANAGED)]))
                self.left_out.append(wish)

    def _settled(self, wish: Wish, address: str, value: Any) -> bool:
        tree = laid(self.tree, [(wish.path, value)])
        found = self._judged(tree)
        if not found.problems <= self._verdict.problems or _below(address, (place for _, place in found.problems)):
            return False
        self._take(tree, found)
        return True

    def add(self, wishes: Sequence[Wish]) -> None:
        """Takes wishes that are good to know, as many at once as possible; what does harm is left out."""
        if not wishes:
            return
        tree = laid(self.tree, [(wish.path, wish.values[0]) for wish in wishes])
        found = self._judged(tree)
        if found.problems <= self._verdict.problems:
            self._take(tree, found)
        elif len(wishes) == 1:
            self.left_out.append(wishes[0])
        else:
            half = len(wishes) // 2
            self.add(wishes[:half])
            self.add(wishes[half:])

    def restore(self, tree: dict[str, Any]) -> None:
        """Goes back to a former tree."""
        self._take(tree)

    def _take(self, tree: dict[str, Any], verdict: _Verdict | None = None) -> None:
        self.tree, self._verdict = tree, verdict or self._judged(tree)

    def _judged(self, tree: Mapping[str, Any]) -> _Verdict:
        if not writable(_resolved(tree)):
            return _Verdict(frozenset({("unwritable", "")}))
        try:
            connection = self.connection(tree)
        except ValidationError:
            return _Verdict(frozenset({("invalid", "")}))
        wrong = [one for one in lint(connection) if one.severity == "error"]
        if wrong:
            return _Verdict(frozenset(("lint", one.summary) for one in wrong))
        made = draft(connection, self.sides)
        errors = {("error", one.address or one.summary) for one in made.findings if one.severity == "error"}
        return _Verdict(frozenset({("change", delta.change.address) for delta in made.deltas} | errors), made)

    def _unseen(self, address: str) -> bool:
        """Whether an address is a setting of JustCall's that only a person can see, and nobody has vouched for."""
        area, _, name = address.rpartition(".")
        if area != "justcall.sso":
            return False
        if isinstance(self.sides.sp, Unread):
            return True
        return self.sides.by_hand and isinstance(self.sides.sp.knowledge(SettingField(name)), Unknown)


def _is_at(address: str, place: str) -> bool:
    return place == address or place.startswith(f"{address}.")


def _below(address: str, places: Iterable[str]) -> bool:
    return any(_is_at(address, place) for place in places)


def _resolved(value: Any) -> Any:
    """What the file loads to once its variables are set."""
    if isinstance(value, Env):
        return value.value
    if isinstance(value, Mapping):
        return {key: _resolved(below) for key, below in value.items()}
    return [_resolved(below) for below in value] if isinstance(value, list) else value

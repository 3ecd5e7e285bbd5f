"""From the ways to heal something to the fix: the first one that can be gone here and now, and where that is."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from sso_sync.plan.doctor.edits import drafted, edited, new_changes, snippet
from sso_sync.plan.doctor.evidence import Evidence
from sso_sync.plan.doctor.model import ByHand, Command, Edit, Fix, FixKind, Place, Removed, Repair, Settle
from sso_sync.plan.model import Action, Change
from sso_sync.plan.planner import draft
from sso_sync.spec.connection import Connection, SpecPath

__all__ = ["healed"]

_AUTOMATIC = (Action.CREATE, Action.UPDATE, Action.DELETE)
_NOBODY_KNOWS = ByHand("OneLogin and JustCall", "Ask whoever administers both.")


def healed(evidence: Evidence, repairs: Iterable[Repair], address: str) -> tuple[Place, Fix]:
    """The place to change and the fix. A way by hand is always there in the end."""
    ways = tuple(repairs)
    by_hand = next((way for way in ways if isinstance(way, ByHand)), _NOBODY_KNOWS)
    for way in ways:
        found = _tried(evidence, way, by_hand, address)
        if found is not None:
            return found
    return Place(by_hand.console), Fix(FixKind.BY_HAND, by_hand.text)


def _tried(evidence: Evidence, way: Repair, by_hand: ByHand, address: str) -> tuple[Place, Fix] | None:
    match way:
        case Settle(addresses):
            return _settled(evidence, addresses, by_hand)
        case Edit():
            return _edited(evidence, way, by_hand)
        case Command(words, text) if evidence.connection is not None:
            first, *rest = words
            command = (first, str(evidence.connection.path), *rest)
            changes = _rewrites(evidence, frozenset(rest) - {"--rewrite"})
            where = _console(evidence, by_hand, address)
            return where, Fix(FixKind.COMMAND, text, command, changes=changes, obstacles=_obstacles(evidence))
        case ByHand(console, text):
            return Place(console), Fix(FixKind.BY_HAND, text)
    return None


def _settled(evidence: Evidence, addresses: tuple[str, ...], by_hand: ByHand) -> tuple[Place, Fix] | None:
    plan, connection = evidence.plan, evidence.connection
    if plan is None or connection is None:
        return None
    changes = tuple(change for change in plan.changes if change.address in addresses)
    done = tuple(change for change in changes if change.action in _AUTOMATIC)
    told = tuple(change for change in changes if change.action is Action.MANUAL)
    command = ("apply", str(connection.path))
    where = _place(connection, _path_of(evidence, (done or told)[0]), by_hand.console) if done or told else Place()
    if done:
        return where, Fix(
            FixKind.APPLY, "Apply the spec as it is.", command, changes=done, obstacles=_obstacles(evidence)
        )
    if told:
        text = "A person makes this change; apply prints exactly what to enter."
        return where, Fix(FixKind.BY_HAND, text, command, changes=told, obstacles=_obstacles(evidence))
    return None


def _edited(evidence: Evidence, edit: Edit, by_hand: ByHand) -> tuple[Place, Fix] | None:
    """The edited spec, if it would change anything; where a side is unread nobody can say, and the edit is told."""
    connection = evidence.connection
    if connection is None or edited(connection, edit) is None:
        return None
    changes: tuple[Change, ...] = ()
    made = drafted(evidence, edit)
    if made is not None:
        changes = tuple(one for one in new_changes(evidence, made) if one.action is not Action.UNKNOWN)
        if not changes:
            return None
    what = f"Take {_key(edit.path)} out of the spec" if isinstance(edit.value, Removed) else "Write this into the spec"
    text = f"{what}{f', {edit.why}' if edit.why else ''}; then apply it."
    if edit.instead:
        first, *rest = edit.instead
        text += f" Or run: {shlex.join(('sso-sync', first, str(connection.path), *rest))}"
    fix = Fix(FixKind.EDIT, text, ("apply", str(connection.path)), snippet(edit), changes, _obstacles(evidence))
    return _place(connection, edit.path, by_hand.console), fix


def _obstacles(evidence: Evidence) -> tuple[str, ...]:
    """What keeps the present plan from being applied."""
    plan = evidence.plan
    if plan is None:
        return ()
    return tuple(
        [f"{refusal.summary} (refused by {refusal.guard})" for refusal in plan.refusals]
        + [finding.summary for finding in plan.errors]
    )


def _path_of(evidence: Evidence, change: Change) -> SpecPath:
    """The place in the spec that answers for a change."""
    items = evidence.draft.items if evidence.draft is not None else ()
    return next((item.path for item in items if item.address == change.address), ())


def _console(evidence: Evidence, by_hand: ByHand, address: str) -> Place:
    """Where a command works, by the spec's place for the address if there is one."""
    items = evidence.draft.items if evidence.draft is not None else ()
    path = next((item.path for item in items if item.address == address), None)
    if path is None or evidence.connection is None:
        return Place(by_hand.console)
    return _place(evidence.connection, path, by_hand.console)


def _place(connection: Connection, path: SpecPath, console: str | None) -> Place:
    """The key and the line that holds it, or the nearest one above where it would stand."""
    mark = connection.mark(path)
    key = _key(path) or None
    if mark is None:
        return Place(console, key, str(connection.path))
    return Place(console, key, mark.file, mark.line, mark.column)


def _key(path: SpecPath) -> str:
    """A place in the spec as people write it: `onelogin.access.roles[0].members`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _rewrites(evidence: Evidence, addresses: frozenset[str]) -> tuple[Change, ...]:
    """The changes that writing these addresses again would be."""
    if evidence.connection is None or evidence.sides is None:
        return ()
    made = draft(evidence.connection, evidence.sides, rewrites=addresses)
    return tuple(delta.change for delta in made.deltas if delta.change.address in addresses)

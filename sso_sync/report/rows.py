"""From the changes of a plan to the rows a person reads: short names, words for values, people gathered under one name.

Text, Markdown and HTML show the same rows; only the drawing differs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sso_sync.plan.model import Action, Change, Direction, Plan, Side, SideInfo
from sso_sync.report.values import LATER, NOT_SET, SENSITIVE, UNKNOWN, Difference, differences, exact, show
from sso_sync.safe import visible
from sso_sync.values import Json

__all__ = ["MARKERS", "TITLES", "Row", "Section", "sections"]

MARKERS: Mapping[Action, str] = {
    Action.CREATE: "+",
    Action.UPDATE: "~",
    Action.DELETE: "-",
    Action.MANUAL: "!",
    Action.UNKNOWN: "?",
}
TITLES: Mapping[Side, str] = {Side.ONELOGIN: "OneLogin", Side.JUSTCALL: "JustCall"}

_APP = "onelogin.app"
_ROLE = "onelogin.access.roles."
_PERSON = re.compile(r"onelogin\.(access\.roles\..+\.members|access\.users)\.(.+)", re.DOTALL)
_TOO_MANY = 10
_FIRST_FEW = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One change, ready to draw. All text is safe.

    `before` without `after`, or the reverse, is a value that goes or comes. `parts` replaces both where several parts
    of one value differ. An empty name continues the row above; `aside` marks words of ours where a value would stand.
    `address` is the whole of what `name` shortens, empty for a row that only counts. `direction` is a drift's.
    """

    action: Action
    name: str
    depth: int = 0
    before: str | None = None
    after: str | None = None
    parts: tuple[Difference, ...] = ()
    reason: str | None = None
    aside: bool = False
    address: str = ""
    direction: Direction | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One side of the plan; `changes` counts what the rows may gather."""

    side: SideInfo
    rows: tuple[Row, ...]
    changes: int


def sections(plan: Plan, *, everybody: bool = False) -> tuple[Section, ...]:
    """The plan by side, in its own order. `everybody` lists all people instead of the first few of many."""
    new_app = any(change.address == _APP and change.action is Action.CREATE for change in plan.changes)
    sides = {info.side: info for info in plan.sides}
    for change in plan.changes:
        sides.setdefault(change.side, SideInfo(change.side, ""))
    found = []
    for side, info in sides.items():
        changes = [change for change in plan.changes if change.side is side]
        found.append(Section(info, tuple(_rows(changes, new_app=new_app, everybody=everybody)), len(changes)))
    return tuple(found)


def _rows(changes: Sequence[Change], *, new_app: bool, everybody: bool) -> Iterable[Row]:
    """Rows in the order of the plan; people of one kind follow the first of them."""
    people: dict[tuple[Action, str], list[Change]] = {}
    for change in changes:
        if (key := _crowd(change)) is not None:
            people.setdefault(key, []).append(change)
    for change in changes:
        depth = int(new_app and change.side is Side.ONELOGIN and change.address != _APP)
        key = _crowd(change)
        if key is None:
            yield _row(change, depth)
        elif people[key][0] is change:
            yield from _people(key[1], people[key], depth, everybody=everybody)


def _crowd(change: Change) -> tuple[Action, str] | None:
    """What people are gathered by: the action and the list they are on; None for a change that is about no person."""
    match = _PERSON.fullmatch(change.address)
    return (change.action, match[1]) if match else None


def _people(where: str, changes: Sequence[Change], depth: int, *, everybody: bool) -> Iterable[Row]:
    few = changes if everybody or len(changes) <= _TOO_MANY else changes[:_FIRST_FEW]
    for index, change in enumerate(few):
        yield _person(change, visible(where) if index == 0 else "", depth)
    if rest := len(changes) - len(few):
        yield Row(changes[0].action, "", depth, after=f"and {rest} more", reason="-v lists them all", aside=True)


def _person(change: Change, name: str, depth: int) -> Row:
    match = _PERSON.fullmatch(change.address)
    who = visible(match[2] if match else change.address)
    known = next((value for value in (change.before, change.after) if isinstance(value, str) and value), None)
    who = f"{who}, {show(known)}" if known else who
    row = Row(change.action, name, depth, after=who, reason=_safe(change.reason))
    return replace(row, address=visible(change.address), direction=change.direction)


def _row(change: Change, depth: int) -> Row:
    row = Row(change.action, _name(change.address, depth), depth, reason=_safe(change.reason))
    row = replace(row, address=visible(change.address), direction=change.direction)
    if change.address.startswith(_ROLE) and (change.before is True or change.after is True):
        return replace(row, after=_role(change), aside=True)
    if change.action is Action.CREATE:
        return replace(row, after=_after(change))
    if change.action is Action.DELETE:
        return replace(row, before=_described(change, change.before))
    if change.action is Action.UNKNOWN:
        return replace(row, after=_unknown(change), aside=True)
    # Nobody may know what the field holds now, but a person can still be told what to enter.
    if change.action is Action.MANUAL and change.before is None:
        return replace(row, after=_after(change))
    return _update(row, change)


def _update(row: Row, change: Change) -> Row:
    if change.known_after_apply:
        return replace(row, before=_described(change, change.before), after=LATER)
    if change.sensitive and change.before is not None and change.after is not None:
        return replace(row, after=f"{SENSITIVE}, changed")
    if change.sensitive:
        return replace(row, before=_hidden(change.before), after=_hidden(change.after))
    if change.before is not None and exact(change.before) == exact(change.after):
        return replace(row, after=_again(change), aside=True)  # --rewrite; nothing differs, and the reason says why
    found = differences(change.before, change.after)
    if len(found) == 1 and found[0].key is None:
        return replace(row, before=found[0].before, after=found[0].after)
    return replace(row, parts=found)


def _again(change: Change) -> str:
    return f"{_described(change, change.after)}, written again"


def _name(address: str, depth: int) -> str:
    """The address below its side's heading: `configuration.audience`, `access.roles.Sales`, `sso.enabled`."""
    short = address.partition(".")[2] or address
    below = short.removeprefix("app.")
    attribute = below != short and not below.startswith(("configuration.", "parameters.", "rules."))
    return visible(short if attribute and not depth else below)


def _role(change: Change) -> str:
    if change.action is Action.UNKNOWN:
        return _unknown(change)
    return "opens the app" if change.after is True else "no longer opens the app"


def _unknown(change: Change) -> str:
    if change.after is None or change.after is True:
        return UNKNOWN
    return f"{UNKNOWN}, should be {_after(change)}"


def _after(change: Change) -> str:
    return LATER if change.known_after_apply else _described(change, change.after)


def _described(change: Change, value: Json) -> str:
    """A value that comes or goes as a whole."""
    if change.sensitive:
        return _hidden(value)
    if isinstance(value, Mapping) and change.address == _APP:
        return _app(value)
    if isinstance(value, Mapping) and change.address.startswith(f"{_APP}.parameters."):
        return _parameter(change.address, value)
    return show(value)


def _hidden(value: Json) -> str:
    return NOT_SET if value is None else SENSITIVE


def _app(value: Mapping[str, Json]) -> str:
    return ", ".join(f"id {show(item)}" if key == "id" else show(item) for key, item in value.items())


def _parameter(address: str, value: Mapping[str, Json]) -> str:
    """A parameter in the words of its tab: the user field, and whether it is included in the assertion."""
    rest = dict(value)
    source, macro = rest.pop("value", None), rest.pop("macro", None)
    included = rest.pop("include_in_assertion", None)
    if address.endswith(f".parameters.{rest.get('label')}"):
        del rest["label"]
    words = [f"macro {show(macro)}" if macro is not None else show(source)]
    if included is not None:
        words.append("included in the assertion" if included is True else "not included in the assertion")
    return ", ".join([*words, *([show(rest)] if rest else [])])


def _safe(text: str | None) -> str | None:
    return visible(text) if text else None

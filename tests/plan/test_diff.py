"""Every pair of what may be wanted and what may be there, and what it comes to."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest

from sso_sync.plan.cells import ABSENT, Cell, Item, Known, Later, Undetermined
from sso_sync.plan.diff import MASK, compare, diff
from sso_sync.plan.meaning import Meaning
from sso_sync.plan.model import Action, Side
from sso_sync.plan.operations import Output
from sso_sync.plan.targets import AppField
from sso_sync.values import Json

_A, _B, _EMPTY = Known("a"), Known("b"), Known(None)
_LATER, _DOWN, _EXPIRED = Later(Output.ISSUER), Undetermined("down"), Undetermined("expired", expired=True)

Row = tuple[Cell, Cell, Action | None, Action | None]

# desired, live, what the tool does, what a person does
_TABLE: list[Row] = [
    (_A, _A, None, None),
    (_A, _B, Action.UPDATE, Action.MANUAL),
    (_A, _EMPTY, Action.UPDATE, Action.MANUAL),
    (_A, ABSENT, Action.CREATE, Action.MANUAL),
    (_A, _DOWN, Action.UNKNOWN, Action.MANUAL),
    (_A, _EXPIRED, Action.UNKNOWN, Action.UNKNOWN),
    (_EMPTY, _EMPTY, None, None),
    (_EMPTY, _A, Action.UPDATE, Action.MANUAL),
    (_EMPTY, ABSENT, None, None),
    (_EMPTY, _DOWN, Action.UNKNOWN, Action.MANUAL),
    (_EMPTY, _EXPIRED, Action.UNKNOWN, Action.UNKNOWN),
    (ABSENT, _A, Action.DELETE, Action.MANUAL),
    (ABSENT, _EMPTY, Action.DELETE, Action.MANUAL),
    (ABSENT, ABSENT, None, None),
    (ABSENT, _DOWN, Action.UNKNOWN, Action.MANUAL),
    (ABSENT, _EXPIRED, Action.UNKNOWN, Action.UNKNOWN),
    (_LATER, _A, Action.UPDATE, Action.MANUAL),
    (_LATER, _EMPTY, Action.UPDATE, Action.MANUAL),
    (_LATER, ABSENT, Action.CREATE, Action.MANUAL),
    (_LATER, _DOWN, Action.UNKNOWN, Action.MANUAL),
    (_LATER, _EXPIRED, Action.UNKNOWN, Action.UNKNOWN),
    *((_DOWN, live, Action.UNKNOWN, Action.UNKNOWN) for live in (_A, _EMPTY, ABSENT, _DOWN, _EXPIRED)),
]


def _item(
    desired: Cell, live: Cell, meaning: Meaning = Meaning.EXACT, *, by_hand: bool = False, sensitive: bool = False
) -> Item:
    target = AppField("x")
    return Item(
        "onelogin.app.x", Side.ONELOGIN, target, desired, live, (), meaning, "because", by_hand, sensitive=sensitive
    )


@pytest.mark.parametrize("row", _TABLE)
@pytest.mark.parametrize("who", ["tool", "person"])
def test_every_pair(row: Row, who: Literal["tool", "person"]) -> None:
    desired, live, automatic, manual = row
    delta = compare(_item(desired, live, by_hand=who == "person"))
    expected = automatic if who == "tool" else manual
    assert (delta.change.action if delta else None) is expected
    if delta:
        assert delta.automatic == (expected in (Action.CREATE, Action.UPDATE, Action.DELETE))
        assert delta.change.known_after_apply == isinstance(desired, Later)


def test_the_table_is_complete() -> None:
    desired = (_A, _EMPTY, ABSENT, _LATER, _DOWN)
    live = (_A, _EMPTY, ABSENT, _DOWN, _EXPIRED)
    asked = {(repr(row[0]), repr(row[1])) for row in _TABLE}
    assert asked >= {(repr(one), repr(other)) for one in desired for other in live}


@pytest.mark.parametrize(
    ("desired", "live", "reason"),
    [(_A, _B, "because"), (_A, _DOWN, "down"), (Undetermined("no answer"), _DOWN, "no answer")],
)
def test_what_is_unknown_says_why(desired: Cell, live: Cell, reason: str) -> None:
    delta = compare(_item(desired, live))
    assert delta
    assert delta.change.reason == reason


@pytest.mark.parametrize(
    ("desired", "live", "before", "after"),
    [
        (_A, _B, MASK, MASK),
        (_A, _EMPTY, None, MASK),
        (_EMPTY, _A, MASK, None),
        (ABSENT, _A, MASK, None),
        (_LATER, _A, MASK, None),
        (Known(False), Known(True), MASK, MASK),
        (Known(""), Known("a"), MASK, ""),
    ],
)
def test_a_secret_is_masked_but_blank_is_shown(desired: Cell, live: Cell, before: Json, after: Json) -> None:
    delta = compare(_item(desired, live, sensitive=True))
    assert delta
    assert (delta.change.before, delta.change.after, delta.change.sensitive) == (before, after, True)


def test_values_are_compared_by_meaning() -> None:
    assert compare(_item(Known(""), Known(None), Meaning.BLANK_IS_ONE)) is None
    assert compare(_item(Known(""), Known(None), Meaning.EXACT)) is not None


def test_differences_keep_the_order_of_the_items() -> None:
    items = [replace(_item(_A, live), address=name) for name, live in (("z", _B), ("y", _A), ("x", _B))]
    assert [delta.change.address for delta in diff(items)] == ["z", "x"]

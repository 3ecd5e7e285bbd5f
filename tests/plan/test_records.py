"""A difference in the record of a run: back as it was, without a name or a value that must not be kept."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.errors import LiveStateError
from sso_sync.justcall.settings import SettingField
from sso_sync.onelogin.models import Rule
from sso_sync.plan import targets
from sso_sync.plan.cells import ABSENT, Cell, Item, Known, Later, Undetermined
from sso_sync.plan.diff import Delta
from sso_sync.plan.model import Action, Change, Side
from sso_sync.plan.operations import Output, RoleRef
from sso_sync.plan.records import MASKED, Recorded, from_document, record

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
CELLS = st.one_of(VALUES.map(Known), st.just(ABSENT), st.sampled_from(Output).map(Later), st.text().map(Undetermined))


def _delta(target: targets.Target, live: Cell = ABSENT, desired: Cell = ABSENT, *, sensitive: bool = False) -> Delta:
    item = Item("an.address", Side.ONELOGIN, target, desired, live, (), sensitive=sensitive)
    return Delta(item, Change("an.address", Side.ONELOGIN, Action.UPDATE))


def _kept(delta: Delta) -> Recorded:
    return from_document(json.loads(json.dumps(record(delta, app_id=50))))


@given(live=CELLS, desired=CELLS)
def test_both_values_come_back_as_they_were(live: Cell, desired: Cell) -> None:
    kept = _kept(_delta(targets.AppField("description"), live, desired))
    assert (kept.prior, kept.wanted) == (live, desired)
    assert (kept.kind, kept.place) == ("AppField", {"wire": "description"})


@given(live=CELLS, desired=CELLS)
def test_sensitive_values_do_not(live: Cell, desired: Cell) -> None:
    kept = _kept(_delta(targets.AppField("description"), live, desired, sensitive=True))
    for cell, came in ((live, kept.prior), (desired, kept.wanted)):
        hidden = isinstance(cell, Known) and cell.value not in (None, "")
        assert came == (MASKED if hidden else cell)


@pytest.mark.parametrize(
    "target",
    [
        targets.RoleAttachment(RoleRef("s3cret", 7), "(sensitive)", create=True),
        targets.RoleItself(RoleRef("s3cret", 7), "(sensitive)"),
        targets.Membership(RoleRef("s3cret", 7), "(sensitive)", 9),
        targets.RuleItself("s3cret", "(sensitive)", Rule(id=3, name="s3cret")),
        targets.RulePlace("s3cret"),
    ],
)
def test_names_are_kept_as_ids_only(target: targets.Target) -> None:
    assert "s3cret" not in json.dumps(record(_delta(target), app_id=50))


def test_places_say_what_an_undo_needs() -> None:
    assert _kept(_delta(targets.AppItself())).number("id") == 50
    member = _kept(_delta(targets.Membership(RoleRef("Desk", 7), "Desk", 9)))
    assert (member.number("role_id"), member.number("user_id"), member.text("label")) == (7, 9, "Desk")
    assert _kept(_delta(targets.Setting(SettingField.ISSUER))).text("field") == "issuer"


@pytest.mark.parametrize(
    "change",
    [
        {"action": "explode"},
        {"side": "elsewhere"},
        {"meaning": None},
        {"prior": {}},
        {"prior": {"value": 1, "absent": True}},
        {"prior": {"guess": 1}},
        {"prior": "text"},
        {"target": None},
        {"target": {}},
    ],
)
def test_what_this_version_did_not_write_is_an_error(change: dict[str, Any]) -> None:
    document = {**record(_delta(targets.AppItself()), app_id=None), **change}
    with pytest.raises(LiveStateError, match="cannot be understood"):
        from_document(document)


@given(VALUES)
def test_nothing_else_is_a_traceback(document: Any) -> None:
    with pytest.raises(LiveStateError):
        from_document(document)

"""From managed items to changes: the only place that decides whether something differs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sso_sync.plan.cells import Absent, Cell, Item, Known, Later, Undetermined
from sso_sync.plan.masking import MASK
from sso_sync.plan.meaning import same, shown
from sso_sync.plan.model import Action, Change
from sso_sync.values import Json

__all__ = ["MASK", "Delta", "compare", "diff", "visible"]


@dataclass(frozen=True)
class Delta:
    """A managed item that is not as it should be, and the change that says so."""

    item: Item
    change: Change

    @property
    def automatic(self) -> bool:
        return self.change.action in (Action.CREATE, Action.UPDATE, Action.DELETE)


def visible(item: Item, cell: Cell) -> Json:
    """One half of an item as a change may show it."""
    if not isinstance(cell, Known):
        return None
    value = shown(item.meaning, cell.value)
    return MASK if item.sensitive and value not in (None, "") else value


def _action(item: Item) -> Action | None:
    """What has to happen at this address, or None when nothing does."""
    desired, live = item.desired, item.live
    if isinstance(desired, Undetermined):
        return Action.UNKNOWN
    if isinstance(live, Undetermined):
        # Nobody can look, but a person can still be told what to enter; an expired word, though, was once the truth.
        return Action.MANUAL if item.by_hand and not live.expired else Action.UNKNOWN
    if isinstance(desired, Absent):
        action = None if isinstance(live, Absent) else Action.DELETE
    # A thing that is yet to be made holds nothing: a blank wish is no difference there.
    elif isinstance(desired, Known) and same(
        item.meaning, desired.value, live.value if isinstance(live, Known) else None
    ):
        action = None
    else:
        action = Action.CREATE if isinstance(live, Absent) else Action.UPDATE
    return Action.MANUAL if action and item.by_hand else action


def _reason(item: Item) -> str | None:
    for cell in (item.desired, item.live):
        if isinstance(cell, Undetermined):
            return cell.reason
    return item.reason


def compare(item: Item) -> Delta | None:
    """The difference at one address, or None when it is as it should be."""
    action = _action(item)
    if action is None:
        return None
    change = Change(
        address=item.address,
        side=item.side,
        action=action,
        before=visible(item, item.live),
        after=visible(item, item.desired),
        reason=_reason(item),
        sensitive=item.sensitive,
        known_after_apply=isinstance(item.desired, Later),
    )
    return Delta(item, change)


def diff(items: Iterable[Item]) -> tuple[Delta, ...]:
    """All differences, in the order of the items."""
    return tuple(delta for item in items if (delta := compare(item)) is not None)

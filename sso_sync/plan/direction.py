"""Where a difference came from: what was changed, OneLogin, JustCall or the spec, since both were last the same.

Told from what earlier runs recorded, and only as far as that goes. A value that crosses over from the other side may
have been changed there; one that came from the environment is in no record; and where nobody kept one, nobody can say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sso_sync.justcall.settings import SettingField
from sso_sync.plan.cells import Absent, Cell, Item, Known, Later, Undetermined
from sso_sync.plan.diff import Delta
from sso_sync.plan.masking import MASK
from sso_sync.plan.meaning import same
from sso_sync.plan.model import Action, Change, Direction, Plan, Side
from sso_sync.plan.records import RecordedCell
from sso_sync.plan.targets import ConfigurationField, Setting

__all__ = ["Facts", "Place", "Settled", "Wrote", "direction", "place", "told"]

_NAMES = {Side.ONELOGIN: "OneLogin", Side.JUSTCALL: "JustCall"}
_OTHER = {Side.ONELOGIN: Side.JUSTCALL, Side.JUSTCALL: Side.ONELOGIN}
# A tuple: a rule's target holds what OneLogin answered, and has no hash.
_FED = (
    *(Setting(one) for one in (SettingField.SSO_URL, SettingField.ISSUER, SettingField.CERTIFICATE)),
    *(ConfigurationField(key) for key in ("audience", "acs_url", "acs_url_validator", "recipient")),
)
_NOBODY_KNOWS = (Direction.EITHER, None)

Place = tuple[str, str]
"""An address and the name of its target's class: a rule and its place in the order share an address."""
Origin = tuple[Direction, str | None]


@dataclass(frozen=True)
class Settled:
    """The last run of the connection after which both sides were read again and were as the spec said.

    `digest` is the spec's; `commit` is where git has it, None when nobody can say.
    """

    run_id: str
    at: datetime
    digest: str
    commit: str | None = None


@dataclass(frozen=True)
class Wrote:
    """The last run that set out to write an address, and what it wished there.

    `done`: its step succeeded. `undid`: it put a former value back. `digest` is the spec's.
    """

    run_id: str
    at: datetime
    digest: str
    wanted: RecordedCell
    done: bool = True
    undid: bool = False


@dataclass(frozen=True)
class Facts:
    """What is recorded of a connection: the last run that settled everything, and the last that wrote each place.

    `former` is what the spec of the settled run wished, as git has it; None when nobody can say.
    """

    settled: Settled | None = None
    wrote: Mapping[Place, Wrote] = field(default_factory=dict)
    former: Mapping[Place, Cell] | None = None


def told(plan: Plan, deltas: Sequence[Delta], facts: Facts, digest: str) -> Plan:
    """The plan as the report of a drift: each change with its direction, and with what that rests on as its reason.

    `deltas` are those that the plan's changes came from, in the same order; `digest` is the spec's today.
    """
    changes = tuple(_directed(delta, direction(delta, facts, digest)) for delta in deltas)
    return replace(plan, changes=changes, command="drift")


def _directed(delta: Delta, origin: Origin) -> Change:
    towards, why = origin
    reason = "; ".join(text for text in (delta.change.reason, why) if text) or None
    return replace(delta.change, direction=towards, reason=reason)


def direction(delta: Delta, facts: Facts, digest: str) -> Origin:
    """What was changed at this address, and what tells so; `either` and None when nobody can say."""
    item = delta.item
    hidden = item.sensitive or MASK[:-1] in item.address
    if hidden or delta.change.action is Action.UNKNOWN or isinstance(item.live, Undetermined):
        return _NOBODY_KNOWS
    wrote = facts.wrote.get(place(item))
    settled = facts.settled
    # A later run that was to write here and did not settle everything is the one to ask.
    if settled is not None and (wrote is None or wrote.at <= settled.at):
        return _since_settled(delta, settled, wrote, facts.former, digest)
    return _NOBODY_KNOWS if wrote is None or not wrote.done else _since_written(delta, wrote, digest)


def _since_settled(
    delta: Delta, settled: Settled, wrote: Wrote | None, former: Mapping[Place, Cell] | None, digest: str
) -> Origin:
    """Both were the same after that run, whether it wrote here or not."""
    run = f"run {settled.run_id} on {_day(settled.at)}"
    fed = delta.item.target in _FED
    if settled.digest == digest and not fed:
        return _live(delta, f"as the spec says after {run}")
    if wrote is not None:
        return _since_written(delta, wrote, digest) if wrote.done else _NOBODY_KNOWS
    if former is None or fed:
        return _NOBODY_KNOWS
    before = former.get(place(delta.item))
    if before is None:
        return Direction.SPEC, f"not in the spec that {run} applied"
    wished, there = _alike(delta, before, delta.item.desired), _alike(delta, before, delta.item.live)
    if wished is None or there is None or wished == there:
        return _NOBODY_KNOWS
    return (
        _live(delta, f"as the spec said after {run}")
        if wished
        else (Direction.SPEC, f"the spec was changed since {run}")
    )


def _since_written(delta: Delta, wrote: Wrote, digest: str) -> Origin:
    """The wish of that run is compared with today's, and with what is there."""
    item = delta.item
    wished = _alike(delta, wrote.wanted, item.desired)
    there = _alike(delta, wrote.wanted, item.live)
    if wished is None or there is None or wished == there:
        return _NOBODY_KNOWS
    if wished:
        return _live(delta, f"set by run {wrote.run_id} on {_day(wrote.at)}")
    if wrote.undid:
        return Direction.SPEC, f"put back by run {wrote.run_id} on {_day(wrote.at)}, an undo"
    if wrote.digest != digest:
        # What crosses over may have changed with the spec or without it.
        fed = item.target in _FED
        return _NOBODY_KNOWS if fed else (Direction.SPEC, f"the spec was changed since {_run(wrote)}")
    if item.target not in _FED:
        return _NOBODY_KNOWS
    source = _OTHER[item.side]
    return Direction(source.value), f"{_NAMES[source]}'s value was changed since {_run(wrote)}"


def place(item: Item) -> Place:
    """Where records keep what is known of the item."""
    return item.address, type(item.target).__name__


def _live(delta: Delta, before: str) -> Origin:
    side = delta.item.side
    return Direction(side.value), f"{before}, changed in {_NAMES[side]} since"


def _run(wrote: Wrote) -> str:
    return f"run {wrote.run_id} on {_day(wrote.at)}"


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d}"


def _alike(delta: Delta, recorded: RecordedCell, cell: Cell) -> bool | None:
    """Whether what a run wished is what is wished or found today; None when one of them is not known."""
    if isinstance(recorded, Absent) or isinstance(cell, Absent):
        return isinstance(recorded, Absent) and isinstance(cell, Absent)
    if not isinstance(recorded, Known) or isinstance(cell, Later | Undetermined):
        return None
    return same(delta.item.meaning, recorded.value, cell.value)

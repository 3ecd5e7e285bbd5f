"""Whether a saved plan still fits, and if not, what has changed since it was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sso_sync.plan.file import SavedHalf, SavedPlan, SavedPremise
from sso_sync.plan.model import Plan, Side
from sso_sync.plan.premise import Half, Kind, Premise
from sso_sync.plan.seal import sealed
from sso_sync.values import Json

__all__ = ["Deviation", "Seen", "deviations", "fits"]


@dataclass(frozen=True, slots=True)
class Seen:
    """One half of a premise as it may be shown."""

    kind: Kind
    value: Json = None


@dataclass(frozen=True, slots=True)
class Deviation:
    """One thing that is not as the plan took it for: `what` was found or wanted at an address, then and now.

    `side` is None for a value that the spec takes from the environment. `then` is None when the address was not managed
    when the plan was made, `now` when it no longer is. `sensitive`: neither may be told.
    """

    address: str
    side: Side | None
    what: Literal["found", "wanted"]
    then: Seen | None
    now: Seen | None
    sensitive: bool = False


def fits(saved: SavedPlan, plan: Plan) -> bool:
    """Whether `plan`, made afresh, is the one that was saved."""
    return saved.fingerprint == plan.fingerprint and not deviations(saved, plan)


def deviations(saved: SavedPlan, plan: Plan) -> tuple[Deviation, ...]:
    """Everything that differs, in the order of the addresses as they were planned, new ones last."""
    then = {(one.address, one.about, one.side): one for one in saved.premises}
    now = {(one.address, one.about, one.side.value if one.side else None): one for one in plan.premises}
    keys = dict.fromkeys((*then, *now))
    return tuple(found for key in keys for found in _compared(then.get(key), now.get(key), saved.plan_id))


def _compared(then: SavedPremise | None, now: Premise | None, salt: str) -> tuple[Deviation, ...]:
    if then is None or now is None:
        return _appeared(now) if now else _disappeared(then) if then else ()
    sensitive = then.sensitive or now.sensitive
    halves: tuple[tuple[Literal["found", "wanted"], SavedHalf, Half], ...] = (
        ("found", then.found, now.found),
        ("wanted", then.wanted, now.wanted),
    )
    return tuple(
        Deviation(now.address, now.side, what, _saved(before), _fresh(after), sensitive)
        for what, before, after in halves
        if before.digest != sealed(after.exact, salt=salt, secret=now.sensitive and after.kind == "value")
    )


def _appeared(now: Premise) -> tuple[Deviation, ...]:
    what: Literal["found", "wanted"] = "wanted" if now.side is None else "found"
    half = now.wanted if now.side is None else now.found
    return (Deviation(now.address, now.side, what, None, _fresh(half), now.sensitive),)


def _disappeared(then: SavedPremise) -> tuple[Deviation, ...]:
    side = Side(then.side) if then.side in {one.value for one in Side} else None
    half = then.wanted if side is None else then.found
    return (Deviation(then.address, side, "wanted" if side is None else "found", _saved(half), None, then.sensitive),)


def _saved(half: SavedHalf) -> Seen:
    return Seen(half.kind, half.value)


def _fresh(half: Half) -> Seen:
    return Seen(half.kind, half.shown)

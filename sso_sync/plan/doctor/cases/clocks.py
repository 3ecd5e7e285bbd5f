"""Clocks that differ: an assertion is good for some minutes only, and less than a second can be too much (§6.8)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import timedelta

from sso_sync.plan.doctor.cases.interface import Case
from sso_sync.plan.doctor.consoles import field_of
from sso_sync.plan.doctor.evidence import Evidence
from sso_sync.plan.doctor.model import ByHand, Certainty, Edit, Finding, Harm, Repair
from sso_sync.plan.model import Side

__all__ = ["CASES", "window"]

_BEFORE, _AFTER = "not_before_minutes", "not_on_or_after_minutes"
_USUAL = 3  # minutes (fact sheet onelogin-api §5.4)
_WIDEST = 60  # minutes; a window beyond it would be no protection, and the clock has to be set right
_MEASURED = timedelta(seconds=2)
_ADDRESS = "onelogin.app.configuration."
_ASK = ByHand("JustCall: support", "Tell them that their clock is wrong; OneLogin's is right, or the other way round.")


def window(evidence: Evidence, key: str) -> timedelta:
    """How long before or after it is made an assertion is good."""
    value = evidence.configured(key)
    return timedelta(minutes=value if isinstance(value, int) and not isinstance(value, bool) else _USUAL)


def _skewed(evidence: Evidence) -> Iterator[Finding]:
    """JustCall's clock against OneLogin's, by the Date of their answers; where JustCall's is ahead, logins expire."""
    skew = evidence.clocks.skew
    if skew is None or evidence.app is None:
        return
    key = _AFTER if skew > timedelta() else _BEFORE
    room, size = window(evidence, key), abs(skew)
    if size <= max(room / 2, _MEASURED):
        return
    fails = size >= room
    way = "ahead of" if skew > timedelta() else "behind"
    effect = "expired when they arrive" if skew > timedelta() else "not valid yet when they arrive"
    yield Finding(
        f"JustCall's clock is {_span(size)} {way} OneLogin's",
        (
            f"By the Date of their answers; an assertion is good for {_span(room)} on that side.",
            f"Assertions are {effect}." if fails else "That uses up more than half of it.",
        ),
        Certainty.LIKELY if fails else Certainty.POSSIBLE,
        None if fails else Harm.AT_RISK,
        address=_ADDRESS + key,
        repairs=_wider(key, size),
    )


def _wider(key: str, size: timedelta) -> tuple[Repair, ...]:
    minutes = math.ceil(size.total_seconds() / 60) + _USUAL
    by_hand = ByHand(field_of(key), f"Enter {minutes} minutes, and have the clock set right.")
    if minutes > _WIDEST:
        return (_ASK,)
    path = ("onelogin", "app", "configuration", key)
    return Edit(path, minutes, "until the clock is set right"), by_hand


def _span(length: timedelta) -> str:
    seconds = round(length.total_seconds())
    return f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{seconds} s"


CASES = (
    Case(
        "clock_skew",
        "The clocks of OneLogin and JustCall differ by more than an assertion is good for",
        Side.JUSTCALL,
        Harm.LOGINS_FAIL,
        _ADDRESS + _AFTER,
        (
            ByHand(
                f"{field_of(_AFTER)}, and {field_of(_BEFORE)}",
                "Allow some minutes more, and have the clock that is wrong set right.",
            ),
        ),
        _skewed,
        decided=lambda evidence: evidence.clocks.skew is not None,
    ),
)

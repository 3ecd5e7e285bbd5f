"""The sentences of a stale plan: side, address, planned from, now; nothing hidden, nothing active."""

from __future__ import annotations

import pytest

from sso_sync.plan.model import Side
from sso_sync.plan.stale import Deviation, Seen
from sso_sync.report.stale import stale

_ADDRESS = "onelogin.app.configuration.audience"


def found(then: Seen | None, now: Seen | None, *, sensitive: bool = False) -> Deviation:
    return Deviation(_ADDRESS, Side.ONELOGIN, "found", then, now, sensitive)


@pytest.mark.parametrize(
    ("one", "says"),
    [
        (found(Seen("value", "a"), Seen("value", "b")), "planned from a, now b"),
        (found(Seen("value", None), Seen("value", "")), 'planned from (not set), now ""'),
        (found(Seen("value", "1"), Seen("value", 1)), 'planned from "1", now 1'),
        (found(Seen("value", "b"), Seen("absent")), "planned from b, now not there"),
        (found(Seen("absent"), Seen("unknown")), "planned from not there, now unknown"),
        (found(None, Seen("value", True)), "not in the plan, now yes"),
        (found(Seen("value", True), None), "planned from yes, no longer managed"),
        (
            found(Seen("value", {"match": "all", "enabled": True}), Seen("value", {"match": "any", "enabled": True})),
            "match: planned from all, now any",
        ),
        (
            found(Seen("value", "(sensitive)"), Seen("value", "(sensitive)"), sensitive=True),
            "planned from (sensitive), now another one (sensitive)",
        ),
        (
            Deviation(_ADDRESS, Side.ONELOGIN, "wanted", Seen("later"), Seen("value", "b")),
            "planned to become known after apply, would now become b",
        ),
    ],
)
def test_one_value(one: Deviation, says: str) -> None:
    told = stale([one], "Plan again.")
    assert told.summary == f"The plan is stale: OneLogin {_ADDRESS}: {says}"
    assert (told.severity, told.address, told.next_action) == ("error", _ADDRESS, "Plan again.")


def test_a_value_of_the_environment() -> None:
    one = Deviation("spec.onelogin.url", None, "wanted", Seen("value", "x"), Seen("value", "y"), sensitive=True)
    told = stale([one], "")
    assert "onelogin.url" in told.summary
    assert "spec.onelogin" not in told.summary


def test_several_are_listed_each() -> None:
    told = stale([found(Seen("value", "a"), Seen("value", "b")), found(None, Seen("absent"))], "")
    assert told.summary == "The plan is stale: 2 values have changed since it was made"
    assert len((told.detail or "").splitlines()) == 2


def test_a_fingerprint_alone() -> None:
    assert "something has changed" in stale([], "").summary


def test_a_hostile_value_stays_on_its_line() -> None:
    one = found(Seen("value", "a\nerror: forged"), Seen("value", "\x1b[2J"))
    told = stale([one, one], "")
    assert (told.detail or "").count("\n") == 1
    assert "\x1b" not in (told.detail or "")

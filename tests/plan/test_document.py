"""The JSON documents of a plan and its parts: all keys always, nothing sensitive, nothing a parser would refuse."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from sso_sync.errors import Diagnostic
from sso_sync.plan.document import (
    certificate_document,
    change_document,
    diagnostic_document,
    ignored_document,
    impact_document,
    plain,
    plan_document,
    refusal_document,
    step_document,
    timestamp,
)
from sso_sync.plan.model import (
    Action,
    Certainty,
    CertificateFact,
    Change,
    Direction,
    Expiry,
    Ignored,
    Impact,
    ImpactKind,
    Plan,
    Refusal,
    Side,
    SpecRef,
    Step,
)
from sso_sync.plan.operations import CreateRole
from sso_sync.values import Json

BARE = Plan("p", datetime(2026, 3, 1, 12, 4, tzinfo=UTC), SpecRef("a.yaml", "a", "d"), "f")


def test_a_bare_plan_has_every_key() -> None:
    assert plan_document(BARE) == {
        "schema_version": 1,
        "plan_id": "p",
        "created_at": "2026-03-01T12:04:00Z",
        "spec": {"path": "a.yaml", "name": "a", "digest": "d"},
        "fingerprint": "f",
        "summary": {"create": 0, "update": 0, "delete": 0, "manual": 0, "unknown": 0},
        "changes": [],
        "steps": [],
        "findings": [],
        "refusals": [],
        "impacts": [],
        "certificates": [],
        "ignored": [],
        "cost": None,
    }


def test_a_change_has_every_key() -> None:
    assert change_document(Change("onelogin.app.name", Side.ONELOGIN, Action.UPDATE, "a", "b")) == {
        "address": "onelogin.app.name",
        "side": "onelogin",
        "action": "update",
        "before": "a",
        "after": "b",
        "reason": None,
        "sensitive": False,
        "known_after_apply": False,
        "place": None,
        "direction": None,
    }


def test_a_change_of_a_drift_says_where_it_came_from() -> None:
    moved = Change("onelogin.app.name", Side.ONELOGIN, Action.UPDATE, "a", "b", direction=Direction.SPEC)
    assert change_document(moved)["direction"] == "spec"


def test_an_ignored_address_has_every_key() -> None:
    rule = Ignored("justcall.sso.*", "a migration", date(2026, 6, 1), "a.yaml:3:5", ("justcall.sso.issuer",))
    assert ignored_document(rule) == {
        "address": "justcall.sso.*",
        "reason": "a migration",
        "until": "2026-06-01",
        "source": "a.yaml:3:5",
        "addresses": ["justcall.sso.issuer"],
    }
    assert ignored_document(Ignored("justcall.sso.*", "command line"))["until"] is None


@pytest.mark.parametrize(("value", "shown"), [("hush", "(sensitive)"), (7, "(sensitive)"), (None, None), ("", "")])
def test_a_sensitive_value_stays_out_whatever_the_change_holds(value: Json, shown: Json) -> None:
    document = change_document(Change("a", Side.ONELOGIN, Action.UPDATE, value, value, sensitive=True))
    assert (document["before"], document["after"]) == (shown, shown)


def test_a_step_has_every_key_and_a_fixed_order() -> None:
    step = Step("s3", Side.JUSTCALL, "Save", CreateRole("x"), frozenset({"s2", "s1"}), ("b", "a"))
    assert step_document(step) == {
        "id": "s3",
        "side": "justcall",
        "summary": "Save",
        "needs": ["s1", "s2"],
        "addresses": ["b", "a"],
    }


def test_a_diagnostic_has_every_key() -> None:
    assert diagnostic_document(Diagnostic("error", "no")) == {
        "severity": "error",
        "summary": "no",
        "detail": None,
        "file": None,
        "line": None,
        "column": None,
        "address": None,
        "next_action": None,
    }


def test_a_refusal_has_every_key() -> None:
    assert refusal_document(Refusal("max_removals", "too many", numbers={"people": 12})) == {
        "guard": "max_removals",
        "summary": "too many",
        "detail": None,
        "setting": None,
        "next_action": None,
        "address": None,
        "numbers": {"people": 12},
    }


def test_an_impact_has_every_key() -> None:
    impact = Impact(ImpactKind.TILE_HIDDEN, "gone", ("a",), None, ("x@y",), True, "for good", None, Certainty.OBSERVED)
    assert impact_document(impact) == {
        "kind": "tile_hidden",
        "summary": "gone",
        "addresses": ["a"],
        "people": None,
        "names": ["x@y"],
        "everybody": True,
        "lasts": "for good",
        "seconds": None,
        "certainty": "observed",
    }


def test_a_certificate_has_every_key_whatever_is_known_of_it() -> None:
    until = datetime(2029, 11, 27, tzinfo=UTC)
    known = CertificateFact(Side.ONELOGIN, "9F:3A", until, 1367, "RSA 2048", "CN=acme", Expiry.GOOD)
    assert certificate_document(known) == {
        "side": "onelogin",
        "fingerprint": "9F:3A",
        "not_after": "2029-11-27T00:00:00Z",
        "days_left": 1367,
        "key": "RSA 2048",
        "subject": "CN=acme",
        "expiry": "good",
    }
    bare = certificate_document(CertificateFact(Side.JUSTCALL, "(sensitive)"))
    assert bare == dict.fromkeys(bare) | {"side": "justcall", "fingerprint": "(sensitive)"}
    assert bare.keys() == certificate_document(known).keys()


def test_times_are_utc() -> None:
    assert timestamp(datetime(2026, 3, 1, 14, 4, tzinfo=timezone(timedelta(hours=2)))) == "2026-03-01T12:04:00Z"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (1.5, 1.5),
        ("lone \ud800", r"lone \ud800"),
        ({"key \udfff": (1, [True, None])}, {r"key \udfff": [1, [True, None]]}),
    ],
)
def test_plain_values_suit_every_parser(value: Json, expected: Json) -> None:
    assert plain(value) == expected
    json.dumps(plain(value), allow_nan=False, ensure_ascii=False).encode("utf-8")

"""All guards together: none raises, an override passes exactly one, and what does nothing is not refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_sync.errors import Diagnostic
from sso_sync.justcall.settings import SettingField, Settings
from sso_sync.onelogin.models import Person
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.access import Effect
from sso_sync.plan.cells import ABSENT, Known, Later, Undetermined
from sso_sync.plan.guard_names import GUARDS as NAMES
from sso_sync.plan.guards import GUARDS, Guard, Verdict, judge
from sso_sync.plan.link import Unread
from sso_sync.plan.model import Refusal
from sso_sync.plan.operations import Output
from sso_sync.plan.outcome import Attribute, JustCallPeople, Outcome, Value
from tests.plan.build import ACS, connection, pem
from tests.plan.guards.make import STEP, after, effect, user

_TEXTS = st.one_of(st.text(max_size=20), st.sampled_from([ACS, pem("one"), pem("two"), "^(a+)+$", "Owner", ""]))
_JSON = st.one_of(
    _TEXTS, st.none(), st.booleans(), st.integers(), st.just({"seal": "x"}), st.lists(st.text(), max_size=2)
)
_CELLS = st.one_of(
    st.builds(Known, _JSON), st.just(ABSENT), st.builds(Later, st.sampled_from(Output)), st.just(Undetermined("?"))
)
_VALUES = st.builds(Value, _CELLS, st.just("somewhere"), st.just(("name",)), st.booleans())
_EMAILS = st.one_of(st.none(), st.text(max_size=5), st.sampled_from(["a@x.example", "A@X.example"]))
_PEOPLE = st.lists(
    st.builds(
        lambda i, e, s: Person(id=i, email=e, status=s), st.integers(1, 9), _EMAILS, st.sampled_from([None, 1, 2])
    ),
    max_size=4,
).map(tuple)
_SPECS: list[dict[str, Any]] = [
    {},
    {"state": "absent"},
    {
        "guards": {
            "match_users": "refuse",
            "required_users": ["A@x.example"],
            "max_removals": {"percent": 0, "people": 0},
        }
    },
    {
        "guards": {
            "match_users": "off",
            "require_login_proof": False,
            "certificate_expiry": {"warn_days": 0, "fail_days": 0},
        }
    },
]
OUTCOMES = st.builds(
    Outcome,
    connection=st.sampled_from(_SPECS).map(connection),
    now=st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    idp=st.one_of(st.just(Unread("down")), st.builds(LiveIdp, direct_grants=st.one_of(st.none(), _PEOPLE))),
    sp=st.one_of(st.just(Unread("down")), st.just(Settings({}))),
    by_hand=st.booleans(),
    app=st.booleans(),
    steps=st.sampled_from([(), (STEP,)]),
    configuration=st.dictionaries(
        st.sampled_from(["audience", "recipient", "acs_url", "acs_url_validator", "nameid_format"]), _VALUES
    ),
    attributes=st.dictionaries(st.sampled_from(["email", "firstName"]), st.sampled_from(Attribute)),
    settings=st.dictionaries(st.sampled_from(SettingField), _VALUES),
    signing_certificate=_VALUES,
    access=st.builds(
        Effect,
        gain=st.just(()),
        lose=st.lists(st.text(max_size=5), max_size=3).map(tuple),
        today=st.integers(0, 5),
        before=_PEOPLE,
        after=_PEOPLE,
        complete=st.booleans(),
    ),
    people=st.one_of(
        st.none(),
        st.just(JustCallPeople(reason="no credentials", failed=True)),
        st.lists(st.builds(user, _EMAILS, _TEXTS), max_size=4).map(lambda users: JustCallPeople(tuple(users))),
    ),
    statuses=st.one_of(st.none(), st.dictionaries(st.integers(1, 9), st.integers(0, 8))),
    hidden=st.frozensets(st.text(max_size=5), max_size=2),
)


@given(outcome=OUTCOMES)
def test_no_guard_ever_raises_and_every_refusal_says_how_to_pass_it(outcome: Outcome) -> None:
    for guard in GUARDS:
        for one in guard.judge(outcome).refusals:
            assert one.guard == guard.name
            assert all((one.summary, one.setting, one.address))
            assert f"--override {guard.name}" in str(one.next_action)


@given(outcome=OUTCOMES)
def test_an_override_passes_exactly_one_guard(outcome: Outcome) -> None:
    refused = [one.guard for one in judge(outcome).refusals]
    for name in NAMES:
        left = [one.guard for one in judge(outcome, {name}).refusals]
        assert left == [guard for guard in refused if guard != name]


@given(outcome=OUTCOMES)
def test_nothing_that_a_guard_says_gets_lost(outcome: Outcome) -> None:
    said = {one.summary for guard in GUARDS for one in guard.judge(outcome).refusals}
    for acts in (True, False):
        verdict = judge(replace(outcome, steps=(STEP,) if acts else ()), NAMES if not acts else ())
        heard = {one.summary for one in verdict.refusals} | {one.summary for one in verdict.findings}
        assert said - _steps_only(outcome) <= heard


def _steps_only(outcome: Outcome) -> set[str]:
    """What is only said because of the steps, which that test replaces."""
    return {
        one.summary for guard in GUARDS if guard.name == "require_login_proof" for one in guard.judge(outcome).refusals
    }


def test_the_names_are_the_guards_and_nothing_else() -> None:
    assert sorted(NAMES) == sorted(guard.name for guard in GUARDS)
    assert len(NAMES) == len(GUARDS)
    assert {"max_removals", "required_users", "require_login_proof", "match_users", "certificate_expiry"} <= NAMES


def _says_no(name: str, *, identity: bool = False) -> Guard:
    return Guard(name, lambda _: Verdict((Refusal(name, f"{name} says no", "Because.", "a.key"),)), identity)


@pytest.mark.parametrize(("identity", "refused"), [(False, False), (True, True)])
def test_a_plan_that_does_nothing_is_warned_of_instead(identity: bool, refused: bool) -> None:
    verdict = judge(after(steps=()), (), (_says_no("one", identity=identity),))
    assert bool(verdict.refusals) is refused
    assert [one.severity for one in verdict.findings] == ([] if refused else ["warning"])


def test_an_override_leaves_a_warning() -> None:
    verdict = judge(after(), {"one"}, (_says_no("one"), _says_no("two")))
    assert [one.guard for one in verdict.refusals] == ["two"]
    assert verdict.findings == (
        Diagnostic(
            "warning", "one says no", detail="Because. Passed with --override one.", next_action="Look at a.key."
        ),
    )


def test_several_guards_refuse_side_by_side() -> None:
    crowd = [f"p{number}@x.example" for number in range(9)]
    outcome = after(
        {"guards": {"required_users": crowd[:1]}},
        configuration={"nameid_format": "persistent"},
        access=effect(crowd, []),
    )
    assert [one.guard for one in judge(outcome).refusals] == ["max_removals", "required_users", "nameid"]

"""What a run has to tell: only what was looked at, and in a state that is the same for the same trouble."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sso_sync.apply.result import Outcome
from sso_sync.errors import Diagnostic, ExitCode
from sso_sync.notifying.facts import Fact, Seen, subjects
from sso_sync.plan.model import Action, Direction, Expiry, Plan, Refusal, Side, SideInfo
from sso_sync.report.interface import Applied, Failure, Unapplied
from tests.notifying.make import BROKEN, NAME, PATH, drifted, seen
from tests.report.plans import applied, change, plan, signed_with, step

DRIFT, FAILED, FAILED_APPLY = "drift", "failure of drift", "failure of apply"
AUDIENCE, ISSUER = "onelogin.app.configuration.audience", "justcall.sso.issuer"
DOWN = (SideInfo(Side.ONELOGIN, "acme"), SideInfo(Side.JUSTCALL, "b", error="GET /sso/saml -> 503: <b>busy</b>"))
PLANNED = plan((change(AUDIENCE, Action.UPDATE, "a", "b"),), steps=(step("one", "One"),))


def facts(one: Seen) -> dict[str, Fact]:
    """The connection's own facts; what there is to say of the file stands beside them."""
    return {fact.about: fact for subject in subjects(one) if subject.key == NAME for fact in subject.facts}


def states(one: Seen) -> dict[str, str | None]:
    return {about: fact.state for about, fact in facts(one).items()}


def test_in_sync_is_well_and_so_is_the_run() -> None:
    assert states(seen(drifted())) == {DRIFT: None, FAILED: None}


def test_a_drift_says_what_differs_where_and_what_to_do() -> None:
    both = replace(drifted(AUDIENCE), changes=(*drifted(AUDIENCE).changes, *drifted(ISSUER).changes))
    fact = facts(seen(both))[DRIFT]
    assert fact.headline == "drift in justcall-prod (1 change in OneLogin, 1 change in JustCall)"
    assert fact.lines[0] == "Drift: 2 values differ: 2 changed in OneLogin."
    assert f"- `{AUDIENCE}`: changed in OneLogin" in fact.lines
    assert fact.lines[-1] == f"Next: `sso-sync apply {PATH}`, or change the spec to keep what is there"


def test_the_same_addresses_are_the_same_drift_whatever_they_hold() -> None:
    one = drifted(AUDIENCE, ISSUER)
    again = drifted(ISSUER, AUDIENCE, towards=Direction.JUSTCALL)
    other = replace(one, changes=tuple(replace(change, after="c") for change in one.changes))
    digests = {states(seen(each))[DRIFT] for each in (one, again, other)}
    assert len(digests) == 1
    assert states(seen(drifted(AUDIENCE)))[DRIFT] not in digests


def test_a_long_list_is_cut() -> None:
    fact = facts(seen(drifted(*(f"onelogin.access.users.p{n}@acme.example" for n in range(30)))))[DRIFT]
    assert sum(line.startswith("- `") for line in fact.lines) == 10
    assert "- and 20 more" in fact.lines


@pytest.mark.parametrize(
    ("report", "code", "why"),
    [
        (replace(drifted(AUDIENCE), sides=DOWN), ExitCode.UNAVAILABLE, "JustCall could not be read"),
        (replace(drifted(AUDIENCE), findings=(Diagnostic("error", "no such role"),)), ExitCode.ERROR, "no such role"),
        (replace(drifted(), refusals=(Refusal("ownership", "not ours"),)), ExitCode.REFUSED, "ownership: not ours"),
        (Failure((Diagnostic("error", "401"),), ExitCode.UNAVAILABLE, PATH), ExitCode.UNAVAILABLE, "401"),
    ],
)
def test_a_run_that_fails_says_so_and_nothing_of_drift(report: Plan | Failure, code: ExitCode, why: str) -> None:
    found = facts(seen(report, code))
    assert {about: fact.state for about, fact in found.items()} == {FAILED: str(int(code))}
    assert found[FAILED].headline.startswith("drift of justcall-prod failed (")
    assert why in found[FAILED].lines[0]
    assert "<" not in "".join(found[FAILED].lines)


@pytest.mark.parametrize("code", [ExitCode.LOCKED, ExitCode.STALE])
def test_a_run_that_was_not_its_turn_is_no_failure(code: ExitCode) -> None:
    assert states(seen(Failure((Diagnostic("error", "locked"),), code, PATH), code, command="apply")) == {}


def test_an_apply_ends_a_drift_and_finds_none() -> None:
    done = Applied(applied(PLANNED, [(Outcome.APPLIED, None)], after=plan()))
    assert states(seen(done, ExitCode.OK, command="apply")) == {FAILED_APPLY: None, DRIFT: None}
    assert states(seen(Unapplied(plan(), ExitCode.OK), ExitCode.OK, command="apply")) == {
        FAILED_APPLY: None,
        DRIFT: None,
    }
    half = Applied(applied(PLANNED, [(Outcome.FAILED, Diagnostic("error", "422"))], after=PLANNED))
    found = facts(seen(half, ExitCode.PARTIAL, command="apply"))
    assert {about: fact.state for about, fact in found.items()} == {FAILED_APPLY: "7"}
    assert found[FAILED_APPLY].headline == "apply of justcall-prod failed (partially applied, exit 7)"
    assert found[FAILED_APPLY].lines[0] == "422"


def test_who_says_no_needs_no_message() -> None:
    said_no = Unapplied(PLANNED, ExitCode.ERROR, cancelled=True)
    assert states(seen(said_no, ExitCode.ERROR, command="apply")) == {}


def test_each_step_of_a_certificate_to_its_end_is_a_state_and_a_new_one_is_well() -> None:
    ends = [(61, Expiry.GOOD), (60, Expiry.WARN), (59, Expiry.WARN), (7, Expiry.FAIL), (-1, Expiry.EXPIRED)]
    nights = [replace(drifted(), certificates=(signed_with(Side.ONELOGIN, "AA:BB", *end),)) for end in ends]
    found = [facts(seen(night))["certificate of onelogin"] for night in nights]
    assert [fact.state for fact in found] == [None, "warn AA:BB", "warn AA:BB", "fail AA:BB", "expired AA:BB"]
    assert found[1].headline == "the certificate of justcall-prod expires in 60 days"
    assert found[4].headline == "the certificate of justcall-prod has expired"
    assert "rotate-certificate" in found[1].lines[-1]


def test_a_certificate_of_which_nobody_knows_the_end_is_no_fact() -> None:
    hidden = replace(signed_with(Side.JUSTCALL, "AA", 1), expiry=None)
    assert "certificate of justcall" not in facts(seen(replace(drifted(), certificates=(hidden,))))


def test_a_spec_that_is_none_is_remembered_by_its_file() -> None:
    (broken,) = subjects(seen(BROKEN, ExitCode.ERROR, name=None))
    whole, connection = subjects(seen(drifted()))
    assert broken.key == whole.key != connection.key == NAME
    assert [(fact.about, fact.state) for fact in broken.facts] == [("spec", "unusable")]
    assert broken.facts[0].lines == ("line 3 makes no sense", "Next: Correct it.")
    assert [(fact.about, fact.state) for fact in whole.facts] == [("spec", None)]

"""The top of the page: one sentence, the worst first, and which certificate ends first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sso_sync.errors import Diagnostic, ExitCode
from sso_sync.plan.model import Action, Admission, Entrance, Expiry, Plan, Side, SideInfo
from sso_sync.report.formats import FORMATS
from sso_sync.report.html.certificates import CertificateChart, holdings, left, timeline
from sso_sync.report.html.chapters import plan_chapter
from sso_sync.report.html.overview import anchors, certificate_words, fleet_table, headline
from sso_sync.report.html.people import admitted, people_words
from sso_sync.report.interface import Failure, PlanReport, Style
from tests.report.html.dom import parsed
from tests.report.html.fleet import drift, fleet, page
from tests.report.plans import change, plan, signed_with

CHANGED = (change("justcall.sso.issuer", Action.UPDATE, "a", "b"),)
UNKNOWN = (change("justcall.sso.issuer", Action.UNKNOWN),)
NOTHING = "\N{EN DASH} nothing"
FAILED = Failure((Diagnostic("error", "wrong"),), ExitCode.ERROR, "specs/x.yaml")
UNREAD = drift("d", UNKNOWN, sides=(SideInfo(Side.ONELOGIN, "", error="503"),))


def said(*reports: PlanReport) -> str:
    places = anchors([str(index) for index in range(len(reports))])
    return headline([plan_chapter(one, place, Style()) for one, place in zip(reports, places, strict=True)])


@pytest.mark.parametrize(
    ("reports", "words"),
    [
        ((drift("a"),), "a is in sync."),
        ((drift("a", CHANGED),), "a drifted."),
        ((plan(CHANGED, name="a"),), "a has changes."),
        ((drift("a"), drift("b")), "All 2 connections are in sync."),
        ((drift("a"), drift("b", CHANGED), drift("c", UNKNOWN)), "1 of 3 connections drifted, 1 cannot be compared."),
        ((drift("b", CHANGED), UNREAD, FAILED), "1 of 3 connections failed, 1 could not be read, 1 drifted."),
    ],
)
def test_the_headline_says_how_it_stands(reports: tuple[Plan | Failure, ...], words: str) -> None:
    assert said(*reports) == words


def test_the_worst_connection_comes_first_with_the_state_of_each_side() -> None:
    rows = parsed(page()).table("All connections, the worst first")
    assert [row[0] for row in rows[1:]] == [
        "specs/justcall-latam.yaml",
        "justcall-apac",
        "justcall-latam",
        "justcall-eu",
        "justcall-lab",
        "justcall-prod",
    ]
    assert rows[2][1:] == ["✗ unreachable", "✗ unreachable", "✓ in sync", "expired 3 days ago", ""]
    assert rows[4][1:] == ["≠ drifted", "≠ 5 values differ", "≠ 2 values differ", "ends in 5 days", "14"]
    assert rows[5][1:4] == ["? unknown", "✓ in sync", "? 1 value unknown"]


def test_a_failure_has_a_row_and_no_states() -> None:
    chapters = [plan_chapter(FAILED, "x", Style())]
    assert [cell.text for cell in fleet_table(chapters, {"x": FAILED}).rows[0]] == ["specs/x.yaml", "", "", "", "", ""]


def test_anchors_are_the_same_every_time_and_no_two_alike() -> None:
    names = ["A b", "a-b", "a_b", "", "<script>", "é", "x" * 99]
    made = anchors(names)
    assert made[:5] == ["connection-a-b", "connection-a-b--2", "connection-a-b--3", "connection-x", "connection-script"]
    assert made == anchors(names)
    assert len(set(made)) == len(made)


def test_certificates_that_end_soon_are_told_the_soonest_first() -> None:
    plans = [one.report for one in fleet() if isinstance(one.report, Plan)]
    assert certificate_words(plans) == (
        "The certificate of justcall-apac (JustCall) expired 3 days ago.",
        "The certificate of justcall-latam (OneLogin) ends in 3 days.",
        "The certificate of justcall-eu (JustCall) ends in 5 days.",
        "1 more certificate ends soon.",
    )
    calm = drift("a", certificates=(signed_with(Side.ONELOGIN, "AA", 400),))
    assert certificate_words([calm]) == ("No certificate ends soon; the first, of a, ends in 400 days.",)
    assert certificate_words([drift("a")]) == ()


def test_a_certificate_on_both_sides_is_one_and_what_is_unknown_is_last() -> None:
    same = drift("a", certificates=(signed_with(Side.ONELOGIN, "AA", 9), signed_with(Side.JUSTCALL, "AA", 9)))
    masked = replace(signed_with(Side.JUSTCALL, "(sensitive)", 1), not_after=None, days_left=None, expiry=None)
    found = holdings([drift("b", certificates=(masked,)), same])
    assert [(one.connection, one.where) for one in found] == [("a", "both sides"), ("b", "JustCall")]
    made = timeline(found)
    assert made is not None
    assert isinstance(made.chart, CertificateChart)
    assert [bar.name for bar in made.chart.bars] == ["a"]
    assert made.describes == (
        "2 certificates. The first to end is that of a (both sides): it ends in 9 days. The end of 1 is not known."
    )
    assert timeline(holdings([drift("b", certificates=(masked,))])) is not None
    assert timeline(()) is None


@pytest.mark.parametrize(
    ("days", "words"), [(0, "ends today"), (1, "ends in 1 day"), (-1, "expired 1 day ago"), (40, "ends in 40 days")]
)
def test_how_long_a_certificate_is_left(days: int, words: str) -> None:
    assert left(signed_with(Side.ONELOGIN, "AA", days, Expiry.GOOD)) == words


def test_people_are_bounded_and_counted() -> None:
    people = tuple(f"p{index:03}@acme.example" for index in range(201))
    inside = Admission((Entrance("own", True, people), Entrance("other", False, None)), ("x@acme.example",), None)
    (block,) = admitted(drift("a", admission=inside))
    own, other, granted = block.doors
    assert (own.number, len(own.people or ()), own.more) == ("201 people", 200, "and 1 more")
    assert "owned by this connection" in own.kind
    assert (other.number, other.people) == ("not read", None)
    assert granted.role == "Granted by hand"
    assert "members were not read" in block.summary
    assert people_words(Admission((Entrance("a", False, ("x",)),), (), 1)) == "1 person gets in today, through 1 role."
    assert people_words(Admission((), None, 0)).startswith("No role opens the app")
    assert admitted(drift("a")) == []


def test_a_person_who_goes_stands_before_and_one_who_comes_after() -> None:
    rows = parsed(page()).table("OneLogin: what differs", "justcall-eu")
    assert [row[2:4] for row in rows if row[1] == "onelogin.access.users"] == [
        ["mallory@evil.example", NOTHING],
        [NOTHING, "ann@acme.example"],
    ]


def test_every_plan_apply_and_check_is_a_page_of_its_own_kind() -> None:
    shown = FORMATS["html"].plans([drift("a", CHANGED)], Style(), several=False)
    assert "sso-sync drift" in parsed(shown).text
    assert "history" not in parsed(shown).text.lower()
    assert "sso-sync plan" in parsed(FORMATS["html"].plans([plan(CHANGED)], Style(), several=False)).text

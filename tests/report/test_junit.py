"""JUnit XML: a case for everything that was looked at, with the end that a pipeline counts."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from sso_sync.apply.result import Outcome
from sso_sync.errors import Diagnostic, ExitCode
from sso_sync.plan.doctor.model import Examination
from sso_sync.plan.model import Action, Refusal, Side, SideInfo
from sso_sync.report.formats import FORMATS
from sso_sync.report.interface import Applied, Failure, Style, Unapplied
from tests.report.every import every, verification
from tests.report.judges import suites
from tests.report.plans import applied, change, impact, plan, step
from tests.report.test_hostile import hostile

JUNIT = FORMATS["junit"]
NAME = change("onelogin.app.name", Action.UPDATE, "a", "b")
BROKEN = Failure((Diagnostic("error", "no such file"),), ExitCode.ERROR, "specs/b.yaml")


def test_a_plan_has_its_sides_its_changes_and_its_refusals_as_cases() -> None:
    made = plan(
        [NAME, change("justcall.sso.issuer", Action.UNKNOWN, reason="the page hides it")],
        refusals=(Refusal("ownership", "not ours"),),
        sides=(SideInfo(Side.ONELOGIN, "acme"), SideInfo(Side.JUSTCALL, "", error="503")),
        impacts=(impact("logins fail"),),
    )
    assert suites(JUNIT.plans([made], Style(), several=False)) == {
        "justcall-prod": [
            ("side onelogin", "passed"),
            ("side justcall", "error"),
            ("guard ownership", "failure"),
            ("change onelogin.app.name", "failure"),
            ("change justcall.sso.issuer", "skipped"),
        ]
    }


def test_in_sync_has_cases_that_passed() -> None:
    found = suites(JUNIT.plans([plan()], Style(), several=False))
    assert found == {"justcall-prod": [("side onelogin", "passed"), ("side justcall", "passed")]}


def test_a_failure_says_what_where_and_what_to_do() -> None:
    made = plan(refusals=(Refusal("ownership", "not ours", next_action="Ask them."),))
    root = ET.fromstring(JUNIT.plans([made], Style(), several=False))
    failure = root.find(".//failure")
    assert failure is not None
    assert failure.attrib == {"message": "Refused by ownership: not ours", "type": "guard.ownership"}
    assert (failure.text or "").splitlines()[1:] == ["Next: Ask them.", "specs/justcall.yaml:1:1"]


def test_each_connection_is_a_suite_and_one_without_a_result_is_an_error() -> None:
    found = suites(JUNIT.plans([plan(), plan(name="other"), BROKEN], Style(), several=True))
    assert list(found) == ["justcall-prod", "other", "specs/b.yaml"]
    assert [end for _, end in found["specs/b.yaml"]] == ["error"]


def test_an_apply_has_its_steps_and_its_second_look_as_cases() -> None:
    made = plan([NAME], steps=(step("one", "One"), step("two", "Two"), step("three", "Three")))
    why = Diagnostic("error", "422")
    outcomes = [(Outcome.APPLIED, None), (Outcome.FAILED, why), (Outcome.SKIPPED, why)]
    result = applied(made, outcomes, after=made, exit_code=ExitCode.PARTIAL)
    assert suites(JUNIT.applies([Applied(result)], Style(), several=False))["justcall-prod"] == [
        ("step one", "passed"),
        ("step two", "failure"),
        ("step three", "skipped"),
        ("apply verified", "failure"),
        ("change onelogin.app.name", "failure"),
    ]
    done = applied(plan(steps=(step("one", "One"),)), [(Outcome.APPLIED, None)], after=plan())
    found = suites(JUNIT.applies([Applied(done)], Style(), several=False))
    assert [end for _, end in found["justcall-prod"]] == ["passed", "passed"]


def test_a_cancelled_apply_is_no_success() -> None:
    text = JUNIT.applies([Unapplied(plan([NAME]), ExitCode.ERROR, cancelled=True)], Style(), several=False)
    assert ("change onelogin.app.name", "failure") in suites(text)["justcall-prod"]
    assert "Cancelled, nothing was changed." in text


def test_checks_end_as_they_ended() -> None:
    found = suites(JUNIT.verifications([verification()], Style(), several=False))
    assert [end for _, end in found["name"]] == ["passed", "failure", "skipped", "error"]


def test_an_examination_that_found_nothing_passed_and_one_that_could_not_look_did_not() -> None:
    for report, end in ((Examination(()), "passed"), (Examination((), unreachable=True), "error")):
        assert suites(JUNIT.examination(report, Style())) == {"a captured response": [("doctor examined", end)]}


def test_a_validation_without_a_problem_passed() -> None:
    assert suites(JUNIT.validation([], 2, Style())) == {"specs": [("validate specs", "passed")]}
    wrong = JUNIT.validation([Diagnostic("error", "odd", file="a.yaml", line=2)], 2, Style())
    assert suites(wrong) == {"specs": [("diagnostic odd", "failure")]}


@hostile
def test_every_document_is_well_formed_whatever_names_hold(name: str) -> None:
    for text, harmless in zip(every("junit", name), every("junit"), strict=True):
        kinds = [[element.tag for element in ET.fromstring(one).iter()] for one in (text, harmless)]
        assert kinds[0] == kinds[1]
        suites(text)

"""Examinations in every format: what is told of each diagnosis, and that no live text acts on its reader."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from sso_sync.errors import Diagnostic
from sso_sync.plan.doctor.model import Certainty, Diagnosis, Examination, Fix, FixKind, Harm, Place
from sso_sync.plan.model import Action, Change, Side
from sso_sync.report.formats import FORMATS
from sso_sync.report.interface import Style

CHANGE = Change("onelogin.app.configuration.audience", Side.ONELOGIN, Action.UPDATE, "justcall", "JustCall")
FIRST = Diagnosis(
    case="audience_mismatch",
    summary="The app's audience is not JustCall's Entity ID",
    side=Side.ONELOGIN,
    harm=Harm.LOGINS_FAIL,
    certainty=Certainty.CERTAIN,
    address="onelogin.app.configuration.audience",
    place=Place("OneLogin: the app", "onelogin.app.configuration.audience", "specs/a.yaml", 9, 5),
    fix=Fix(FixKind.APPLY, "Apply the spec as it is.", ("apply", "specs/a.yaml"), changes=(CHANGE,)),
    evidence=("OneLogin's Audience: 'justcall'", "JustCall's Entity ID: 'JustCall'"),
    heard=True,
)
SECOND = replace(
    FIRST,
    case="user_suspended",
    summary="1 person is suspended",
    harm=Harm.SOME_CANNOT,
    certainty=Certainty.LIKELY,
    place=Place("OneLogin: Users → the person"),
    fix=Fix(FixKind.BY_HAND, "Reactivate them."),
    heard=False,
    personal=True,
)
REPORT = Examination(
    (FIRST, SECOND),
    ("OneLogin: the app 1", "JustCall: the SSO settings"),
    (Diagnostic("info", "a note"),),
    "justcall-prod",
    "specs/a.yaml",
)


def text(report: Examination = REPORT, *, width: int = 100) -> str:
    return FORMATS["text"].examination(report, Style(width=width))


def test_text_tells_everything_in_order() -> None:
    lines = text().splitlines()
    assert lines[0] == "justcall-prod  specs/a.yaml"
    assert lines[2:13] == [
        "1. The app's audience is not JustCall's Entity ID",
        "   logins fail  OneLogin  audience_mismatch  fits the symptom",
        "   evidence: OneLogin's Audience: 'justcall'",
        "             JustCall's Entity ID: 'JustCall'",
        "   where:    specs/a.yaml:9:5  onelogin.app.configuration.audience",
        "             OneLogin: the app",
        "   fix:      apply: Apply the spec as it is.",
        "             OneLogin",
        "               ~ configuration.audience  justcall -> JustCall",
        "             $ sso-sync apply specs/a.yaml",
        "",
    ]
    assert "   some people cannot sign in (likely)  OneLogin  user_suspended  fits this person" in lines
    assert "   fix:      by hand: Reactivate them." in lines
    assert lines[-1] == "2 things are wrong. Start with audience_mismatch."


def test_one_and_none_and_none_with_a_side_unread() -> None:
    assert text(replace(REPORT, diagnoses=(FIRST,))).endswith("1 thing is wrong: audience_mismatch.\n")
    fine = replace(REPORT, diagnoses=())
    assert text(fine).endswith("Nothing that doctor knows is wrong.\n")
    assert (fine.exit_code, replace(fine, unreachable=True).exit_code, REPORT.exit_code) == (0, 6, 1)
    assert text(replace(fine, unreachable=True)).endswith("A side could not be read.\n")


def test_long_evidence_is_wrapped_and_never_cut() -> None:
    words = "one two three four five six seven eight nine ten " * 6
    long = replace(FIRST, evidence=(words,), fix=Fix(FixKind.BY_HAND, words))
    shown = text(replace(REPORT, diagnoses=(long,)), width=60)
    assert shown.count("seven") == 12
    assert all(len(row) <= 60 for row in shown.splitlines() if "seven" in row)


def test_an_edit_shows_its_yaml_and_what_stands_in_the_way() -> None:
    fix = Fix(FixKind.EDIT, "Write this.", yaml="onelogin:\n  app: {}", obstacles=("it is refused",))
    shown = text(replace(REPORT, diagnoses=(replace(FIRST, fix=fix),)))
    assert "             | onelogin:\n             |   app: {}\n" in shown
    assert "but first: it is refused" in shown


def test_json_has_every_key() -> None:
    document = json.loads(FORMATS["json"].examination(REPORT, Style()))
    assert list(document) == ["schema_version", "connection", "spec", "diagnoses", "examined", "notes", "exit_code"]
    first = document["diagnoses"][0]
    assert first["case"] == "audience_mismatch"
    assert first["harm"] == "logins fail"
    assert first["because"] == {"symptom": True, "response": False, "user": False}
    assert first["place"]["line"] == 9
    assert first["fix"]["kind"] == "apply"
    assert first["fix"]["command"] == ["sso-sync", "apply", "specs/a.yaml"]
    assert first["fix"]["changes"][0]["after"] == "JustCall"
    assert document["exit_code"] == 1


@pytest.mark.parametrize("nasty", ["\x1b[2J\x07", "<script>alert(1)</script>", "![x](https://evil.example/x.png)"])
def test_live_text_does_nothing(nasty: str) -> None:
    hostile = replace(FIRST, summary=nasty, evidence=(nasty,), address=nasty, place=Place(nasty))
    report = replace(REPORT, diagnoses=(replace(hostile, fix=Fix(FixKind.EDIT, nasty, yaml=nasty)),))
    for name in ("text", "json", "markdown"):
        assert "\x1b" not in FORMATS[name].examination(report, Style())
    rendered = MarkdownIt("commonmark").render(FORMATS["markdown"].examination(report, Style()))
    assert "<script>" not in rendered
    assert "<img" not in rendered


def test_markdown_counts_first() -> None:
    lines = FORMATS["markdown"].examination(REPORT, Style()).splitlines()
    assert lines[4].startswith("**2 things are wrong. Start with")
    assert "<pre>" in lines

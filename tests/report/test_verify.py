"""Checks in each format: what was found beside what was expected, and no name that acts on the reader's page."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from sso_sync.errors import Diagnostic, ExitCode
from sso_sync.plan.checks.model import Check, Group, Status, Verification
from sso_sync.plan.proof import Proof
from sso_sync.report.formats import FORMATS
from sso_sync.report.interface import Failure, Style

PROBED = "observed (probe)"
REPORT = Verification(
    "prod",
    "specs/prod.yaml",
    {Group.PROBE: "app.justcall.io, observed (probe) 12:04 UTC"},
    (
        Check(
            "sso_starts",
            Status.PASS,
            "JustCall redirects",
            "justcall.sso.enabled",
            found=True,
            known=PROBED,
        ),
        Check(
            "entity_id",
            Status.FAIL,
            "It differs",
            "justcall.sso.entity_id",
            "OneLogin's audience is X.",
            "X",
            "JustCall",
            PROBED,
            "Run plan.",
        ),
        Check("acs_url", Status.NOT_MADE, "It is not known", "justcall.sso.acs_url", "It is down.", unreachable=True),
    ),
    (Diagnostic("info", "It asks for a password"),),
)


def test_text() -> None:
    shown = FORMATS["text"].verifications((REPORT,), Style(), several=False)
    assert (
        shown
        == """\
prod  specs/prod.yaml

Login page  app.justcall.io, observed (probe) 12:04 UTC
  ✓ sso_starts  JustCall redirects
  ✗ entity_id   It differs
      expected: X
      found:    JustCall
      OneLogin's audience is X.
      next: Run plan.
  ? acs_url     not made: It is not known
      It is down.

info: It asks for a password

3 checks: 1 passed, 1 failed, 1 not made (acs_url).
"""
    )


def test_a_value_that_is_not_set_is_shown_as_such() -> None:
    check = Check("audience", Status.FAIL, "It differs", "a", expected="JustCall", group=Group.SETTINGS)
    proof = Proof("f" * 64, datetime(2026, 3, 1, 12, 4, tzinfo=UTC))
    report = Verification("a", "a", {}, (check,), proof=proof, evidence=".sso-sync/runs/a/verify.json")
    shown = FORMATS["text"].verifications((report,), Style(), several=False)
    assert "expected: JustCall\n      found:    (not set)\n" in shown
    assert "Until 2026-03-02 12:04 UTC it counts" in shown
    assert "Kept in .sso-sync/runs/a/verify.json" in shown


def test_json() -> None:
    document = json.loads(FORMATS["json"].verifications((REPORT,), Style(), several=False))
    assert (document["connection"], document["exit_code"]) == ("prod", 1)
    assert document["checks"][1] == {
        "name": "entity_id",
        "group": "probe",
        "status": "fail",
        "summary": "It differs",
        "detail": "OneLogin's audience is X.",
        "expected": "X",
        "found": "JustCall",
        "address": "justcall.sso.entity_id",
        "known": "observed (probe)",
        "optional": False,
        "next_action": "Run plan.",
    }
    assert [one["status"] for one in document["checks"]] == ["pass", "fail", "not_made"]


def test_markdown() -> None:
    shown = FORMATS["markdown"].verifications((REPORT,), Style(), several=False)
    assert "**3 checks: 1 passed, 1 failed, 1 not made (acs_url).**" in shown
    assert "| ✗ | <code>entity_id</code> | <code>X</code> | <code>JustCall</code> |" in shown
    assert "Next: Run plan." in shown
    assert "**not made** <code>acs_url</code>" in shown


def test_several() -> None:
    failed = Failure((Diagnostic("error", "no such file"),), ExitCode.ERROR, "specs/b.yaml")
    for name, formatter in FORMATS.items():
        shown = formatter.verifications((REPORT, failed), Style(), several=True)
        if name == "json":
            assert [one["exit_code"] for one in json.loads(shown)["connections"]] == [1, 1]
        elif name in ("text", "markdown"):
            assert "2 connections: 1 with failed checks, 1 failed." in shown


@pytest.mark.parametrize("form", FORMATS)
def test_what_justcall_says_does_not_act(form: str) -> None:
    evil = "\x1b[2J<img src=x>\n| a | b |\u202e @everyone"
    check = Check("entity_id", Status.FAIL, evil, "justcall.sso.entity_id", evil, evil, evil + "2", None, evil)
    shown = FORMATS[form].verifications(
        (Verification("a", "a", {Group.PROBE: evil}, (check,)),), Style(), several=False
    )
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    if form == "markdown":
        assert "<img" not in shown
        assert "@everyone" not in shown


def test_codes() -> None:
    def code(*statuses: Status, unreachable: bool = False) -> ExitCode:
        made = tuple(Check("a", status, "", "a", unreachable=unreachable) for status in statuses)
        return Verification("a", "a", {}, made).exit_code

    assert code(Status.PASS) is ExitCode.OK
    assert code(Status.PASS, Status.NOT_MADE) is ExitCode.ERROR
    assert code(Status.PASS, Status.NOT_MADE, unreachable=True) is ExitCode.UNAVAILABLE
    assert REPORT.exit_code is ExitCode.ERROR

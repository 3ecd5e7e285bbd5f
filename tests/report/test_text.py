"""The text documents around plans and applies."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sso_sync.errors import Diagnostic, ExitCode
from sso_sync.justcall.attestation import Attestation
from sso_sync.justcall.sealed import seal
from sso_sync.justcall.settings import SettingField
from sso_sync.plan.model import Action, Refusal, Side, SideInfo
from sso_sync.report.interface import Attested, Failure, Style
from sso_sync.report.text import TextFormatter
from sso_sync.values import Json
from tests.report.plans import change, plan

TEXT = TextFormatter()


def test_a_valid_spec() -> None:
    assert TEXT.validation((), 1, Style()) == "1 spec checked, no problems found.\n"


def test_all_problems_of_all_specs_at_once() -> None:
    found = (
        Diagnostic(
            "error", "unknown key `rolse`", file="a.yaml", line=3, column=5, next_action="Did you mean `roles`?"
        ),
        Diagnostic("error", "not a URL", file="b.yaml", line=1, column=1),
        Diagnostic("warning", "SHA-1 is weak", file="b.yaml", line=7),
    )
    assert (
        TEXT.validation(found, 2, Style())
        == """\
error: a.yaml:3:5: unknown key `rolse`
  next: Did you mean `roles`?
error: b.yaml:1:1: not a URL
warning: b.yaml:7: SHA-1 is weak

2 specs checked: 2 errors, 1 warning.
"""
    )


def test_a_failure_is_its_diagnostics() -> None:
    failure = Failure((Diagnostic("error", "one"), Diagnostic("error", "two", detail="why")), ExitCode.ERROR)
    assert TEXT.failure(failure, Style()) == "error: one\nerror: two\n  why\n"


def test_each_connection_of_a_fleet_is_counted_as_what_it_is() -> None:
    pending = plan((change("onelogin.app.name", Action.UPDATE, "a", "b"),))
    refused = plan(refusals=(Refusal("ownership", "not ours"),))
    unread = plan(sides=(SideInfo(Side.ONELOGIN, "x", error="down"),))
    wrong = plan(findings=(Diagnostic("error", "no such role"),))
    failed = Failure((Diagnostic("error", "no"),), ExitCode.ERROR, "b.yaml")
    shown = TEXT.plans([plan(), pending, pending, refused, unread, wrong, failed], Style(), several=True)
    assert shown.splitlines()[-1] == (
        "7 connections: 1 in sync, 2 with changes, 1 refused, 1 not fully read, 1 with errors, 1 failed."
    )


def test_what_was_attested_by_whom_and_where() -> None:
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    values: dict[SettingField, Json] = {
        SettingField.ENABLED: True,
        SettingField.SSO_URL: "https://idp.example/sso",
        SettingField.ISSUER: seal(SettingField.ISSUER, "hush"),
    }
    record = Attestation("justcall-prod", "Ann\x1b Lee", moment, moment.replace(month=6), values)
    assert (
        TEXT.attested(Attested(record, Path("specs/attestations/justcall-prod.yaml")), Style())
        == """\
justcall-prod

  Enable SSO          yes
  SSO URL             https://idp.example/sso
  Issuer / Entity ID  (sensitive)

Attested by Ann\\x1b Lee, good until 2026-06-01.
Recorded in specs/attestations/justcall-prod.yaml; commit it beside the spec.
"""
    )

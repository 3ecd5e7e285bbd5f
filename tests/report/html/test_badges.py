"""In what state a connection is: what could not be seen is never in sync, and a guard hides no drift."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sso_sync.apply.result import Outcome
from sso_sync.errors import Diagnostic, ExitCode
from sso_sync.justcall.attestation import Attestation
from sso_sync.justcall.settings import SettingField
from sso_sync.plan.model import Action, Plan, Refusal, Side, SideInfo
from sso_sync.report.formats import FORMATS
from sso_sync.report.html.badges import badge
from sso_sync.report.interface import Applied, ApplyReport, Attested, Failure, Style, Unapplied, VerifyReport
from tests.report.every import verification
from tests.report.html.dom import parsed
from tests.report.html.fleet import drift
from tests.report.plans import applied, change, plan, step

DIFFERS = change("justcall.sso.issuer", Action.UPDATE, "a", "b")
UNKNOWN = change("justcall.sso.issuer", Action.UNKNOWN)
REFUSAL = (Refusal("ownership", "not ours"),)
ERROR = (Diagnostic("error", "wrong"),)
UNREAD = (SideInfo(Side.ONELOGIN, "", error="503"), SideInfo(Side.JUSTCALL, ""))
MADE = plan((DIFFERS,), steps=(step("s", "a step"),))


@pytest.mark.parametrize(
    ("made", "word"),
    [
        (drift("a"), "in sync"),
        (drift("a", (DIFFERS, UNKNOWN)), "drifted"),
        (drift("a", (UNKNOWN,)), "unknown"),
        (drift("a", (DIFFERS,), refusals=REFUSAL), "drifted"),
        (drift("a", refusals=REFUSAL), "refused"),
        (plan((DIFFERS,), refusals=REFUSAL), "refused"),
        (plan((DIFFERS,)), "with changes"),
        (drift("a", (UNKNOWN,), sides=UNREAD, refusals=REFUSAL), "unreachable"),
        (drift("a", sides=UNREAD), "unreachable"),
        (drift("a", sides=UNREAD, findings=ERROR), "with errors"),
        (Failure(ERROR, ExitCode.ERROR), "failed"),
        (Applied(applied(MADE, [(Outcome.APPLIED, None)], after=plan())), "applied"),
        (Applied(applied(MADE, [(Outcome.FAILED, ERROR[0])], exit_code=ExitCode.ERROR)), "not fully applied"),
        (Unapplied(plan(), ExitCode.OK), "in sync"),
        (Unapplied(replace(MADE, refusals=REFUSAL), ExitCode.REFUSED), "refused"),
        (Unapplied(MADE, ExitCode.OK, cancelled=True), "cancelled"),
        (verification(), "with failed checks"),
        (replace(verification(), checks=verification().checks[:1]), "verified"),
    ],
)
def test_every_result_has_a_state(made: Plan | ApplyReport | VerifyReport, word: str) -> None:
    assert badge(made).word == word


def test_a_drift_that_could_not_be_put_right_says_so() -> None:
    shown = parsed(FORMATS["html"].plans([drift("a", (DIFFERS,), refusals=REFUSAL)], Style(), several=False))
    assert "apply would be refused" in shown.text
    assert "ownership refuses to apply" in shown.text
    assert shown.within("h1") == ["a drifted."]


def test_an_apply_shows_its_steps_and_what_is_left() -> None:
    run = applied(MADE, [(Outcome.FAILED, ERROR[0])], after=MADE, exit_code=ExitCode.ERROR)
    shown = parsed(FORMATS["html"].applies([Applied(run, ("Open Settings", "Enter it"))], Style(), several=False))
    assert shown.within("h1") == ["justcall-prod was not fully applied."]
    assert shown.table("Run run-1, 1 step in order")[1] == ["✗ failed", "OneLogin", "a step", "wrong"]
    assert shown.within("pre") == ["Open Settings", "Enter it"]
    assert "Not verified: both sides were read again, and this is left" in shown.text
    assert len(shown.table("JustCall: what differs")) == 2


def test_what_somebody_vouches_for_is_a_table() -> None:
    at, until = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    record = Attestation("prod", "Ann <Lee>", at, until, {SettingField.ISSUER: "https://x", SettingField.ENABLED: True})
    shown = parsed(FORMATS["html"].attested(Attested(record, Path("attestations/prod.yaml")), Style()))
    assert [row[1] for row in shown.table("What is vouched for")[1:]] == ["https://x", "yes"]
    assert shown.within("h1") == ["Attested by Ann <Lee>, good until 2026-06-01."]

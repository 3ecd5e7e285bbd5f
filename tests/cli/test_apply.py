"""`sso-sync apply`: who is asked, when nothing happens, and what is told afterwards."""

from __future__ import annotations

import io
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from sso_sync.apply.result import ApplyResult, Handover, Outcome
from sso_sync.errors import Diagnostic, ExitCode, SideUnavailable
from sso_sync.justcall.settings import SettingField
from sso_sync.plan.model import Action, Plan
from tests.cli.support import IN_SYNC, PENDING, REFUSED, UNREAD, WRONG, Cli, FakeEngine, spec
from tests.report.plans import applied, change, impact, plan, step
from tests.saml.make import certificate

DONE = applied(PENDING, [(Outcome.APPLIED, None)], after=IN_SYNC)
FAILED = applied(PENDING, [(Outcome.FAILED, Diagnostic("error", "422"))], after=PENDING, exit_code=ExitCode.ERROR)
PARTIAL = replace(FAILED, exit_code=ExitCode.PARTIAL)


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        return True


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(text))


@pytest.mark.parametrize(("result", "code"), [(DONE, 0), (FAILED, 1), (PARTIAL, 7)])
@pytest.mark.parametrize("form", ["text", "json"])
def test_the_result_decides_the_code(cli: Cli, fake: FakeEngine, result: ApplyResult, code: int, form: str) -> None:
    fake.answers["prod"] = result
    ran = cli("apply", spec(), "--auto-approve", "--format", form)
    assert ran.code == code
    assert fake.approved == [True]
    if form == "json":
        assert ran.json["exit_code"] == code
        assert ran.json["plan"]["spec"]["name"] == "prod"


@pytest.mark.parametrize(("made", "code"), [(IN_SYNC, 0), (REFUSED, 3), (WRONG, 1), (UNREAD, 6)])
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_plan_that_cannot_be_applied_asks_nobody(
    cli: Cli, fake: FakeEngine, made: Plan, code: int, form: str
) -> None:
    fake.answers["prod"] = made
    ran = cli("apply", spec(), "--auto-approve", "--format", form)
    assert ran.code == code
    assert fake.asked == []
    if form == "json":
        assert (ran.json["run_id"], ran.json["exit_code"]) == (None, code)


def test_a_side_that_is_out_of_reach(cli: Cli, fake: FakeEngine) -> None:
    fake.answers["prod"] = SideUnavailable.because("503")
    ran = cli("apply", spec(), "--auto-approve", "--format", "json")
    assert (ran.code, ran.json["exit_code"]) == (6, 6)


def test_yes_is_a_yes(cli: Cli, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "yes\n")
    fake.answers["prod"] = DONE
    ran = cli("apply", spec())
    assert ran.code == 0
    assert ran.err.endswith('Apply these changes to prod? Only "yes" is accepted: ')
    assert "~ app.name  a -> b" in ran.err
    assert "~ app.name" not in ran.out
    assert "✓ Rename the app" in ran.out


def test_what_it_does_to_logins_is_read_last_before_the_question(
    cli: Cli, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "no\n")
    fake.answers["prod"] = replace(PENDING, impacts=(impact("new logins fail", "for seconds"),))
    asked = cli("apply", spec()).err
    assert asked.count("Impact:") == 1
    assert asked.endswith(
        '\n\nImpact: new logins fail, for seconds.\nApply these changes to prod? Only "yes" is accepted: '
    )
    assert "Impact: new logins fail" in cli("apply", spec(), "--auto-approve").err


@pytest.mark.parametrize("answer", ["no\n", "y\n", "YES\n", "yes please\n", "\n", ""])
def test_anything_else_is_a_no(cli: Cli, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    typed(monkeypatch, answer)
    fake.answers["prod"] = DONE
    ran = cli("apply", spec())
    assert ran.code == 1
    assert fake.approved == [False]
    assert ran.out.endswith("Cancelled, nothing was changed.\n")


def test_a_no_is_valid_json_too(cli: Cli, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "no\n")
    fake.answers["prod"] = DONE
    ran = cli("apply", spec(), "--format", "json")
    assert (ran.code, ran.json["exit_code"], ran.json["verified"]) == (1, 1, False)
    assert "Apply these changes to prod?" in ran.err


def test_ctrl_c_at_the_question(cli: Cli, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted:
        def isatty(self) -> bool:
            return True

        def readline(self) -> str:
            raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", Interrupted())
    fake.answers["prod"] = DONE
    ran = cli("apply", spec(), "--format", "json")
    assert (ran.code, ran.json["exit_code"]) == (130, 130)


@pytest.mark.parametrize("form", ["text", "json"])
def test_without_a_terminal_nothing_is_changed(
    cli: Cli, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("yes\n"))
    fake.answers["prod"] = DONE
    ran = cli("apply", spec(), "--format", form)
    assert ran.code == 1
    assert fake.approved == []
    assert "error: Nothing was changed: apply needs a yes" in ran.err
    assert "--auto-approve" in ran.err
    if form == "json":
        assert ran.json["exit_code"] == 1


def test_auto_approve_still_shows_the_plan_unless_quiet(cli: Cli, fake: FakeEngine) -> None:
    fake.answers["prod"] = DONE
    assert "~ app.name  a -> b" in cli("apply", spec(), "--auto-approve").err
    assert cli("apply", "prod.yaml", "--auto-approve", "--quiet").err == ""


def test_several_specs_are_asked_about_one_by_one(cli: Cli, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "no\nyes\n")
    fake.answers |= {"a": DONE, "b": DONE}
    ran = cli("apply", spec("a"), spec("b"))
    assert ran.code == 1
    assert fake.approved == [False, True]
    assert ran.out.endswith("\n2 connections: 1 cancelled, 1 applied.\n")


def test_after_ctrl_c_no_further_spec_is_applied_although_the_run_ended_in_good_order(
    cli: Cli, fake: FakeEngine
) -> None:
    def interrupted() -> ApplyResult:
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
        return PARTIAL

    fake.answers |= {"a": interrupted, "b": DONE}
    ran = cli("apply", spec("a"), spec("b"), "--auto-approve", "--format", "json")
    assert ran.code == 7
    assert fake.planned == ["a"]
    assert [one["exit_code"] for one in ran.json["connections"]] == [7, 130]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def handed_over(pem: str) -> ApplyResult:
    made = plan(
        (change("justcall.sso.certificate", Action.MANUAL, None, None),), steps=(step("hand", "By hand", by_hand=True),)
    )
    values = {SettingField.SSO_URL: "https://idp.example/sso", SettingField.CERTIFICATE: pem}
    told = Diagnostic("info", "a person does this")
    return applied(
        made,
        [(Outcome.SKIPPED, told)],
        after=made,
        handover=Handover(values),
        findings=(Diagnostic("warning", "look again"),),
    )


def test_the_runbook_and_the_certificate_file(cli: Cli, fake: FakeEngine) -> None:
    pem = certificate("OneLogin").pem
    fake.answers["prod"] = handed_over(pem)
    ran = cli("apply", spec(), "--auto-approve")
    assert ran.code == 0
    assert "By hand in JustCall\n  1. " in ran.out
    assert "https://idp.example/sso" in ran.out
    assert "sso-sync attest prod.yaml" in ran.out
    assert ".sso-sync/prod.certificate.pem" in ran.out
    assert Path(".sso-sync/prod.certificate.pem").read_text(encoding="utf-8").split() == pem.split()


def test_json_has_no_place_for_a_runbook_so_stderr_has_it(cli: Cli, fake: FakeEngine) -> None:
    fake.answers["prod"] = handed_over(certificate("OneLogin").pem)
    ran = cli("apply", spec(), "--auto-approve", "--format", "json", "--quiet")
    assert ran.json["skipped"][0]["id"] == "hand"
    assert "By hand in JustCall\n  1. " in ran.err
    assert "warning: look again" in ran.err


def test_a_certificate_that_cannot_be_written_is_in_the_runbook(cli: Cli, fake: FakeEngine) -> None:
    Path(".sso-sync").write_text("in the way", encoding="utf-8")
    fake.answers["prod"] = handed_over(certificate("OneLogin").pem)
    ran = cli("apply", spec(), "--auto-approve")
    assert ran.code == 0
    assert "cannot be written" in ran.err
    assert "BEGIN CERTIFICATE" in ran.out


def test_the_runbook_speaks_the_words_of_the_page_map(cli: Cli, fake: FakeEngine) -> None:
    fake.answers["prod"] = handed_over(certificate("OneLogin").pem)
    path = spec()
    path.write_text(path.read_text(encoding="utf-8") + "justcall: {driver: attested, page_map: page.yaml}\n")
    Path("page.yaml").write_text("fields: {sso_url: {names: [Entry Point URL]}}\n", encoding="utf-8")
    ran = cli("apply", path, "--auto-approve")
    assert ran.code == 0
    assert "Enter Entry Point URL: https://idp.example/sso" in ran.out
    assert "Enter SSO URL" not in ran.out


@pytest.mark.parametrize(
    ("text", "where", "summary"),
    [
        ("fields: {sso_ulr: {}}\n", "page.yaml:1:10", "Unknown key `sso_ulr` in `fields`"),
        (None, "prod.yaml:7:40", "The page map `page.yaml` does not exist"),
    ],
)
def test_a_page_map_that_cannot_be_used_is_an_error_before_anything_is_done(
    cli: Cli, fake: FakeEngine, text: str | None, where: str, summary: str
) -> None:
    path = spec()
    path.write_text(path.read_text(encoding="utf-8") + "justcall: {driver: attested, page_map: page.yaml}\n")
    if text is not None:
        Path("page.yaml").write_text(text, encoding="utf-8")
    for words in (("apply", path, "--auto-approve"), ("plan", path), ("validate", path)):
        ran = cli(*words)
        assert ran.code == 1
        assert f"error: {where}: {summary}" in ran.out + ran.err
    assert fake.planned == []


def test_a_page_map_that_is_not_used_is_not_read(cli: Cli) -> None:
    path = spec()
    path.write_text(path.read_text(encoding="utf-8") + "justcall: {driver: http, page_map: page.yaml}\n")
    ran = cli("validate", path)
    assert ran.code == 0
    assert "`justcall.page_map` is not used by the http driver" in ran.out

"""What an apply did, as a reader sees it."""

from __future__ import annotations

from sso_sync.apply.result import Handover, Outcome
from sso_sync.errors import Diagnostic, ExitCode
from sso_sync.plan.model import Action, Plan, Refusal
from sso_sync.report.interface import Applied, ApplyReport, Failure, Style, Unapplied
from sso_sync.report.text import TextFormatter
from tests.report.plans import applied, change, plan, step

DONE = (Outcome.APPLIED, None)


def text(*reports: ApplyReport) -> str:
    return TextFormatter().applies(reports, Style(), several=len(reports) > 1)


def renamed() -> Plan:
    return plan(
        (change("onelogin.app.name", Action.UPDATE, "a", "b"),),
        steps=(step("app", "Update the app: name"), step("roles", "Attach the role Sales", needs=("app",))),
    )


def test_everything_done_and_verified() -> None:
    result = applied(renamed(), [DONE, DONE], after=plan())
    assert (
        text(Applied(result))
        == """\
justcall-prod  specs/justcall.yaml

  ✓ Update the app: name
  ✓ Attach the role Sales

Apply: 2 steps applied.  run run-1
Verified: both sides were read again and are as the spec says.
"""
    )


def test_a_failed_step_tells_why_and_what_was_left_out() -> None:
    failed = Diagnostic(
        "error", "PUT /api/2/apps/1 -> 422: no", detail="field name", next_action="Choose another name."
    )
    skipped = Diagnostic("warning", "not done, because this was not done: Update the app: name")
    result = applied(
        renamed(), [(Outcome.FAILED, failed), (Outcome.SKIPPED, skipped)], after=renamed(), exit_code=ExitCode.ERROR
    )
    assert (
        text(Applied(result))
        == """\
justcall-prod  specs/justcall.yaml

  ✗ Update the app: name
      error: PUT /api/2/apps/1 -> 422: no
        field name
        next: Choose another name.
  \N{EN DASH} Attach the role Sales
      skipped: not done, because this was not done: Update the app: name

Apply: 0 steps applied, 1 failed, 1 skipped.  run run-1
Not verified: both sides were read again, and this is left (0 to create, 1 to change, 0 to delete):

OneLogin  acme.onelogin.com
  ~ app.name  a -> b
JustCall  browser, observed 12:04  no changes
Next: correct the cause, then sso-sync apply specs/justcall.yaml; it goes on from what is there
"""
    )


def test_a_run_that_could_not_read_back_says_that_nothing_is_verified() -> None:
    lost = Diagnostic("error", "OneLogin cannot be reached")
    shown = text(Applied(applied(renamed(), [DONE, DONE], exit_code=ExitCode.PARTIAL, findings=(lost,))))
    assert "error: OneLogin cannot be reached\n" in shown
    assert "Not verified: the run ended before both sides were read again." in shown


def test_the_runbook_follows_when_a_person_goes_on() -> None:
    made = plan(
        (change("justcall.sso.enabled", Action.MANUAL, None, True),),
        steps=(step("hand", "Hand over JustCall's settings", by_hand=True),),
    )
    told = Diagnostic("info", "a person does this")
    result = applied(made, [(Outcome.SKIPPED, told)], after=made, handover=Handover({}))
    shown = text(Applied(result, ("1. Open the page.", "2. Paste\x1b[31m this.")))
    assert (
        shown
        == """\
justcall-prod  specs/justcall.yaml

  ! Hand over JustCall's settings  by hand, see below

Apply: 0 steps applied, 1 skipped.  run run-1
Read again. What is left is done by hand:

OneLogin  acme.onelogin.com  no changes
JustCall  browser, observed 12:04
  ! sso.enabled  yes

By hand in JustCall
  1. Open the page.
  2. Paste\\x1b[31m this.
"""
    )


def test_nothing_to_do() -> None:
    assert text(Unapplied(plan(), ExitCode.OK)).endswith("No changes. OneLogin and JustCall are as the spec says.\n")


def test_a_refused_plan_is_shown_and_nothing_was_changed() -> None:
    made = plan((change("onelogin.app.name", Action.UPDATE, "a", "b"),), refusals=(Refusal("ownership", "not ours"),))
    shown = text(Unapplied(made, ExitCode.REFUSED))
    assert "refused by ownership: not ours" in shown
    assert shown.endswith("This plan is refused.\nNothing was changed.\n")


def test_a_plan_that_nobody_approved_is_not_repeated() -> None:
    shown = text(Unapplied(renamed(), ExitCode.ERROR, cancelled=True))
    assert shown == "justcall-prod  specs/justcall.yaml\n\nCancelled, nothing was changed.\n"


def test_several_connections_follow_each_other_and_are_counted() -> None:
    broken = Failure((Diagnostic("error", "no such file"),), ExitCode.ERROR, "specs/b.yaml")
    shown = text(Unapplied(plan(), ExitCode.OK), broken, Applied(applied(renamed(), [DONE, DONE], after=plan())))
    assert "\n\n\nspecs/b.yaml\n\nerror: no such file\n" in shown
    assert shown.endswith("\n\n\n3 connections: 1 in sync, 1 failed, 1 applied.\n")

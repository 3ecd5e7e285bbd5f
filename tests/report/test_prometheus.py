"""Metrics, as Prometheus' own parser reads them back."""

from __future__ import annotations

from dataclasses import replace

from sso_sync.apply.result import Outcome
from sso_sync.errors import Diagnostic, ExitCode
from sso_sync.plan.model import Action, Plan, Refusal, Side, SideInfo
from sso_sync.report.formats import FORMATS
from sso_sync.report.interface import Applied, Failure, Style
from tests.report.every import every, examination, verification
from tests.report.judges import samples
from tests.report.plans import applied, change, plan, signed_with, step
from tests.report.test_hostile import hostile

METRICS = FORMATS["prometheus"]
BROKEN = Failure((Diagnostic("error", "no such file"),), ExitCode.ERROR, "specs/b.yaml", "plan")
CHANGES = (
    change("onelogin.app.name", Action.UPDATE, "a", "b"),
    change("onelogin.app.description", Action.DELETE, "a"),
    change("justcall.sso.issuer", Action.UNKNOWN),
)


def of(text: str, name: str, **labels: str) -> float | None:
    return samples(text).get((name, tuple(sorted(labels.items()))))


def planned(*plans: Plan, exit_code: int = 2) -> str:
    return METRICS.plans(plans, Style(exit_code=exit_code), several=len(plans) > 1)


def test_drift_and_unknown_of_each_side() -> None:
    text = planned(plan(CHANGES, refusals=(Refusal("ownership", "no"),)))
    onelogin, justcall = ({"connection": "justcall-prod", "side": side} for side in ("onelogin", "justcall"))
    assert of(text, "sso_sync_drift", **onelogin) == 2
    assert of(text, "sso_sync_drift", **justcall) == 0
    assert of(text, "sso_sync_unknown", **onelogin) == 0
    assert of(text, "sso_sync_unknown", **justcall) == 1
    assert of(text, "sso_sync_refusals", connection="justcall-prod") == 1
    assert of(text, "sso_sync_exit_code", command="plan") == 2
    assert of(text, "sso_sync_failed_connections", command="plan") == 0
    assert of(text, "sso_sync_last_run_timestamp_seconds", connection="justcall-prod") == 1772366695


def test_a_side_that_could_not_be_read_has_no_drift_of_zero() -> None:
    made = plan(CHANGES[:1], sides=(SideInfo(Side.ONELOGIN, "a"), SideInfo(Side.JUSTCALL, "b", error="503")))
    text = planned(made)
    assert of(text, "sso_sync_drift", connection="justcall-prod", side="justcall") is None
    assert of(text, "sso_sync_side_readable", connection="justcall-prod", side="justcall") == 0
    assert of(text, "sso_sync_side_readable", connection="justcall-prod", side="onelogin") == 1
    assert of(text, "sso_sync_drift", connection="justcall-prod", side="onelogin") == 1


def test_days_left_of_each_certificate_and_none_of_one_whose_end_nobody_knows() -> None:
    hidden = replace(signed_with(Side.JUSTCALL, "BB", 1), days_left=None)
    text = planned(plan(certificates=(signed_with(Side.ONELOGIN, "AA", -3), hidden)))
    assert of(text, "sso_sync_certificate_days_left", connection="justcall-prod", side="onelogin") == -3
    assert of(text, "sso_sync_certificate_days_left", connection="justcall-prod", side="justcall") is None


def test_several_connections_and_one_that_failed() -> None:
    text = METRICS.plans([plan(CHANGES), plan(name="other"), BROKEN], Style(exit_code=1), several=True)
    assert of(text, "sso_sync_drift", connection="other", side="onelogin") == 0
    assert of(text, "sso_sync_failed_connections", command="plan") == 1


def test_an_apply_counts_what_is_left_and_its_steps() -> None:
    made = plan(CHANGES, steps=(step("one", "One"),))
    done = METRICS.applies([Applied(applied(made, [(Outcome.APPLIED, None)], after=plan()))], Style(), several=False)
    assert of(done, "sso_sync_drift", connection="justcall-prod", side="onelogin") == 0
    assert of(done, "sso_sync_steps", connection="justcall-prod", outcome="applied") == 1
    blind = METRICS.applies([Applied(applied(made, [(Outcome.FAILED, None)]))], Style(), several=False)
    assert of(blind, "sso_sync_drift", connection="justcall-prod", side="onelogin") is None
    assert of(blind, "sso_sync_steps", connection="justcall-prod", outcome="failed") == 1


def test_checks_and_diagnoses() -> None:
    checked = METRICS.verifications([verification("prod")], Style(), several=False)
    for check, status in (("passed", "pass"), ("differs", "fail"), ("unmade", "not_made")):
        assert of(checked, "sso_sync_checks", connection="prod", check=check, status=status) == 1
    ill = METRICS.examination(examination("prod"), Style(exit_code=1))
    assert of(ill, "sso_sync_diagnoses", connection="prod", case="audience_mismatch", side="onelogin") == 1


def test_a_validation_and_a_failure() -> None:
    text = METRICS.validation([Diagnostic("warning", "weak")], 3, Style(exit_code=0))
    assert of(text, "sso_sync_specs") == 3
    assert of(text, "sso_sync_diagnostics", severity="warning") == 1
    assert of(text, "sso_sync_diagnostics", severity="error") == 0
    assert of(METRICS.failure(BROKEN, Style()), "sso_sync_exit_code", command="plan") == 1


def test_a_label_comes_back_as_it_was() -> None:
    text = planned(plan(name='a"b\\c{d="e"} 1'))
    assert of(text, "sso_sync_refusals", connection='a"b\\c{d="e"} 1') == 0


@hostile
def test_every_page_is_read_back_whatever_names_hold(name: str) -> None:
    for attacked, harmless in zip(every("prometheus", name), every("prometheus"), strict=True):
        found, expected = samples(attacked), samples(harmless)
        assert sorted(key[0] for key in found) == sorted(key[0] for key in expected)

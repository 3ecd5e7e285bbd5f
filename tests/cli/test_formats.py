"""The formats for machines on the command line: valid on every exit code, for one spec and for several."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sso_sync.errors import Locked, SideUnavailable, SsoSyncError, StalePlan
from sso_sync.plan.model import Plan
from sso_sync.report.schema import output_schema
from tests.cli.support import IN_SYNC, PENDING, REFUSED, UNREAD, WRONG, Cli, FakeEngine, spec
from tests.report.judges import JUDGES, notes, samples, sarif, suites

MACHINES = pytest.mark.parametrize("form", JUDGES)
ENDS: dict[int, Plan | SsoSyncError] = {
    0: IN_SYNC,
    1: WRONG,
    2: PENDING,
    3: REFUSED,
    4: StalePlan.because("It is stale"),
    5: Locked.because("Somebody else is at it"),
    6: UNREAD,
}


@MACHINES
@pytest.mark.parametrize("code", ENDS)
def test_every_exit_code_has_a_valid_document(cli: Cli, fake: FakeEngine, form: str, code: int) -> None:
    fake.answers["prod"] = ENDS[code]
    ran = cli("plan", spec(), "--detailed-exitcode", "--format", form)
    assert ran.code == code
    JUDGES[form](ran.out)
    assert ran.out


@MACHINES
def test_several_specs_are_one_document(cli: Cli, fake: FakeEngine, form: str) -> None:
    fake.answers |= {"a": PENDING, "b": SideUnavailable.because("503"), "c": REFUSED}
    for name in "abc":
        spec(name, "fleet")
    for words in (("plan",), ("apply", "--auto-approve"), ("validate",)):
        JUDGES[form](cli(*words, "fleet", "--format", form).out)


@MACHINES
def test_a_wrong_command_line_has_a_valid_document(cli: Cli, form: str) -> None:
    ran = cli("plan", "--format", form, "--nonsense")
    assert ran.code == 64
    JUDGES[form](ran.out)


@MACHINES
def test_a_spec_that_cannot_be_read_has_a_valid_document(cli: Cli, form: str) -> None:
    Path("bad.yaml").write_text("version: 1\nname: bad\nonelogon: {}\n", encoding="utf-8")
    for command in ("plan", "apply", "validate", "verify", "doctor"):
        ran = cli(command, "bad.yaml", "--format", form)
        assert ran.code == 1
        JUDGES[form](ran.out)


def test_a_wrong_key_is_pointed_at_in_the_terms_of_each_format(cli: Cli) -> None:
    Path("bad.yaml").write_text("version: 1\nname: bad\nsandbox: true\nonelogon: {}\n", encoding="utf-8")
    results = sarif(cli("validate", "bad.yaml", "--format", "sarif").out)["results"]
    assert results[0]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "bad.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 4, "startColumn": 1},
    }
    kind, properties, _ = notes(cli("validate", "bad.yaml", "--format", "github").out)[0]
    assert (kind, properties["file"], properties["line"], properties["col"]) == ("error", "bad.yaml", "4", "1")


def test_the_exit_code_is_in_the_metrics_and_in_the_log(cli: Cli, fake: FakeEngine) -> None:
    fake.answers["prod"] = PENDING
    words = ("plan", spec(), "--detailed-exitcode", "--format")
    assert samples(cli(*words, "prometheus").out)["sso_sync_exit_code", (("command", "plan"),)] == 2
    assert sarif(cli(*words, "sarif").out)["invocations"] == [{"executionSuccessful": True, "exitCode": 2}]


def test_a_run_without_a_plan_names_its_command(cli: Cli, fake: FakeEngine) -> None:
    fake.answers["prod"] = ENDS[4]
    assert 'sso_sync_exit_code{command="plan"} 4' in cli("plan", spec(), "--format", "prometheus").out
    assert cli("plan", spec(), "--format", "markdown").out.startswith("<!-- sso-sync:plan:error -->\n")


def test_a_report_goes_to_its_file(cli: Cli, fake: FakeEngine) -> None:
    assert cli("plan", spec(), "--format", "junit", "--output", "junit.xml").out == ""
    assert suites(Path("junit.xml").read_text(encoding="utf-8"))["prod"]


@MACHINES
@pytest.mark.parametrize("words", [("history",), ("browser", "install"), ("sandbox", "log")])
def test_what_is_no_list_of_findings_is_refused_before_anything_is_done(
    cli: Cli, words: tuple[str, ...], form: str
) -> None:
    ran = cli(*words, "--format", form)
    assert ran.code == 64
    assert f"has no report in the format {form}" in ran.err
    JUDGES[form](ran.out)


def test_the_schema_of_the_output_is_printed(cli: Cli) -> None:
    assert json.loads(cli("schema", "--output-document").out) == output_schema()
    assert json.loads(cli("schema", "--output-document", "--format", "sarif").out) == output_schema()
    assert json.loads(cli("schema").out) != output_schema()

"""The JSON documents: exactly the keys of the contract, in every situation."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sso_sync.apply.result import Outcome
from sso_sync.errors import Diagnostic, ExitCode
from sso_sync.justcall.attestation import Attestation
from sso_sync.justcall.settings import SettingField
from sso_sync.plan.model import Action, Refusal
from sso_sync.report.interface import Applied, Attested, Failure, Style, Unapplied
from sso_sync.report.json import JsonFormatter, dumps
from tests.report.plans import applied, change, example, plan, step

PLAN_KEYS = [
    "schema_version",
    "plan_id",
    "created_at",
    "spec",
    "fingerprint",
    "summary",
    "changes",
    "steps",
    "findings",
    "refusals",
    "impacts",
    "certificates",
    "ignored",
    "cost",
]
APPLY_KEYS = ["schema_version", "run_id", "plan", "applied", "failed", "skipped", "verified", "exit_code", "cost"]
DIAGNOSTIC_KEYS = ["severity", "summary", "detail", "file", "line", "column", "address", "next_action"]
BROKEN = Failure(
    (Diagnostic("error", "no such file"), Diagnostic("error", "nor this", file="b.yaml", line=2)),
    ExitCode.ERROR,
    "specs/b.yaml",
)

JSON = JsonFormatter()


def test_one_plan_is_the_document() -> None:
    document = json.loads(JSON.plans([example()], Style(), several=False))
    assert list(document) == PLAN_KEYS
    assert document["summary"] == {"create": 7, "update": 3, "delete": 0, "manual": 0, "unknown": 0}
    assert document["findings"] == [
        dict.fromkeys(DIAGNOSTIC_KEYS)
        | {"severity": "info", "summary": "3 people gain access, nobody loses it", "address": "onelogin.access"}
    ]


def test_several_plans_are_connections_and_an_error_is_one_of_them() -> None:
    document = json.loads(JSON.plans([example(), BROKEN], Style(), several=True))
    assert list(document) == ["schema_version", "connections"]
    first, second = document["connections"]
    assert list(first) == PLAN_KEYS
    assert list(second) == ["schema_version", "error", "exit_code"]
    assert second["error"]["file"] == "specs/b.yaml"


def test_a_folder_with_one_report_can_still_be_several() -> None:
    assert len(json.loads(JSON.plans([plan()], Style(), several=True))["connections"]) == 1


def test_an_error_document_keeps_what_else_was_wrong() -> None:
    document = json.loads(JSON.failure(BROKEN, Style()))
    assert document == {
        "schema_version": 1,
        "error": dict.fromkeys(DIAGNOSTIC_KEYS)
        | {"severity": "error", "summary": "no such file", "detail": "also: b.yaml:2: nor this"},
        "exit_code": 1,
    }


def test_an_apply_sorts_its_steps_by_outcome() -> None:
    made = plan(
        (change("onelogin.app.name", Action.UPDATE, "a", "b"),),
        steps=(step("one", "One"), step("two", "Two", needs=("one",), addresses=("onelogin.app.name",))),
    )
    why = Diagnostic("error", "422")
    result = applied(made, [(Outcome.APPLIED, None), (Outcome.FAILED, why)], after=made, exit_code=ExitCode.PARTIAL)
    document = json.loads(JSON.applies([Applied(result)], Style(), several=False))
    assert list(document) == APPLY_KEYS
    assert (document["run_id"], document["verified"], document["exit_code"]) == ("run-1", False, 7)
    assert list(document["plan"]) == PLAN_KEYS
    assert document["applied"] == [
        {"id": "one", "side": "onelogin", "summary": "One", "needs": [], "addresses": [], "diagnostic": None}
    ]
    assert document["failed"][0]["needs"] == ["one"]
    assert document["failed"][0]["addresses"] == ["onelogin.app.name"]
    assert list(document["failed"][0]["diagnostic"]) == DIAGNOSTIC_KEYS
    assert document["skipped"] == []


@pytest.mark.parametrize(
    ("report", "verified", "code"),
    [
        (Unapplied(plan(), ExitCode.OK), True, 0),
        (Unapplied(example(), ExitCode.ERROR, cancelled=True), False, 1),
        (Unapplied(plan(refusals=(Refusal("ownership", "not ours"),)), ExitCode.REFUSED), False, 3),
    ],
)
def test_an_apply_that_changed_nothing_has_the_same_keys(report: Unapplied, verified: bool, code: int) -> None:
    document = json.loads(JSON.applies([report], Style(), several=False))
    assert list(document) == APPLY_KEYS
    assert (document["run_id"], document["verified"], document["exit_code"]) == (None, verified, code)
    assert document["applied"] == document["failed"] == document["skipped"] == []


def test_several_applies_are_connections() -> None:
    document = json.loads(JSON.applies([Unapplied(plan(), ExitCode.OK), BROKEN], Style(), several=True))
    assert [list(one) for one in document["connections"]] == [APPLY_KEYS, ["schema_version", "error", "exit_code"]]


def test_a_validation_is_its_diagnostics() -> None:
    document = json.loads(JSON.validation([Diagnostic("warning", "weak", file="a.yaml", line=1)], 3, Style()))
    assert list(document) == ["schema_version", "diagnostics"]
    assert list(document["diagnostics"][0]) == DIAGNOSTIC_KEYS


def test_an_attestation_names_its_fields_but_not_their_values() -> None:
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    record = Attestation("a", "Ann", moment, moment.replace(month=6), {SettingField.ISSUER: "hush"})
    shown = JSON.attested(Attested(record, Path("attestations/a.yaml")), Style())
    assert "hush" not in shown
    assert json.loads(shown) == {
        "schema_version": 1,
        "path": "attestations/a.yaml",
        "connection": "a",
        "by": "Ann",
        "at": "2026-03-01T00:00:00Z",
        "until": "2026-06-01T00:00:00Z",
        "note": None,
        "fields": ["issuer"],
    }


@pytest.mark.parametrize(
    "text", ["José 李雷 👩\u200d💻", "\x1b[31m\x9b\x7f", "\u202eevil\u2066", "line\u2028\n", '"\\']
)
def test_any_text_comes_back_as_it_was_and_nothing_in_the_file_acts(text: str) -> None:
    shown = dumps({"name": text})
    assert json.loads(shown) == {"name": text}
    assert not set(shown) & set("\x1b\x9b\x7f\u202e\u2066\u2028")


def test_letters_of_any_script_are_readable() -> None:
    assert dumps("José 李雷") == '"José 李雷"\n'


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800", {"\udfff": ["\ud83d"]}])
def test_what_json_cannot_say_is_still_json(value: Any) -> None:
    shown = dumps(value)
    shown.encode("utf-8")
    json.loads(shown, parse_constant=pytest.fail)


def test_the_documents_are_the_same_every_time() -> None:
    first, second = (JSON.plans([example()], Style(), several=False) for _ in range(2))
    assert first == second

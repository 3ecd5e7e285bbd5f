"""SARIF: valid by somebody else's models, pointing at the spec, and the same alert for the same address every time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sso_sync.errors import Diagnostic, ExitCode
from sso_sync.marked.place import Mark
from sso_sync.plan.doctor.cases import CASES
from sso_sync.plan.guard_names import GUARDS
from sso_sync.plan.model import Action, Direction, Ignored, Plan, Refusal, Side, SideInfo
from sso_sync.report.formats import FORMATS
from sso_sync.report.interface import Failure, Style
from tests.report.every import every
from tests.report.judges import sarif
from tests.report.plans import change, example, impact, plan
from tests.report.test_hostile import hostile

AUDIENCE = "onelogin.app.configuration.audience"
UPDATE = change(AUDIENCE, Action.UPDATE, "justcall", "JustCall", "from JustCall's Entity ID")


def placed(*changes: Any, **more: Any) -> Plan:
    """A plan whose audience was asked for at specs/justcall.yaml:7:5."""
    return replace(plan(changes, **more), places={AUDIENCE: Mark("specs/justcall.yaml", 7, 5)})


def run_of(made: Plan, exit_code: int | None = None) -> dict[str, Any]:
    return sarif(FORMATS["sarif"].plans([made], Style(exit_code=exit_code), several=False))


def test_a_change_points_at_the_line_of_the_spec_that_asks_for_it() -> None:
    run = run_of(placed(UPDATE))
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("change.update", "note")
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "specs/justcall.yaml", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 7, "startColumn": 5},
            },
            "logicalLocations": [{"fullyQualifiedName": f"justcall-prod/{AUDIENCE}"}],
        }
    ]
    assert result["message"]["text"] == f"{AUDIENCE} is justcall; the spec says JustCall\nfrom JustCall's Entity ID"


@pytest.mark.parametrize(
    ("action", "before", "after", "words"),
    [
        (Action.CREATE, None, "b", "is missing; the spec says b"),
        (Action.DELETE, "a", None, "is there and should not be; it is a"),
        (Action.MANUAL, "a", "b", "is a; the spec says b, to be changed by hand"),
        (Action.MANUAL, None, "b", "should be b, to be changed by hand"),
        (Action.UNKNOWN, None, "b", "could not be compared"),
        (Action.UPDATE, "a", "a", "is written again"),
        (Action.UPDATE, {"x": 1, "y": 2}, {"x": 1, "y": 3}, "y: is 2; the spec says 3"),
    ],
)
def test_each_kind_of_change_has_its_words(action: Action, before: Any, after: Any, words: str) -> None:
    (result,) = run_of(plan([change(AUDIENCE, action, before, after)]))["results"]
    assert result["message"]["text"] == f"{AUDIENCE} {words}".replace("{", "{{")


def test_what_is_sensitive_is_not_in_it() -> None:
    made = plan([change(AUDIENCE, Action.UPDATE, "hush", "hush2", sensitive=True)])
    assert "hush" not in FORMATS["sarif"].plans([made], Style(), several=False)


def test_a_refusal_an_error_and_an_unread_side_are_errors_and_an_impact_is_a_warning() -> None:
    made = placed(
        findings=(Diagnostic("error", "wrong", file="specs/base.yaml", line=2, column=3),),
        refusals=(Refusal("audience", "they differ", address=AUDIENCE, next_action="Correct it."),),
        sides=(SideInfo(Side.JUSTCALL, "x", error="503"),),
        impacts=(impact("logins fail"),),
    )
    results = {one["ruleId"]: one for one in run_of(made)["results"]}
    assert {rule: one["level"] for rule, one in results.items()} == {
        "guard.audience": "error",
        "diagnostic.error": "error",
        "side.unreadable": "error",
        "impact.interruption": "warning",
    }
    lines = {rule: one["locations"][0]["physicalLocation"]["region"]["startLine"] for rule, one in results.items()}
    assert lines == {"guard.audience": 7, "diagnostic.error": 2, "side.unreadable": 1, "impact.interruption": 1}
    assert results["guard.audience"]["message"]["text"].endswith("Next: Correct it.")


def test_what_has_no_place_of_its_own_has_the_place_above_it() -> None:
    made = replace(
        plan(findings=(Diagnostic("warning", "odd", address="onelogin.access.roles.Sales.members"),)),
        places={"onelogin.access": Mark("specs/justcall.yaml", 9, 3)},
    )
    (result,) = run_of(made)["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 9, "startColumn": 3}


def test_in_sync_is_a_run_without_results() -> None:
    run = run_of(plan(), 0)
    assert run["results"] == []
    assert run["invocations"] == [{"executionSuccessful": True, "exitCode": 0}]


def test_the_rules_hold_every_guard_every_case_and_every_kind_of_change() -> None:
    found = {rule["id"] for rule in run_of(plan())["tool"]["driver"]["rules"]}
    assert {f"guard.{name}" for name in GUARDS} <= found
    assert {f"doctor.{case.id}" for case in CASES} <= found
    assert {f"change.{action.value}" for action in Action} <= found


def test_an_alert_keeps_its_fingerprint_when_its_words_change_and_no_two_share_one() -> None:
    def prints(made: Plan) -> list[str]:
        return [one["partialFingerprints"]["ssoSync/v1"] for one in run_of(made)["results"]]

    assert prints(plan([UPDATE])) == prints(plan([replace(UPDATE, before="x", reason=None)]))
    assert prints(plan([UPDATE])) != prints(plan([UPDATE], name="other"))
    assert len(set(prints(example()))) == len(prints(example()))


def test_a_connection_without_a_result_is_a_run_that_did_not_succeed() -> None:
    failure = Failure((Diagnostic("error", "no such file"),), ExitCode.ERROR, "specs/b.yaml")
    run = sarif(FORMATS["sarif"].plans([example(), failure], Style(), several=True))
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["results"][-1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "specs/b.yaml"


@pytest.mark.parametrize(
    ("file", "uri"),
    [("a b/c:d#ä.yaml", "a%20b/c%3Ad%23%C3%A4.yaml"), ("./x/../s.yaml", "s.yaml"), ("/elsewhere/s.yaml", None)],
)
def test_files_are_relative_to_the_folder_of_the_run(
    file: str, uri: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for given in (file, str(tmp_path / file)):
        (result,) = run_of(plan([UPDATE], path=given))["results"]
        artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert artifact == ({"uri": uri, "uriBaseId": "%SRCROOT%"} if uri else {"uri": "file:///elsewhere/s.yaml"})


def test_a_link_or_a_placeholder_in_a_name_is_none() -> None:
    made = plan([change("onelogin.app.rules.[x](http://evil) {0}", Action.DELETE, "a")])
    assert "rules.\\[x\\](http://evil) {{0}}" in run_of(made)["results"][0]["message"]["text"]


@hostile
def test_every_document_is_valid_whatever_names_hold(name: str) -> None:
    for text in every("sarif", name):
        sarif(text)


def test_a_drift_is_a_warning_that_says_who_changed_what_and_a_refusal_is_not_its_news() -> None:
    drifted = replace(
        plan([replace(UPDATE, direction=Direction.ONELOGIN)], refusals=(Refusal("ownership", "not ours"),)),
        command="drift",
        ignored=(Ignored("justcall.sso.*", "a migration", addresses=("justcall.sso.issuer",)), Ignored("x", "idle")),
    )
    run = run_of(drifted, 2)
    assert run["automationDetails"]["id"] == "sso-sync/drift/"
    assert [(one["ruleId"], one["level"]) for one in run["results"]] == [
        ("guard.ownership", "warning"),
        ("change.update", "warning"),
        ("change.ignored", "note"),
    ]
    assert "\nChanged in OneLogin: from JustCall's Entity ID" in run["results"][1]["message"]["text"]
    assert "1 value differs" in run["results"][2]["message"]["text"]

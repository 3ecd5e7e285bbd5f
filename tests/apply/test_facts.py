"""What the records of runs are taken for."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sso_sync.apply.facts import facts_of, told_facts
from sso_sync.apply.history import RunState, RunStep, Told
from sso_sync.apply.result import Outcome
from sso_sync.plan.cells import ABSENT, Known
from sso_sync.plan.model import Action, Side
from sso_sync.plan.records import Recorded
from tests.report.plans import JSON
from tests.stored import only_run

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KEY = ("onelogin.app.name", "AppField")


def wrote(value: str, outcome: Outcome | None = Outcome.APPLIED, *, begun: bool = True) -> RunStep:
    change = Recorded(KEY[0], Side.ONELOGIN, Action.UPDATE, KEY[1], {"wire": "name"}, ABSENT, Known(value))
    return RunStep("app", "onelogin", "update", (KEY[0],), begun, outcome, changes=(change,))


def told(number: int, *steps: RunStep, **more: Any) -> Told:
    values: dict[str, Any] = {"exit_code": 0, "verified": True, "spec_digest": "d"} | more
    start = AT + timedelta(hours=number)
    return Told(f"r{number}", "prod", "a.yaml", start, RunState.DONE, steps, start + timedelta(minutes=1), **values)


def test_the_last_run_that_wrote_an_address_counts() -> None:
    facts = told_facts([told(2, wrote("b")), told(1, wrote("a"))])
    assert facts.wrote[KEY].wanted == Known("b")
    assert facts.settled is not None
    assert facts.settled.run_id == "r2"


@pytest.mark.parametrize(
    "more",
    [{"verified": False}, {"exit_code": 7}, {"exit_code": None}, {"undoes": "r0"}, {"rotation": {"from": "x"}}],
)
def test_only_a_whole_verified_apply_settles_everything(more: dict[str, Any]) -> None:
    facts = told_facts([told(1), told(2, **more)])
    assert facts.settled is not None
    assert facts.settled.run_id == "r1"


def test_what_failed_or_was_cut_off_may_have_been_written_and_what_was_not_begun_was_not() -> None:
    for outcome in (Outcome.FAILED, None):
        facts = told_facts([told(1, wrote("a")), told(2, wrote("b", outcome), verified=False)])
        assert not facts.wrote[KEY].done
    facts = told_facts([told(1, wrote("a")), told(2, wrote("b", None, begun=False), verified=False)])
    assert facts.wrote[KEY].wanted == Known("a")


def test_an_undo_is_known_as_one() -> None:
    assert told_facts([told(1, wrote("a"), undoes="r0")]).wrote[KEY].undid


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=50)
@given(st.lists(st.dictionaries(st.sampled_from(["type", "steps", "spec", "connection", "step"]), JSON), max_size=4))
def test_records_that_make_no_sense_say_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[dict[str, Any]]
) -> None:
    monkeypatch.chdir(tmp_path)
    only_run("r1", "prod", [json.dumps(line, allow_nan=True) for line in lines])
    facts = facts_of("prod")
    assert facts.settled is None
    assert not facts.wrote

"""The schema of `history`: the runs, or one of them step by step."""

from __future__ import annotations

from sso_sync.apply.history import RunState
from sso_sync.plan.model import Action, Side
from sso_sync.report.schema.shapes import (
    ANYTHING,
    BOOLEAN,
    COUNT,
    INTEGER,
    MOMENT,
    TEXT,
    Schema,
    array,
    document,
    nullable,
    obj,
    one_of,
    ref,
    words,
)

__all__ = ["RUN_DEFINITIONS"]

_WORDS = ("applied", "failed", "skipped", "unknown", "not_started")
_SIGNING = ref("SigningCertificate")
_POINTER = obj("Where evidence of the run lies: a folder of a machine.", host=TEXT, place=TEXT)
_RUN: Schema = {
    "run_id": TEXT,
    "connection": TEXT,
    "spec": TEXT,
    "started_at": MOMENT,
    "ended_at": nullable(MOMENT),
    "outcome": words(RunState),
    "exit_code": nullable(INTEGER),
    "verified": nullable(BOOLEAN),
    "user": TEXT,
    "tool_version": TEXT,
    "git_ref": nullable(TEXT),
    "undoes": nullable(TEXT),
    "rotation": nullable(
        obj("The two certificates of a rotation.", **{"from": nullable(_SIGNING), "to": nullable(_SIGNING)})
    ),
    "torn": BOOLEAN,
    "counts": obj("How many steps ended how.", **dict.fromkeys(_WORDS, COUNT)),
}

RUN_DEFINITIONS: Schema = {
    "Runs": document("What was applied.", runs=array({"anyOf": [ref("Run"), ref("UnreadableRun")]})),
    "OneRun": document(
        "One run, step by step.",
        run=obj("The run.", **_RUN, evidence=array(_POINTER), steps=array(ref("RecordedStep"))),
    ),
    "Run": obj("One run.", **_RUN),
    "UnreadableRun": obj(
        "A record that cannot be read.", run_id=TEXT, outcome=one_of("unreadable"), problem=ref("Diagnostic")
    ),
    "RecordedStep": obj(
        "One step of a run.",
        id=TEXT,
        side=TEXT,
        summary=TEXT,
        addresses=array(TEXT),
        outcome=one_of(*_WORDS),
        diagnostic=nullable(TEXT),
        changes=array(
            obj(
                "What an address held before, and what was wanted.",
                address=TEXT,
                side=words(Side),
                action=words(Action),
                before=ANYTHING,
                after=ANYTHING,
                known_after_apply=BOOLEAN,
            )
        ),
    ),
}

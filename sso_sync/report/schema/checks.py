"""The schema of verifications, examinations and attestations."""

from __future__ import annotations

from sso_sync.justcall.settings import SettingField
from sso_sync.plan.checks.model import Group, Status
from sso_sync.plan.doctor.cases import CASES
from sso_sync.plan.doctor.model import Certainty, FixKind, Harm
from sso_sync.plan.model import Side
from sso_sync.report.schema.shapes import (
    ANYTHING,
    BOOLEAN,
    EXIT_CODE,
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

__all__ = ["CHECK_DEFINITIONS"]

CHECK_DEFINITIONS: Schema = {
    "Verification": document(
        "Whether a login can work.",
        connection=TEXT,
        checks=array(ref("Check")),
        findings=array(ref("Diagnostic")),
        proof=nullable(obj("A proven login, good for exactly one configuration.", fingerprint=TEXT, at=MOMENT)),
        evidence=nullable(TEXT),
        exit_code=EXIT_CODE,
        cost=nullable(ref("Cost")),
    ),
    "Check": obj(
        "One check; `optional`: it was not made because nobody set it up.",
        name=TEXT,
        group=words(Group),
        status=words(Status),
        summary=TEXT,
        detail=nullable(TEXT),
        expected=ANYTHING,
        found=ANYTHING,
        address=TEXT,
        known=nullable(TEXT),
        optional=BOOLEAN,
        next_action=nullable(TEXT),
    ),
    "Examination": document(
        "Why logins fail; `connection` and `spec` are null when only a message was looked at.",
        connection=nullable(TEXT),
        spec=nullable(TEXT),
        diagnoses=array(ref("Diagnosis")),
        examined=array(TEXT),
        notes=array(ref("Diagnostic")),
        exit_code=EXIT_CODE,
    ),
    "Diagnosis": obj(
        "One thing that is wrong, the surest cause first.",
        case=one_of(*(case.id for case in CASES)),
        summary=TEXT,
        side=words(Side),
        harm=words(Harm),
        certainty=words(Certainty),
        evidence=array(TEXT),
        because=obj("What singled it out.", symptom=BOOLEAN, response=BOOLEAN, user=BOOLEAN),
        address=TEXT,
        place=obj(
            "Where the value is changed.",
            console=nullable(TEXT),
            key=nullable(TEXT),
            file=nullable(TEXT),
            line=nullable(INTEGER),
            column=nullable(INTEGER),
        ),
        fix=obj(
            "What heals it.",
            kind=words(FixKind),
            text=TEXT,
            command=nullable(array(TEXT)),
            yaml=nullable(TEXT),
            changes=array(ref("Change")),
            obstacles=array(TEXT),
        ),
    ),
    "Attestation": document(
        "What a person vouches for; the values are in the file.",
        path=TEXT,
        connection=TEXT,
        by=TEXT,
        at=MOMENT,
        until=MOMENT,
        note=nullable(TEXT),
        fields=array(words(SettingField)),
    ),
}

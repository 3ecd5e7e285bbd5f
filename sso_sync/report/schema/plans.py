"""The schema of plans and applies."""

from __future__ import annotations

from sso_sync.apply.result import Outcome, RotationState
from sso_sync.plan.model import Action, Certainty, Direction, Expiry, ImpactKind, Side
from sso_sync.report.schema.shapes import (
    ANYTHING,
    BOOLEAN,
    COUNT,
    DAY,
    EXIT_CODE,
    INTEGER,
    MOMENT,
    NUMBER,
    TEXT,
    Schema,
    array,
    document,
    nullable,
    obj,
    ref,
    words,
)

__all__ = ["PLAN_DEFINITIONS"]

_STEP: Schema = {"id": TEXT, "side": words(Side), "summary": TEXT, "needs": array(TEXT), "addresses": array(TEXT)}
_BY_SIDE = obj("One number for each side.", **{side.value: COUNT for side in Side})
_SIGNING = ref("SigningCertificate")
_ROTATION = obj(
    "How far a certificate rotation came, from which certificate to which.",
    state=words(RotationState),
    **{"from": _SIGNING, "to": _SIGNING},
    seconds=nullable(NUMBER),
    rolled_back=BOOLEAN,
    held={"type": "object", "additionalProperties": TEXT},
    rehearsal=BOOLEAN,
)

PLAN_DEFINITIONS: Schema = {
    "Plan": document(
        "What differs, what would be done about it, and what stands in the way.",
        plan_id=TEXT,
        created_at=MOMENT,
        spec=obj("Which spec, and its digest.", path=TEXT, name=TEXT, digest=TEXT),
        fingerprint=TEXT,
        summary=obj("How many changes of which action.", **{action.value: COUNT for action in Action}),
        changes=array(ref("Change")),
        steps=array(ref("Step")),
        findings=array(ref("Diagnostic")),
        refusals=array(ref("Refusal")),
        impacts=array(ref("Impact")),
        certificates=array(ref("Certificate")),
        ignored=array(ref("Ignored")),
        cost=nullable(ref("Cost")),
    ),
    "Ignored": obj(
        "A rule that takes addresses out of the plan for a while; `addresses` are those that differ.",
        address=TEXT,
        reason=TEXT,
        until=nullable(DAY),
        source=TEXT,
        addresses=array(TEXT),
    ),
    "Change": obj(
        "One address that is not as the spec says, or cannot be compared. `place` is where the spec asks for it.",
        address=TEXT,
        side=words(Side),
        action=words(Action),
        before=ANYTHING,
        after=ANYTHING,
        reason=nullable(TEXT),
        sensitive=BOOLEAN,
        known_after_apply=BOOLEAN,
        place=nullable(ref("Place")),
        direction=nullable(words(Direction)),
    ),
    "Step": obj("One operation on a service; `needs` are the ids of earlier steps.", **_STEP),
    "DoneStep": obj(
        "A step of an apply, and why it failed or was skipped.", **_STEP, diagnostic=nullable(ref("Diagnostic"))
    ),
    "Refusal": obj(
        "Why a guard refuses the plan.",
        guard=TEXT,
        summary=TEXT,
        detail=nullable(TEXT),
        setting=nullable(TEXT),
        next_action=nullable(TEXT),
        address=nullable(TEXT),
        numbers={"type": "object", "additionalProperties": INTEGER},
    ),
    "Impact": obj(
        "What the plan does to people who sign in today. `people` is null when nobody can count them.",
        kind=words(ImpactKind),
        summary=TEXT,
        addresses=array(TEXT),
        people=nullable(COUNT),
        names=array(TEXT),
        everybody=BOOLEAN,
        lasts=TEXT,
        seconds={"type": ["number", "null"]},
        certainty=words(Certainty),
    ),
    "Certificate": obj(
        "The certificate that a side uses today.",
        side=words(Side),
        fingerprint=TEXT,
        not_after=nullable(MOMENT),
        days_left=nullable(INTEGER),
        key=nullable(TEXT),
        subject=nullable(TEXT),
        expiry=nullable(words(Expiry)),
    ),
    "Apply": document(
        "What an apply, an undo or a rotation did; `run_id` is null when nothing was begun.",
        {"rotation": _ROTATION},
        run_id=nullable(TEXT),
        plan=ref("Plan"),
        **{outcome.value: array(ref("DoneStep")) for outcome in Outcome},
        verified=BOOLEAN,
        exit_code=EXIT_CODE,
        cost=nullable(ref("Cost")),
    ),
    "Cost": obj(
        "What the command took for this connection: requests to each side, those of them that were sent again, and "
        "seconds on the wall. Null inside another document, which tells the whole.",
        requests=_BY_SIDE,
        retries=_BY_SIDE,
        seconds=NUMBER,
    ),
}

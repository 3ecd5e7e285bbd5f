"""The plan and its parts as JSON documents (DESIGN §2): stable keys, all of them always, null for what is not known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime

from sso_sync.errors import Diagnostic
from sso_sync.marked.place import Mark
from sso_sync.plan.cost import cost_document
from sso_sync.plan.diff import MASK
from sso_sync.plan.model import CertificateFact, Change, Ignored, Impact, Plan, Refusal, Step
from sso_sync.values import Json

__all__ = [
    "SCHEMA_VERSION",
    "certificate_document",
    "change_document",
    "diagnostic_document",
    "ignored_document",
    "impact_document",
    "plain",
    "plan_document",
    "refusal_document",
    "step_document",
    "timestamp",
]

SCHEMA_VERSION = 1


def plan_document(plan: Plan) -> dict[str, Json]:
    """The whole plan. Operations stay out: they are how, not what, and speak OneLogin's own language."""
    summary = plan.summary
    return {
        "schema_version": SCHEMA_VERSION,
        "plan_id": plain(plan.plan_id),
        "created_at": timestamp(plan.created_at),
        "spec": {"path": plain(plan.spec.path), "name": plain(plan.spec.name), "digest": plain(plan.spec.digest)},
        "fingerprint": plain(plan.fingerprint),
        "summary": {
            "create": summary.create,
            "update": summary.update,
            "delete": summary.delete,
            "manual": summary.manual,
            "unknown": summary.unknown,
        },
        "changes": [change_document(change, plan.places.get(change.address)) for change in plan.changes],
        "steps": [step_document(step) for step in plan.steps],
        "findings": [diagnostic_document(finding) for finding in plan.findings],
        "refusals": [refusal_document(refusal) for refusal in plan.refusals],
        "impacts": [impact_document(impact) for impact in plan.impacts],
        "certificates": [certificate_document(fact) for fact in plan.certificates],
        "ignored": [ignored_document(rule) for rule in plan.ignored],
        "cost": cost_document(plan.cost),
    }


def change_document(change: Change, place: Mark | None = None) -> dict[str, Json]:
    """One change. A sensitive value never gets in here, whatever the change holds.

    `place` is where in the spec the wish comes from; null when that is not known.
    """
    return {
        "address": plain(change.address),
        "side": change.side.value,
        "action": change.action.value,
        "before": _masked(change, change.before),
        "after": _masked(change, change.after),
        "reason": plain(change.reason),
        "sensitive": change.sensitive,
        "known_after_apply": change.known_after_apply,
        "place": {"file": plain(place.file), "line": place.line, "column": place.column} if place else None,
        "direction": change.direction.value if change.direction else None,
    }


def step_document(step: Step) -> dict[str, Json]:
    """One step: `needs` are the ids of earlier steps, `addresses` the changes it brings about."""
    return {
        "id": plain(step.id),
        "side": step.side.value,
        "summary": plain(step.summary),
        "needs": [plain(need) for need in sorted(step.needs)],
        "addresses": [plain(address) for address in step.addresses],
    }


def diagnostic_document(diagnostic: Diagnostic) -> dict[str, Json]:
    """One diagnostic, or a finding of a plan, which is the same thing."""
    return {
        "severity": diagnostic.severity,
        "summary": plain(diagnostic.summary),
        "detail": plain(diagnostic.detail),
        "file": plain(diagnostic.file),
        "line": diagnostic.line,
        "column": diagnostic.column,
        "address": plain(diagnostic.address),
        "next_action": plain(diagnostic.next_action),
    }


def refusal_document(refusal: Refusal) -> dict[str, Json]:
    """Why a guard refuses the plan; `numbers` is a flat object of counts."""
    return {
        "guard": plain(refusal.guard),
        "summary": plain(refusal.summary),
        "detail": plain(refusal.detail),
        "setting": plain(refusal.setting),
        "next_action": plain(refusal.next_action),
        "address": plain(refusal.address),
        "numbers": plain(refusal.numbers),
    }


def impact_document(impact: Impact) -> dict[str, Json]:
    """What the plan does to existing logins: `people` null when not counted, `seconds` null when not measured."""
    return {
        "kind": impact.kind.value,
        "summary": plain(impact.summary),
        "addresses": [plain(address) for address in impact.addresses],
        "people": impact.people,
        "names": [plain(name) for name in impact.names],
        "everybody": impact.everybody,
        "lasts": plain(impact.lasts),
        "seconds": plain(impact.seconds),
        "certainty": impact.certainty.value,
    }


def certificate_document(fact: CertificateFact) -> dict[str, Json]:
    """A certificate that one side uses today; all but the fingerprint may be null."""
    return {
        "side": fact.side.value,
        "fingerprint": plain(fact.fingerprint),
        "not_after": timestamp(fact.not_after) if fact.not_after else None,
        "days_left": fact.days_left,
        "key": plain(fact.key),
        "subject": plain(fact.subject),
        "expiry": fact.expiry.value if fact.expiry else None,
    }


def ignored_document(rule: Ignored) -> dict[str, Json]:
    """A rule that was in force: `addresses` are those that differ there, `until` is null for this run alone."""
    return {
        "address": plain(rule.address),
        "reason": plain(rule.reason),
        "until": rule.until.isoformat() if rule.until else None,
        "source": plain(rule.source),
        "addresses": [plain(address) for address in rule.addresses],
    }


def timestamp(moment: datetime) -> str:
    """ISO 8601 in UTC, ending in Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def plain(value: Json) -> Json:
    """`value` in the types every JSON parser takes: plain objects and arrays, no NaN, no lone surrogates."""
    if isinstance(value, str):
        # Half a surrogate pair has no UTF-8; it stays recognisable as the six characters \udXXX.
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {str(plain(str(key))): plain(item) for key, item in value.items()}
    return [plain(item) for item in value]


def _masked(change: Change, value: Json) -> Json:
    return MASK if change.sensitive and value is not None and value != "" else plain(value)

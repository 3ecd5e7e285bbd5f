"""An examination as JSON: `{schema_version, connection, spec, diagnoses[], examined, notes[], exit_code}`."""

from __future__ import annotations

from sso_sync.plan.doctor.model import Diagnosis, Examination
from sso_sync.plan.document import SCHEMA_VERSION, change_document, diagnostic_document, plain
from sso_sync.values import Json

__all__ = ["examination_document"]


def examination_document(report: Examination) -> dict[str, Json]:
    """The document; `connection` and `spec` are null when only a message was looked at."""
    return {
        "schema_version": SCHEMA_VERSION,
        "connection": plain(report.connection),
        "spec": plain(report.path),
        "diagnoses": [_diagnosis(one) for one in report.diagnoses],
        "examined": [plain(line) for line in report.examined],
        "notes": [diagnostic_document(note) for note in report.notes],
        "exit_code": int(report.exit_code),
    }


def _diagnosis(one: Diagnosis) -> Json:
    place, fix = one.place, one.fix
    return {
        "case": one.case,
        "summary": plain(one.summary),
        "side": one.side.value,
        "harm": one.harm.value,
        "certainty": one.certainty.value,
        "evidence": [plain(line) for line in one.evidence],
        "because": {"symptom": one.heard, "response": one.shown, "user": one.personal},
        "address": plain(one.address),
        "place": {
            "console": plain(place.console),
            "key": plain(place.key),
            "file": plain(place.file),
            "line": place.line,
            "column": place.column,
        },
        "fix": {
            "kind": fix.kind.value,
            "text": plain(fix.text),
            "command": ["sso-sync", *(plain(word) for word in fix.command)] if fix.command else None,
            "yaml": plain(fix.yaml),
            "changes": [change_document(change) for change in fix.changes],
            "obstacles": [plain(text) for text in fix.obstacles],
        },
    }

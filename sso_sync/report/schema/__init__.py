"""The JSON Schema of what `--format json` prints, so that a script can rely on it and a test can check it.

It is strict: every key is named and always there, and no other is. A key that is added raises no version; one that
goes, or means something else, does.
"""

from __future__ import annotations

import json
from typing import Any

from sso_sync.report.schema.checks import CHECK_DEFINITIONS
from sso_sync.report.schema.plans import PLAN_DEFINITIONS
from sso_sync.report.schema.runs import RUN_DEFINITIONS
from sso_sync.report.schema.shapes import COMMON_DEFINITIONS, array, document, ref

__all__ = ["output_schema", "output_schema_text"]

_DOCUMENTS = (
    "Plan",
    "Apply",
    "Verification",
    "Examination",
    "Validation",
    "Attestation",
    "MadeSpec",
    "Runs",
    "OneRun",
    "Fleet",
    "Error",
)
_OF_A_FLEET = ("Plan", "Apply", "Verification", "Error")


def output_schema() -> dict[str, Any]:
    """The schema of version 1, draft 2020-12: any one of the documents."""
    fleet = document(
        "Several specs: one document each, in the order of the specs.",
        connections=array({"anyOf": [ref(name) for name in _OF_A_FLEET]}),
    )
    definitions = COMMON_DEFINITIONS | PLAN_DEFINITIONS | CHECK_DEFINITIONS | RUN_DEFINITIONS | {"Fleet": fleet}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "sso-sync.output.schema.json",
        "title": "sso-sync output, version 1",
        "description": "What `--format json` prints. A command that cannot produce its document prints an Error.",
        "anyOf": [ref(name) for name in _DOCUMENTS],
        "$defs": dict(sorted(definitions.items())),
    }


def output_schema_text() -> str:
    """The schema as it is kept in specs/sso-sync.output.schema.json."""
    return json.dumps(output_schema(), indent=2, ensure_ascii=False) + "\n"

"""The words in which the schema is written, and what many documents share."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sso_sync.errors import ExitCode
from sso_sync.plan.document import SCHEMA_VERSION

__all__ = [
    "ANYTHING",
    "BOOLEAN",
    "COMMON_DEFINITIONS",
    "COUNT",
    "DAY",
    "EXIT_CODE",
    "INTEGER",
    "MOMENT",
    "NUMBER",
    "TEXT",
    "Schema",
    "array",
    "document",
    "nullable",
    "obj",
    "one_of",
    "ref",
    "words",
]

Schema = dict[str, Any]

ANYTHING: Schema = {}
BOOLEAN: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
INTEGER: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
TEXT: Schema = {"type": "string"}
DAY: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
MOMENT: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}
_INTERRUPTED = 130
EXIT_CODE: Schema = {"enum": sorted([*(code.value for code in ExitCode), _INTERRUPTED])}


def ref(name: str) -> Schema:
    """What is defined under this name."""
    return {"$ref": f"#/$defs/{name}"}


def array(items: Schema) -> Schema:
    """A list of these."""
    return {"type": "array", "items": items}


def nullable(schema: Schema) -> Schema:
    """The same, or null for what is not known or not there."""
    kind = schema.get("type")
    if isinstance(kind, str) and "enum" not in schema:
        return schema | {"type": [kind, "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def words(members: Iterable[StrEnum]) -> Schema:
    """One of the words of an enum."""
    return one_of(*(member.value for member in members))


def one_of(*values: str) -> Schema:
    """One of these words."""
    return {"enum": list(values)}


def obj(description: str, optional: Schema | None = None, /, **properties: Schema) -> Schema:
    """An object with all of these keys, perhaps those of `optional`, and no others."""
    return {
        "description": description,
        "type": "object",
        "properties": properties | (optional or {}),
        "required": list(properties),
        "additionalProperties": False,
    }


def document(description: str, optional: Schema | None = None, /, **properties: Schema) -> Schema:
    """A whole document, which says its version."""
    return obj(description, optional, schema_version={"const": SCHEMA_VERSION}, **properties)


_MAYBE_TEXT, _MAYBE_NUMBER = nullable(TEXT), nullable(INTEGER)
COMMON_DEFINITIONS: Schema = {
    "Diagnostic": obj(
        "One thing to tell: what, where, why, and what to do next. Lines and columns count from 1.",
        severity=one_of("error", "warning", "info"),
        summary=TEXT,
        detail=_MAYBE_TEXT,
        file=_MAYBE_TEXT,
        line=_MAYBE_NUMBER,
        column=_MAYBE_NUMBER,
        address=_MAYBE_TEXT,
        next_action=_MAYBE_TEXT,
    ),
    "SigningCertificate": obj(
        "A certificate as OneLogin lists it; null is what nobody knows of it.",
        id=_MAYBE_NUMBER,
        name=_MAYBE_TEXT,
        fingerprint=_MAYBE_TEXT,
        not_after=_MAYBE_TEXT,
    ),
    "Place": obj("A place in a spec; lines and columns count from 1.", file=TEXT, line=INTEGER, column=INTEGER),
    "Error": document("Why there is no other document.", error=ref("Diagnostic"), exit_code=EXIT_CODE),
    "Validation": document("What is wrong with the specs.", diagnostics=array(ref("Diagnostic"))),
    "MadeSpec": document(
        "A spec that import or init made. `file` is null for one that was not written; the rest only after an import.",
        {
            "adopts": BOOLEAN,
            "unmanaged": array(TEXT),
            "environment": {"type": "object", "additionalProperties": TEXT},
        },
        file=nullable(TEXT),
        spec=TEXT,
        name=TEXT,
        findings=array(ref("Diagnostic")),
    ),
}

"""Every JSON document that a test gets to see is held against the schema that users rely on."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from sso_sync.report.schema import output_schema

__all__ = ["conform", "parsed"]

_OTHERS = ("browser", "sandbox", "schema")  # the commands whose documents the schema does not promise


@cache
def _validator(name: str | None) -> Draft202012Validator:
    schema = output_schema()
    if name is not None:
        schema = {"$defs": schema["$defs"], "$ref": f"#/$defs/{name}"}
    return Draft202012Validator(schema)


def conform(document: Any, name: str | None = None) -> None:
    """Fails for a document that is none of the schema's, or not the one of this name."""
    validator = _validator(name)
    if not validator.is_valid(document):
        problem = best_match(validator.iter_errors(document))
        assert problem is not None
        raise AssertionError(f"{problem.json_path}: {problem.message[:2000]}")


def parsed(text: str | bytes, command: str) -> dict[str, Any]:
    """The JSON object that `sso-sync <command> …` printed."""
    document = json.loads(text)
    assert isinstance(document, dict)
    if command not in _OTHERS:
        conform(document)
    return document

"""The schema of the JSON output: kept, valid, strict, and true of every document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sso_sync.report.formats import FORMATS
from sso_sync.report.interface import Style
from sso_sync.report.schema import output_schema, output_schema_text
from tests.documents import conform
from tests.report.every import every
from tests.report.plans import example
from tests.report.test_hostile import hostile

SPECS = Path(__file__).parents[2] / "specs"


def document() -> dict[str, Any]:
    made = json.loads(FORMATS["json"].plans([example()], Style(), several=False))
    assert isinstance(made, dict)
    return made


def test_the_kept_schema_is_current() -> None:
    """If this fails, write `sso_sync.report.schema.output_schema_text()` to specs/sso-sync.output.schema.json."""
    assert (SPECS / "sso-sync.output.schema.json").read_text(encoding="utf-8") == output_schema_text()


def test_it_is_a_valid_schema_and_describes_what_it_defines() -> None:
    schema = output_schema()
    Draft202012Validator.check_schema(schema)
    assert all(part["description"] for part in schema["$defs"].values())
    text = json.dumps(schema)
    for name in schema["$defs"]:
        assert f'"#/$defs/{name}"' in text, f"nothing refers to {name}"


def test_every_object_names_all_its_keys() -> None:
    def objects(part: Any) -> Any:
        if isinstance(part, dict):
            if part.get("type") == "object":
                yield part
            for value in part.values():
                yield from objects(value)
        elif isinstance(part, list):
            for value in part:
                yield from objects(value)

    for found in objects(output_schema()):
        assert found["additionalProperties"] is False or "properties" not in found


@hostile
def test_every_document_conforms_whatever_names_hold(name: str) -> None:
    for text in every("json", name):
        conform(json.loads(text))


@pytest.mark.parametrize("key", sorted(document()))
def test_a_document_that_lacks_a_key_does_not_conform(key: str) -> None:
    broken = document()
    del broken[key]
    with pytest.raises(AssertionError):
        conform(broken)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("changes", 0, "action"), "destroy"),
        (("changes", 0, "place"), {"file": "a", "line": "1", "column": 1}),
        (("changes", 0, "extra"), 1),
        (("created_at",), "yesterday"),
        (("summary", "create"), -1),
        (("steps",), None),
    ],
)
def test_a_wrong_value_does_not_conform(place: tuple[Any, ...], value: Any) -> None:
    broken: Any = document()
    target = broken
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = value
    with pytest.raises(AssertionError):
        conform(broken)


def test_a_plan_is_no_apply() -> None:
    conform(document(), "Plan")
    with pytest.raises(AssertionError):
        conform(document(), "Apply")

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from sso_sync.marked.shape import Shape, fields_of
from sso_sync.spec.kind import ROOT
from sso_sync.spec.schema import json_schema, schema_text
from tests.spec.editor import as_editors_see_it

SPECS = Path(__file__).parents[2] / "specs"


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    return Draft202012Validator(json_schema())


def test_the_kept_schema_is_current() -> None:
    """If this fails, write `sso_sync.spec.schema.schema_text()` to specs/sso-sync.schema.json."""
    assert (SPECS / "sso-sync.schema.json").read_text(encoding="utf-8") == schema_text()


def test_it_is_a_valid_schema() -> None:
    schema = json_schema()
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == "sso-sync.schema.json"
    assert json.loads(schema_text()) == schema


def _properties(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, part in (("", schema), *schema["$defs"].items()):
        for key, value in part.get("properties", {}).items():
            yield f"{name}.{key}", value


def test_every_key_is_described() -> None:
    schema = json_schema()
    for name, value in _properties(schema):
        described = value | schema["$defs"].get(value.get("$ref", "").removeprefix("#/$defs/"), {})
        assert described.get("description"), name
    assert all(part["description"] for part in schema["$defs"].values())


def test_it_knows_exactly_the_keys_of_the_models() -> None:
    schema = json_schema()

    def check(shape: Shape, part: dict[str, Any], extra: frozenset[str]) -> None:
        if shape.model is None:
            return
        assert part["properties"].keys() == fields_of(shape.model).keys() | extra
        assert part["additionalProperties"] is False
        for below in fields_of(shape.model).values():
            for deeper in (below, below.items, below.values):
                if deeper is not None and deeper.model is not None:
                    check(deeper, schema["$defs"][deeper.model.__name__], frozenset())

    check(ROOT, schema, frozenset({"extends"}))


def test_defaults_are_those_that_are_really_in_force() -> None:
    configuration = json_schema()["$defs"]["Configuration"]["properties"]
    assert configuration["nameid_format"]["default"] == "email"
    assert configuration["acs_url_validator"]["default"] == "anchored"
    for unmanaged in ("session_minutes", "signature_algorithm", "initiator", "recipient"):
        assert "default" not in configuration[unmanaged], unmanaged
    for name, value in _properties(json_schema()):
        assert value.get("default", "none") is not None, f"{name}: null would mean to clear it"


GOOD = [
    "version: 1\nname: a\n",
    "extends: base.yaml\n",
    "extends: base.yaml\nname: a\nonelogin: {app: {description: null}}\n",
    "version: 1\nname: a\nonelogin: {app: {visible: !unmanaged , policy: 5, parameters: {a: !unmanaged , b: null}}}\n",
    "version: 1\nname: a\nonelogin: {app: {id: !env APP_ID, visible: !env SHOW_IT}}\n",
    "version: 1\nname: a\nonelogin: {credentials: {client_id: !env ID}}\n",
    "version: 1\nname: a\njustcall: {url: !env GATEWAY_URL, driver: !env THE_DRIVER, sso: {sso_url: !env SSO_URL}}\n",
    "version: 1\nname: a\nonelogin: {access: {roles: [a, {name: b, members: []}], users: [!env ALICE_MAIL]}}\n",
    "version: 1\nname: a\nonelogin: {app: {configuration: {raw: {a: 1, b: x, c: null, d: true}}}}\n",
    "version: 1\nname: a\nonelogin: {app: {rules: [{name: r, actions: [{action: x, value: [5, a]}]}]}}\n",
]
BAD = [
    "version: 1\n",
    "name: a\n",
    "version: 2\nname: a\n",
    "version: 1\nname: A\n",
    "version: 1\nname: a\nx: 1\n",
    "extends: [a, b]\n",
    "extends: ''\n",
    "version: 1\nname: a\nsandbox: TRUE_ISH_BUT_NOT\nstate: gone\n",
    "version: 1\nname: a\nonelogin: {app: {name: null}}\n",
    "version: 1\nname: a\nonelogin: {app: {tab: x}}\n",
    "version: 1\nname: a\nonelogin: {access: {users: [alice]}}\n",
    "version: 1\nname: a\njustcall: {url: gateway}\n",
    "version: 1\nname: a\njustcall: {driver: soap}\n",
]


@pytest.mark.parametrize("text", GOOD)
def test_what_an_editor_accepts(validator: Draft202012Validator, text: str) -> None:
    assert [error.message for error in validator.iter_errors(as_editors_see_it(text))] == []


@pytest.mark.parametrize("text", BAD)
def test_what_an_editor_marks(validator: Draft202012Validator, text: str) -> None:
    assert not validator.is_valid(as_editors_see_it(text))


@pytest.mark.parametrize("path", sorted(SPECS.glob("*.yaml")), ids=lambda path: path.name)
def test_the_examples_are_valid(validator: Draft202012Validator, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=sso-sync.schema.json\n")
    assert [error.message for error in validator.iter_errors(as_editors_see_it(text))] == []
    assert isinstance(yaml.safe_load(text), dict), "the examples need no tag to be read"

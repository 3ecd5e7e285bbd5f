"""The JSON Schema of a spec, for editors: made from the models, so that it cannot say anything else than they do.

Editors (yaml-language-server) hand custom tags on as their text: `!unmanaged` arrives as "" and `!env NAME` as "NAME".
The schema therefore accepts both where a value that is no free text stands; loading is stricter.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sso_sync.spec.kind import EXTENDS
from sso_sync.spec.model import Spec, Unmanaged

__all__ = ["json_schema", "schema_text"]

_ENV_REF = {"$ref": "#/$defs/Env"}
_DEFS: dict[str, Any] = {
    Unmanaged.__name__: {
        "const": "",
        "description": "`!unmanaged`: takes a value that is managed by default out of the tool's hands.",
    },
    "Env": {
        "type": "string",
        # Stricter than loading: it must not look like a misspelt word such as TRUE.
        "pattern": "^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$",
        "description": "`!env NAME`: the value of an environment variable; never shown.",
    },
}
_EXTENDS: dict[str, Any] = {
    "type": "string",
    "minLength": 1,
    "description": "A file, relative to this one, to merge this one over: mappings key by key, all else is replaced.",
}
# These make a place more than a kind of value, so they stay outside when alternatives are added.
_ANNOTATIONS = ("description", "default", "x-onelogin", "x-unmanaged-until-named")
_NEVER_FROM_ENV = ("version", "name")


def json_schema() -> dict[str, Any]:
    """The schema of version 1, draft 2020-12. Nothing is required of a file that extends another."""
    made = Spec.model_json_schema()
    definitions = {name: _tidy(part) for name, part in made["$defs"].items()} | _DEFS
    properties = {name: _value(part, env=name not in _NEVER_FROM_ENV) for name, part in made["properties"].items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "sso-sync.schema.json",
        "title": "sso-sync spec, version 1",
        "description": f"{Spec.__doc__} Omitted = unmanaged, null = clear, [] = none, a value = exactly this. "
        f"`version` and `name` may come from the file that `{EXTENDS}` names.",
        "type": "object",
        "properties": {EXTENDS: _EXTENDS} | properties,
        "additionalProperties": False,
        "if": {"required": [EXTENDS]},
        "else": {"required": made["required"]},
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text() -> str:
    """The schema as it is kept in specs/sso-sync.schema.json."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _tidy(part: dict[str, Any]) -> dict[str, Any]:
    """A model's definition without pydantic's titles, which only repeat the keys."""
    tidied = {key: value for key, value in part.items() if key != "title"}
    if "properties" in tidied:
        tidied["properties"] = {name: _value(value) for name, value in tidied["properties"].items()}
    return tidied


def _value(part: dict[str, Any], *, env: bool = True) -> dict[str, Any]:
    """The schema of one place, with `!env` as an alternative where it needs to be said."""
    part = {key: value for key, value in part.items() if key != "title"}
    if part.get("default", ...) is None or part.get("x-unmanaged-until-named"):
        part.pop("default", None)  # null means clear, which is not what leaving out means
    for key in ("items", "additionalProperties"):
        if isinstance(part.get(key), dict):
            part[key] = _value(part[key])
    if "anyOf" in part:
        part["anyOf"] = [_value(alternative, env=False) for alternative in part["anyOf"]]
    if not env or not _needs_env(part):
        return part
    core = {key: value for key, value in part.items() if key not in _ANNOTATIONS}
    around = {key: value for key, value in part.items() if key in _ANNOTATIONS}
    return around | {"anyOf": [*core.get("anyOf", [core]), _ENV_REF]}


def _needs_env(part: dict[str, Any]) -> bool:
    kinds = list(_scalars(part))
    return bool(kinds) and not any(_is_free_text(kind) for kind in kinds)


def _scalars(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for alternative in part.get("anyOf", [part]):
        if (
            alternative.get("type") in ("string", "integer", "boolean")
            or isinstance(alternative.get("type"), list)
            or "const" in alternative
        ):
            yield alternative


def _is_free_text(kind: dict[str, Any]) -> bool:
    text = kind.get("type") == "string" or "string" in (kind.get("type") or ())
    return text and not kind.keys() & {"pattern", "enum", "const"}

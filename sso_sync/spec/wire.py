"""OneLogin's own names of the configuration keys, as the models note them (fact sheet onelogin-api §5.4)."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from sso_sync.spec.model import Configuration

__all__ = ["wire_names"]


def wire_names(model: type[BaseModel] = Configuration) -> Mapping[str, str]:
    """Friendly key → OneLogin's key, for every field that has one."""
    names = {}
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra
        if isinstance(extra, dict) and isinstance(wire := extra.get("x-onelogin"), str):
            names[name] = wire
    return names

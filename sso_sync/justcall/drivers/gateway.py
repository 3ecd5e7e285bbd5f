"""The gateway's JSON contract (DESIGN §5): its answer as Settings, and changes as its body."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sso_sync.justcall.held import check_writable, entered, knowledge
from sso_sync.justcall.settings import Knowledge, SettingField, Settings, Unknown
from sso_sync.values import Json

__all__ = ["Unusable", "decode", "encode"]


class Unusable(ValueError):
    """The answer as a whole is not what the contract says. The message is one sentence without values."""


def decode(body: Any, at: datetime) -> Settings:
    """The gateway's answer, observed `at`.

    An empty text is an empty field (None). A field of the wrong type, or missing, is Unknown with its reason: the rest
    of the answer is still good. Keys that the contract does not know are ignored. Raises Unusable for anything that is
    no object, or an object without a single field of the contract.
    """
    if not isinstance(body, Mapping):
        raise Unusable("the answer is not a JSON object")
    if not any(field.value in body for field in SettingField):
        raise Unusable("the answer holds none of the SSO settings" + _complaint(body))
    return Settings({field: _knowledge(field, body, at) for field in SettingField})


def encode(changes: Mapping[SettingField, Json]) -> dict[str, Json]:
    """The body that saves exactly these fields; the certificate as canonical PEM, `None` clears.

    Raises SpecError for a certificate that is none, and ValueError for a field that nobody can write in JustCall.
    """
    check_writable(changes)
    return {field.value: entered(field, value) for field, value in changes.items()}


def _knowledge(field: SettingField, body: Mapping[str, Any], at: datetime) -> Knowledge:
    if field.value not in body:
        return Unknown(f"the gateway's answer has no {field.value}")
    return knowledge(field, body[field.value], at, who="the gateway answered")


def _complaint(body: Mapping[str, Any]) -> str:
    """Some services report a failure with status 200."""
    message = body.get("message")
    return f": {message}" if isinstance(message, str) and message else ""

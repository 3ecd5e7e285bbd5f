"""What came from the environment may be used but never shown: how texts and addresses speak of it all the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from sso_sync.errors import Diagnostic
from sso_sync.plan.refusal import Refusal
from sso_sync.spec.connection import Connection, SpecPath

__all__ = ["MASK", "discreet", "holds_secret", "label", "spoken", "without_secrets"]

MASK = "(sensitive)"
Told = TypeVar("Told", Diagnostic, Refusal)

_SHORTEST = 4  # a shorter value is no secret, and would be found inside innocent words


def discreet(connection: Connection, told: Told) -> Told:
    """The diagnostic or refusal without any text that came from the environment.

    The second line of defence, for sentences that a service or its reader made: those made here never hold a secret.
    """
    words = {name: getattr(told, name) for name in ("summary", "detail", "address", "next_action")}
    told_words: dict[str, Any] = {name: text and without_secrets(connection, text) for name, text in words.items()}
    return replace(told, **told_words)


def without_secrets(connection: Connection, text: str) -> str:
    """`text` with the mask in place of whatever came from the environment, the longest first."""
    secrets = sorted((secret for secret in connection.secrets if len(secret) >= _SHORTEST), key=len, reverse=True)
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text


def holds_secret(connection: Connection, path: SpecPath) -> bool:
    """Whether the value at `path`, or a part of it, came from the environment."""
    return connection.is_sensitive(path) or any(place[: len(path)] == path for place in connection.sensitive)


def spoken(connection: Connection, value: str | int, path: SpecPath) -> str:
    """The value from `path` as a sentence may say it: quoted, or the mask."""
    return MASK if connection.is_sensitive(path) else repr(value)


def label(connection: Connection, value: str, path: SpecPath) -> str:
    """The value from `path` as a part of an address; what is hidden is told apart by its place in its list, from 1."""
    if not connection.is_sensitive(path):
        return value
    place = next((part for part in reversed(path) if isinstance(part, int)), None)
    return MASK if place is None else f"(sensitive {place + 1})"

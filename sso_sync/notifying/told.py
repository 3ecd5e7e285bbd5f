"""What was told to whom: one document for each connection, with the states by address and by what they are about."""

from __future__ import annotations

from collections.abc import Mapping

from sso_sync.store.documents import Documents
from sso_sync.values import Json

__all__ = ["forget", "load", "save"]

_NOTICES = Documents("notices")
_VERSION = 1
_MOST_TARGETS = 20

Told = dict[str, dict[str, str]]


def load(key: str) -> Told:
    """The states that were told, by target. A record that is damaged is as good as none: it is told once more."""
    document = _NOTICES.load(key)
    found = document.get("told") if isinstance(document, Mapping) and document.get("version") == _VERSION else None
    if not isinstance(found, Mapping):
        return {}
    return {target: _texts(states) for target, states in found.items() if isinstance(states, Mapping)}


def save(key: str, told: Mapping[str, Mapping[str, str]]) -> None:
    """Keeps what was told; nothing, once all is well again. Raises SsoSyncError when it cannot be written.

    Of targets that come and go the latest are kept.
    """
    kept = {target: dict(states) for target, states in told.items() if states}
    if not kept:
        forget(key)
        return
    latest = dict(list(kept.items())[-_MOST_TARGETS:])
    _NOTICES.save(key, {"version": _VERSION, "told": latest})


def forget(key: str) -> None:
    """Forgets a connection. Raises SsoSyncError when the record cannot be removed."""
    _NOTICES.forget(key)


def _texts(states: Mapping[str, Json]) -> dict[str, str]:
    return {str(about): state for about, state in states.items() if isinstance(state, str)}

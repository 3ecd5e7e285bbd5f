"""What to say of a store that is out of reach, in a report that goes on without it."""

from __future__ import annotations

from dataclasses import replace

from sso_sync.errors import Diagnostic
from sso_sync.store.opening import trouble

__all__ = ["without_store"]


def without_store() -> tuple[Diagnostic, ...]:
    """One warning if the store could not be used when it was asked last, and none if it could."""
    problem = trouble()
    if problem is None:
        return ()
    return (
        replace(
            problem.diagnostics[0],
            severity="warning",
            detail="What earlier runs left there is not known here: login proofs, and who changed what. "
            "Nothing can be applied until it is back.",
        ),
    )

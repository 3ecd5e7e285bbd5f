"""The names that `--override` takes, for the command line."""

from __future__ import annotations

from sso_sync.plan import guards

__all__ = ["GUARDS"]

GUARDS = frozenset(guard.name for guard in guards.GUARDS)
"""Every guard there is (DESIGN §4), by the name in its refusals."""

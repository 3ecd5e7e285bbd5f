"""The store cannot be used: plan and drift go on without it and say so, whoever wants to write refuses."""

from __future__ import annotations

from sso_sync.errors import Diagnostic, SsoSyncError

__all__ = ["StoreUnavailable"]


class StoreUnavailable(SsoSyncError):
    """The store is out of reach, damaged, or another version's. It is no side of the connection, so exit 1."""

    @classmethod
    def of(cls, store: str, why: str, *, next_action: str | None = None) -> StoreUnavailable:
        """The store as it is shown, and why it cannot be used, without any secret."""
        return cls(
            Diagnostic(
                "error",
                f"The store {store} cannot be used: {why}",
                detail="sso-sync keeps its locks and the record of its runs there; without them nothing is changed.",
                next_action=next_action or "Check it and its permissions, then run the command again.",
            )
        )

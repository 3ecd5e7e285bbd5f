"""Words of the command line that mean an e-mail or a moment."""

from __future__ import annotations

from datetime import datetime

from sso_sync.errors import UsageError
from sso_sync.justcall.browser.told import EMAIL

__all__ = ["email", "moment"]


def email(text: str | None) -> str | None:
    """The e-mail of `--user`. Raises UsageError for what is none."""
    if text is not None and not EMAIL.fullmatch(text):
        raise UsageError.because("--user takes one e-mail address", next_action="For example bob@acme.example")
    return text


def moment(text: str | None) -> datetime | None:
    """The moment of `--at`, ISO 8601 with its time zone. Raises UsageError for anything else."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise UsageError.because(
            "--at takes a moment with its time zone",
            next_action="For example 2026-03-01T12:04Z or 2026-03-01T13:04+01:00",
        )
    return found

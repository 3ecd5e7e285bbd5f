"""Words of the command line that mean an e-mail or a moment."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from sso_sync.errors import UsageError
from sso_sync.justcall.browser.told import EMAIL

__all__ = ["beginning", "email", "moment"]

_DAYS = re.compile(r"([0-9]{1,5})d")


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


def beginning(text: str, now: datetime) -> datetime | None:
    """The moment of `--since`: ISO 8601 (UTC unless it says otherwise), or as many days back as `30d` says.

    None for `all`. Raises UsageError for anything else, and for a moment that is still to come.
    """
    if text == "all":
        return None
    days, found = _DAYS.fullmatch(text), None
    try:
        found = now - timedelta(days=int(days[1])) if days else datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        found = None
    if found is not None and found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    if found is None or found > now:
        raise UsageError.because(
            "--since takes a day that was, a number of days, or all", next_action="For example 2026-01-31, 30d or all"
        )
    return found

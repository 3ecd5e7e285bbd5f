"""How far a service's clock is ahead of ours, learnt from the `Date` of its answers.

`Date` has whole seconds and was written somewhere between request and answer, so what is known is good to a second or
two. That is enough to explain logins that fail because clocks differ by minutes (fact sheet justcall §6.8).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import requests

__all__ = ["ServiceClock"]

_HALF_A_SECOND = timedelta(seconds=0.5)  # `Date` is cut off, not rounded
_SLOWEST = timedelta(seconds=10)  # an answer that took longer says too little about when it was made


class ServiceClock:
    """What the latest telling answer of a service said about its clock. `ahead` is None until there was one."""

    def __init__(self) -> None:
        self.ahead: timedelta | None = None

    def heard(self, response: requests.Response, received: datetime) -> None:
        """Takes note of an answer that came in at `received` (UTC); one from a cache or without a Date says nothing."""
        written = response.headers.get("Date")
        if written is None or "Age" in response.headers or response.elapsed > _SLOWEST:
            return
        try:
            moment = parsedate_to_datetime(written)
        except ValueError:
            return
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        self.ahead = moment + _HALF_A_SECOND - (received - response.elapsed / 2)

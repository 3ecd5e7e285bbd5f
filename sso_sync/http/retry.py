"""The one retry policy: what is tried again, when, and when to stop.

Idempotent calls are repeated on 408, 429, 5xx and a lost connection. A POST is repeated only when it certainly did not
take effect: on 429 (refused unprocessed), and when no connection could be made at all, so that nothing was sent. A POST
that got no answer, or a 5xx, may have been carried out; only a caller who can look that up may go on (fact sheet §2).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, retry_if_result, wait_exponential

__all__ = ["IDEMPOTENT", "STANDARD_RETRY", "Retry", "is_transient", "retry_after"]

Answer = TypeVar("Answer")

IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE"})
# The system's own: forked processes and threads that started together must not wait the same times.
_DICE = random.SystemRandom()


def is_transient(status: int) -> bool:
    """Whether an answer of this status may be different the next time."""
    return status in {408, 429} or 500 <= status < 600


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """The seconds that a `Retry-After` header asks to wait, in either of its forms; None when absent or unreadable.

    `now` is seconds since the epoch, for the HTTP-date form; a date in the past is 0.
    """
    text = (headers.get("Retry-After") or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
    return max(0.0, moment - now)


@dataclass(frozen=True)
class Retry:
    """How often and how long. All times in seconds.

    `attempts` counts the first one. Waits grow from `base`, doubled each time with full jitter, and are never longer
    than `cap`; after `budget` in all no further attempt starts. `sleep` and `clock` (seconds since the epoch) are there
    for tests.
    """

    attempts: int = 5
    base: float = 0.5
    cap: float = 60.0
    budget: float = 180.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.time

    def run(
        self,
        attempt: Callable[[], Answer],
        *,
        again: Callable[[Answer], bool],
        again_after: Callable[[BaseException], bool],
        asked: Callable[[Answer], float | None],
    ) -> Answer:
        """The first final answer, or the last one when the policy gives up; an exception likewise.

        `again` and `again_after` say whether an answer or exception is worth another attempt; `asked` is the wait that
        the service asked for. It is obeyed up to `cap`; when it asked for more there is no further attempt.
        """
        started = self.clock()
        growing = wait_exponential(multiplier=self.base, max=self.cap)

        def asked_for(state: RetryCallState) -> float | None:
            outcome = state.outcome
            return None if outcome is None or outcome.failed else asked(outcome.result())

        def wait(state: RetryCallState) -> float:
            return asked_for(state) or _DICE.uniform(0.0, growing(state))

        def stop(state: RetryCallState) -> bool:
            spent = max(state.idle_for, self.clock() - started) + state.upcoming_sleep
            return state.attempt_number >= self.attempts or spent > self.budget or (asked_for(state) or 0.0) > self.cap

        def last(state: RetryCallState) -> Answer | None:
            return None if state.outcome is None else state.outcome.result()

        retrying = Retrying(
            retry=retry_if_result(again) | retry_if_exception(again_after),
            wait=wait,
            stop=stop,
            sleep=self.sleep,
            retry_error_callback=last,
        )
        return retrying(attempt)


STANDARD_RETRY = Retry()

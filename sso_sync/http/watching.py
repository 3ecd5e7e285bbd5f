"""Who is told of each request: what was sent, what came of it. Never of bodies, queries or headers.

An observer is told in the thread that sends, so it must be safe to use from several; it must not raise, and not block.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Protocol

__all__ = ["UNOBSERVED", "Answer", "Call", "Count", "Observer", "Tally", "together"]


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """One request on the wire; what is sent again is a call of its own, equal to itself alone.

    `service` is as the transport names it (`OneLogin`, `JustCall`, `JustCall gateway`), `host` with its port if it has
    one, `path` without a query. `attempt` counts from 1 within one `Transport.send`.
    """

    service: str
    host: str
    method: str
    path: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call. `status` is None when there was no whole answer; `problem` says why, where the wire knows.

    `seconds` are those until the answer's head was there, or until it was given up.
    `request_id` is the service's own name for the call, as it came: clean it before it is printed.
    """

    status: int | None
    seconds: float
    request_id: str | None = None
    problem: str | None = None

    @property
    def failed(self) -> bool:
        """No answer, or one that says no. A 404 that somebody can do with is none the less one."""
        return self.status is None or self.status >= 400


class Observer(Protocol):
    """For each call `sent`, once its credentials are on it, then `answered`, both in the thread of the call.

    Between the two there may be whole other calls: a token that is fetched. A request that is repeated with a fresh
    token is told late, when both answers are there; `Answer.seconds` is right all the same.
    """

    def sent(self, call: Call) -> None: ...

    def answered(self, call: Call, answer: Answer) -> None: ...


class _Unobserved:
    def sent(self, call: Call) -> None:
        del call

    def answered(self, call: Call, answer: Answer) -> None:
        del call, answer


UNOBSERVED: Observer = _Unobserved()
"""Takes no notice."""


class _Together:
    def __init__(self, observers: tuple[Observer, ...]) -> None:
        self._observers = observers

    def sent(self, call: Call) -> None:
        for observer in self._observers:
            observer.sent(call)

    def answered(self, call: Call, answer: Answer) -> None:
        for observer in self._observers:
            observer.answered(call, answer)


def together(*observers: Observer) -> Observer:
    """One observer that tells all of these, in their order."""
    return _Together(observers)


@dataclass(frozen=True, slots=True)
class Count:
    """Requests sent; of these, how many were sent again, and how many were not answered or with an error."""

    sent: int = 0
    repeated: int = 0
    failed: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.sent + other.sent, self.repeated + other.repeated, self.failed + other.failed)


class Tally:
    """An observer that counts."""

    def __init__(self) -> None:
        self._count = Count()
        self._lock = threading.Lock()

    @property
    def count(self) -> Count:
        """What was counted until now."""
        return self._count

    def sent(self, call: Call) -> None:
        self._add(Count(sent=1, repeated=int(call.attempt > 1)))

    def answered(self, call: Call, answer: Answer) -> None:
        del call
        self._add(Count(failed=int(answer.failed)))

    def _add(self, more: Count) -> None:
        with self._lock:
            self._count += more

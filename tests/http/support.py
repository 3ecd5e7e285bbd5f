"""A transport for tests: no real sleeps, a clock that stands still, and the service's words taken as they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests
from requests.auth import AuthBase

from sso_sync.http import Retry, Transport, new_session

SITE = "https://api.example.test"
NOON = 1_800_000_000.0


@dataclass
class Naps:
    """Remembers how long somebody wanted to sleep."""

    seconds: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def calm(naps: Naps | None = None, attempts: int = 5) -> Retry:
    return Retry(attempts=attempts, sleep=naps or Naps(), clock=lambda: NOON)


@contextmanager
def transport(
    url: str = SITE,
    *,
    naps: Naps | None = None,
    read_only: bool = False,
    auth: AuthBase | None = None,
    timeout: tuple[float, float] = (5.0, 5.0),
    attempts: int = 5,
) -> Iterator[Transport]:
    session = new_session(url)
    wire = Transport(
        url,
        service="Example",
        session=session,
        auth=auth,
        decode_error=_text,
        retry=calm(naps, attempts),
        timeout=timeout,
        read_only=read_only,
    )
    try:
        yield wire
    finally:
        wire.close()


def _text(response: requests.Response) -> str:
    return response.text

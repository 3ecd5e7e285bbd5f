"""What several tests of JustCall's side need."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sso_sync.http import Retry

__all__ = ["KEY", "NOW", "SECRET", "Sleeps", "clock", "no_evidence"]

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
KEY = "key-0123456789"
SECRET = "s3cr3t-abcdefghij"


def clock() -> datetime:
    return NOW


class Sleeps:
    """A retry policy's sleep and clock without any real time passing."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    @property
    def retry(self) -> Retry:
        return Retry(attempts=4, base=0.0, sleep=self.slept.append, clock=self.time)

    def time(self) -> float:
        return (NOW + timedelta(seconds=sum(self.slept))).timestamp()


def no_evidence() -> Path:
    """The folder for evidence of a driver that keeps none."""
    raise AssertionError("this driver keeps no evidence")

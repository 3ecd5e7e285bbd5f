"""Figures of a test run: each test says what it tried and what came of it, and the table is made from nothing else."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["COUNTS", "THOROUGH", "attempt", "count", "read_counts"]

COUNTS = "SSO_SYNC_TEST_COUNTS"
"""Names the file that figures are added to; without it nobody counts."""

THOROUGH = "SSO_SYNC_TEST_THOROUGH"
"""Set: every case instead of a sample, and more examples."""


def count(what: str, number: int = 1) -> None:
    """Adds `number` to the figure `what`. One short line per call, so that several processes may append at once."""
    path = os.environ.get(COUNTS)
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps([what, number]) + "\n")


@contextmanager
def attempt(what: str, success: str) -> Iterator[None]:
    """Counts `what` when the block begins, and `what success` only when it ends without a failure."""
    count(what)
    yield
    count(f"{what} {success}")


def read_counts(path: Path) -> Counter[str]:
    """The sums of the figures in a file."""
    sums: Counter[str] = Counter()
    for line in path.read_text(encoding="utf-8").splitlines():
        what, number = json.loads(line)
        sums[what] += number
    return sums

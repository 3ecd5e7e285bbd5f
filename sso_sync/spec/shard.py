"""One of n processes that share a fleet: which connections are its own, agreed upon without a word between them.

Rendezvous hashing: for each key every shard draws a number that depends on both alone, and the highest one has it. So
all processes come to the same answer, and another shard takes only what becomes its own: 1/n of the keys.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

__all__ = ["LARGEST", "Shard", "owner"]

LARGEST = 1000
"""The most shards there may be; more would be a typing error, and each costs a hash for every connection."""
_FORM = re.compile(r"(0|[1-9][0-9]{0,5})/(0|[1-9][0-9]{0,5})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shard:
    """`index` of `count`, counted from 0 as Kubernetes counts the pods of an Indexed Job."""

    index: int
    count: int

    def __post_init__(self) -> None:
        if not 1 <= self.count <= LARGEST:
            raise ValueError(f"there are 1 to {LARGEST} shards, not {self.count}")
        if not 0 <= self.index < self.count:
            raise ValueError(f"the shards of {self.count} are counted from 0 to {self.count - 1}")

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"

    @classmethod
    def parse(cls, text: str) -> Shard:
        """What `i/n` means. Raises ValueError, in words for the user."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError("a shard is written i/n, such as 0/4 for the first of four")
        return cls(int(found[1]), int(found[2]))

    def owns(self, key: str) -> bool:
        """Whether what goes by `key` is this shard's. Of all shards of one count exactly one says yes."""
        return owner(key, self.count) == self.index


def owner(key: str, count: int) -> int:
    """The index of the one shard of `count` that has what goes by `key`."""
    return max(range(count), key=lambda shard: (_drawn(key, shard), shard))


def _drawn(key: str, shard: int) -> bytes:
    """Python's own `hash` differs from process to process."""
    return hashlib.blake2b(f"{shard}/{key}".encode("utf-8", "surrogatepass"), digest_size=8).digest()

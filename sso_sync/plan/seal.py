"""Exact values as something that may be printed or kept: a digest that tells whether one has changed, and nothing else.

What came from the environment gets scrypt, because a role name or a URL would be guessed quickly from a plain hash.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

__all__ = ["sealed"]

_LENGTH = 32  # bytes


def sealed(exact: str, *, salt: str, secret: bool) -> str:
    """The digest of an exact value, hexadecimal; `salt` counts for secrets only."""
    return _slow(exact, salt) if secret else hashlib.sha256(exact.encode()).hexdigest()


@lru_cache(maxsize=1024)
def _slow(exact: str, salt: str) -> str:
    return hashlib.scrypt(exact.encode(), salt=salt.encode(), n=2**14, r=8, p=1, dklen=_LENGTH).hex()

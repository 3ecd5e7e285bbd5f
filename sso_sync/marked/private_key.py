"""Private keys, which no file of this house may hold and no message may repeat."""

from __future__ import annotations

import re

__all__ = ["PRIVATE_KEY", "holds_private_key"]

PRIVATE_KEY = re.compile(r"-----\s*BEGIN [A-Z0-9 ]*PRIVATE KEY")
"""The beginning of a PEM private key of any kind."""


def holds_private_key(text: str) -> bool:
    """Whether `text` contains the beginning of a PEM private key."""
    return PRIVATE_KEY.search(text) is not None

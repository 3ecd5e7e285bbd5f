"""Where a spec comes from: the ref that it was checked out by, as far as anybody can say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Origin", "matches"]


@dataclass(frozen=True, slots=True)
class Origin:
    """The full name of a ref, such as `refs/heads/main`, and `doubt`: why that is not to be relied on, as a sentence.

    `applying`: the plan is about to be applied, not only to be read.
    """

    ref: str | None
    doubt: str | None = None
    applying: bool = False


def matches(ref: str, patterns: Iterable[str]) -> bool:
    """Whether one of the patterns names the ref. `*` stands for anything without a slash, `**` for anything at all."""
    return any(re.fullmatch(_expression(pattern), ref) for pattern in patterns)


def _expression(pattern: str) -> str:
    parts = re.split(r"(\*\*|\*)", pattern)
    return "".join({"*": "[^/]*", "**": ".*"}.get(part, re.escape(part)) for part in parts)

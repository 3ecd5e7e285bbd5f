"""Places: of a value within a document, and of a text within a file."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["KeyPath", "Mark"]

KeyPath = tuple[str | int, ...]
"""A place in a document: ("onelogin", "access", "roles", 0, "members")."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a value was written; line and column count from 1."""

    file: str
    line: int
    column: int

"""What the annotations of a model's field may say beyond its type."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Noun", "Secret"]


@dataclass(frozen=True, slots=True)
class Noun:
    """What a value is called in a message: `one` with its article, `many` without."""

    one: str
    many: str


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that must come from the environment and never be written into a file."""

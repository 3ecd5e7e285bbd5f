"""The names this house uses for values that came from, or go to, JSON, and for a leave to act."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

__all__ = ["Json", "Permit", "Scalar"]

Scalar = None | bool | int | float | str
Json = Scalar | Sequence["Json"] | Mapping[str, "Json"]
Permit = Callable[[], None]
"""Asked right before something is written; it raises what forbids it."""

"""The names this house uses for values that came from, or go to, JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["Json", "Scalar"]

Scalar = None | bool | int | float | str
Json = Scalar | Sequence["Json"] | Mapping[str, "Json"]

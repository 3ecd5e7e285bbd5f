"""The two sides of a connection."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Side"]


class Side(StrEnum):
    ONELOGIN = "onelogin"
    JUSTCALL = "justcall"

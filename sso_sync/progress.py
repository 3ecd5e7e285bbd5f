"""How the core tells somebody that it is busy, without knowing about terminals."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Progress", "Silent"]


class Progress(Protocol):
    """Receives short lines such as "reading OneLogin" from any thread."""

    def note(self, message: str) -> None: ...


class Silent:
    """Nobody is watching."""

    def note(self, message: str) -> None:
        """Drops the message."""

"""The one reason why nobody is signed in."""

from __future__ import annotations

__all__ = ["Refused", "unreadable"]


class Refused(ValueError):
    """A response that signs nobody in. The message is what the person is told."""


def unreadable(why: str) -> Refused:
    """For what is no response at all, or not one of the only shape that is taken."""
    return Refused(f"The response cannot be read: {why}")

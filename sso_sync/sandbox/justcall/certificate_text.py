"""How a certificate was pasted, as far as that matters to JustCall."""

from __future__ import annotations

__all__ = ["stray_whitespace"]


def stray_whitespace(text: str) -> bool:
    """Blanks inside or around the lines of the base64 body, blank lines, or carriage returns."""
    body = [line for line in text.strip("\n").split("\n") if not line.startswith("-----")]
    return any(not line or any(letter.isspace() for letter in line) for line in body)

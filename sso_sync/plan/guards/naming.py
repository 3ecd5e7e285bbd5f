"""How guards speak of people: counted in full, the first few by name, and nobody whose e-mail is a secret."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sso_sync.plan.masking import MASK

__all__ = ["count", "names"]

_SHOWN = 5


def count(number: int, one: str, many: str) -> str:
    """The number with the word that fits it, such as "1 person" or "2 people"."""
    return f"{number} {one if number == 1 else many}"


def names(people: Sequence[str], hidden: Collection[str]) -> str:
    """The first few e-mails and how many more there are. `hidden` are e-mails in lower case."""
    shown = ", ".join(MASK if person.lower() in hidden else person for person in people[:_SHOWN])
    return shown + (f" and {len(people) - _SHOWN} more" if len(people) > _SHOWN else "")

"""One value that was found, held against everything that it should agree with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sso_sync.plan.checks.model import Check, Status

__all__ = ["Missing", "Opinion", "compared"]


@dataclass(frozen=True, slots=True)
class Missing:
    """A comparison that cannot be made, and why.

    `unreachable`: a side is out of reach. `unset`: nobody set up what it takes.
    """

    reason: str
    unreachable: bool = False
    unset: bool = False


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody says about the value; `who` as in "OneLogin's audience".

    `agrees` is None for whoever names the value `expected` itself; others, such as a pattern, say so themselves.
    """

    who: str
    expected: str | None
    agrees: bool | None = None

    def holds(self, found: str) -> bool:
        """Whether it goes with what was found."""
        return self.expected == found if self.agrees is None else self.agrees

    @property
    def told(self) -> str:
        """Its part in a disagreement, as a sentence."""
        shown = "not set" if not self.expected else self.expected
        verb = "is" if self.agrees is None else "does not accept it:"
        return f"{self.who[:1].upper()}{self.who[1:]} {verb} {shown}."


def compared(
    name: str,
    label: str,
    found: str | None,
    opinions: Sequence[Opinion | Missing],
    *,
    address: str,
    known: str,
    next_action: str,
) -> Check:
    """The check that `found` is what everybody says it should be.

    One that disagrees makes it fail. Where nobody does, but somebody could not be asked, it is not made.
    """
    asked = [one for one in opinions if isinstance(one, Opinion)]
    silent = [one for one in opinions if isinstance(one, Missing)]
    if found is None:
        reason = Missing(f"JustCall's request names no {label}")
        return _not_made(name, label, None, None, (reason,), address=address, known=known)
    wrong = [one for one in asked if not one.holds(found)]
    if wrong:
        return Check(
            name,
            Status.FAIL,
            f"JustCall's {label} is not what it should be",
            address,
            detail="\n".join(one.told for one in wrong),
            expected=wrong[0].expected,
            found=found,
            known=known,
            next_action=next_action,
        )
    expected = asked[0].expected if asked else None
    if silent or not asked:
        reasons = tuple(silent) or (Missing("nobody says what it should be"),)
        return _not_made(name, label, expected, found, reasons, address=address, known=known)
    return Check(
        name,
        Status.PASS,
        f"JustCall's {label} is as it should be",
        address,
        detail=f"Compared with {', '.join(one.who for one in asked)}.",
        expected=expected,
        found=found,
        known=known,
    )


def _not_made(
    name: str,
    label: str,
    expected: str | None,
    found: str | None,
    reasons: Sequence[Missing],
    *,
    address: str,
    known: str,
) -> Check:
    return Check(
        name,
        Status.NOT_MADE,
        f"Whether JustCall's {label} is as it should be is not known",
        address,
        detail="\n".join(f"{one.reason[:1].upper()}{one.reason[1:]}." for one in reasons),
        expected=expected,
        found=found,
        known=known if found is not None else None,
        unreachable=any(one.unreachable for one in reasons),
    )

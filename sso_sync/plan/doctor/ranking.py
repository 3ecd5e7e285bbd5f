"""What comes first: what breaks this login most surely.

Points are added up. The harm and how sure it is count most; a symptom that sounds like it, a captured response that
shows it, and being the trouble of the person who was asked about raise a case by about a rank of harm each. Where two
are equal, causes come before their consequences: that is the order in which the cases are registered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sso_sync.plan.doctor.model import Certainty, Diagnosis, Harm

__all__ = ["points", "ranked"]

_HARM = {Harm.LOGINS_FAIL: 40, Harm.SOME_CANNOT: 30, Harm.INSECURE: 20, Harm.AT_RISK: 10}
_CERTAINTY = {Certainty.CERTAIN: 6, Certainty.LIKELY: 3, Certainty.POSSIBLE: 0}
_HEARD, _SHOWN, _PERSONAL = 20, 15, 15
_BREAKS = frozenset({Harm.LOGINS_FAIL, Harm.SOME_CANNOT})


def points(found: Diagnosis) -> int:
    """How much speaks for this being why the login fails. A response shows risks as well, which break no login."""
    total = _HARM[found.harm] + _CERTAINTY[found.certainty]
    total += _HEARD if found.heard else 0
    total += _SHOWN if found.shown and found.harm in _BREAKS else 0
    return total + (_PERSONAL if found.personal else 0)


def ranked(found: Iterable[Diagnosis], order: Sequence[str]) -> tuple[Diagnosis, ...]:
    """The diagnoses, the surest cause first; `order` holds the ids of all cases, causes before consequences."""
    place = {case: number for number, case in enumerate(order)}
    return tuple(sorted(found, key=lambda one: (-points(one), place.get(one.case, len(place)))))

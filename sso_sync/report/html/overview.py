"""The top of the page: one sentence that says how it stands, and one row for each connection, the worst first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from sso_sync.plan.model import Expiry, Plan, Side
from sso_sync.report.html.badges import (
    CHANGES,
    DRIFTED,
    ERRORS,
    FAILED,
    IN_SYNC,
    REFUSED,
    UNKNOWN,
    UNREACHABLE,
    Badge,
    side_badge,
)
from sso_sync.report.html.blocks import Cell, Chapter, Table
from sso_sync.report.html.certificates import holdings, left
from sso_sync.report.interface import PlanReport
from sso_sync.report.summary import count

__all__ = ["anchors", "certificate_words", "fleet_table", "headline", "told"]

_NOT_IN_AN_ID = re.compile(r"[^a-z0-9]+")
_LONGEST_ID = 60
_NEAR = (Expiry.WARN, Expiry.FAIL, Expiry.EXPIRED)
# A state in a sentence about one connection, and about several.
_VERBS: Mapping[Badge, tuple[str, str]] = {
    FAILED: ("failed", "failed"),
    ERRORS: ("has errors", "have errors"),
    UNREACHABLE: ("could not be read", "could not be read"),
    REFUSED: ("is refused", "are refused"),
    DRIFTED: ("drifted", "drifted"),
    CHANGES: ("has changes", "have changes"),
    UNKNOWN: ("cannot be compared", "cannot be compared"),
    IN_SYNC: ("is in sync", "are in sync"),
}
_WORDS: Mapping[str, tuple[str, str]] = {
    "applied": ("was applied", "were applied"),
    "not fully applied": ("was not fully applied", "were not fully applied"),
    "cancelled": ("was cancelled", "were cancelled"),
    "not applied": ("was not applied", "were not applied"),
    "with failed checks": ("has failed checks", "have failed checks"),
    "not fully checked": ("was not fully checked", "were not fully checked"),
}


def anchors(names: Sequence[str], prefix: str = "connection") -> list[str]:
    """A place on the page for each name: the same on every run, and no two alike."""
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        made = f"{prefix}-{_NOT_IN_AN_ID.sub('-', name.lower()).strip('-')[:_LONGEST_ID].strip('-') or 'x'}"
        seen[made] += 1
        # Two dashes in a row never come from a name, so that this is nobody else's.
        found.append(made if seen[made] == 1 else f"{made}--{seen[made]}")
    return found


def headline(chapters: Sequence[Chapter]) -> str:
    """`2 of 6 connections drifted, 1 could not be read.`; of a single one its name and its state."""
    states = Counter(chapter.badges[0] for chapter in chapters)
    if len(chapters) == 1:
        state = chapters[0].badges[0]
        return f"{chapters[0].name} {_verb(state, 1)}."
    total = len(chapters)
    if len(states) == 1:
        return f"All {total} connections {_verb(next(iter(states)), total)}."
    bad = sorted((state for state in states if state != IN_SYNC), key=lambda state: state.rank)
    first, *others = [f"{states[state]}{{}} {_verb(state, states[state])}" for state in bad]
    return f"{', '.join([first.format(f' of {total} connections'), *(one.format('') for one in others)])}."


def _verb(state: Badge, number: int) -> str:
    verbs = _VERBS.get(state) or _WORDS.get(state.word) or (f"is {state.word}", f"are {state.word}")
    return verbs[0] if number == 1 else verbs[1]


def told(chapters: Sequence[Chapter], plans: Sequence[Plan]) -> tuple[str, ...]:
    """What stands below the headline: what a single connection has to say, and which certificates end soon."""
    return (*(chapter.headline for chapter in chapters[:1] if len(chapters) == 1), *certificate_words(plans))


def certificate_words(plans: Sequence[Plan]) -> tuple[str, ...]:
    """One sentence for each certificate that ends soon, the soonest first; else which is the first to end."""
    dated = [one for one in holdings(plans) if one.fact.days_left is not None]
    near = [one for one in dated if one.fact.expiry in _NEAR]
    if not near:
        first = dated[:1]
        return tuple(f"No certificate ends soon; the first, of {one.connection}, {left(one.fact)}." for one in first)
    told = [f"The certificate of {one.connection} ({one.where}) {left(one.fact)}." for one in near[:3]]
    rest = len(near) - len(told)
    more = f"{count(rest, 'more certificate')} {'ends' if rest == 1 else 'end'} soon." if rest else ""
    return (*told, *([more] if more else []))


def fleet_table(chapters: Sequence[Chapter], reports: Mapping[str, PlanReport]) -> Table:
    """One row for each chapter; `reports` are the plans behind them, by anchor."""
    rows = []
    for chapter in sorted(chapters, key=lambda one: (min(badge.rank for badge in one.badges), one.name)):
        report = reports.get(chapter.anchor)
        name = Cell(chapter.name, link=chapter.anchor)
        if isinstance(report, Plan):
            rows.append((name, Cell(badge=chapter.badges[0]), *_sides(report), *_more(report)))
        else:
            rows.append((name, Cell(badge=chapter.badges[0]), *[Cell()] * 4))
    head = ("Connection", "State", "OneLogin", "JustCall", "Certificate", "People who get in")
    return Table("All connections, the worst first", head, tuple(rows))


def _sides(plan: Plan) -> list[Cell]:
    known = {info.side: info for info in plan.sides}
    return [Cell(badge=side_badge(plan, known[side])) if side in known else Cell() for side in Side]


def _more(plan: Plan) -> list[Cell]:
    certificates = holdings([plan])
    people = plan.admission.people if plan.admission is not None else None
    return [
        Cell(left(certificates[0].fact) if certificates else ""),
        Cell("" if people is None else str(people), number=True),
    ]

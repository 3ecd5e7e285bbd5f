"""What differs, side by side: the rows that text and Markdown show, with their whole addresses."""

from __future__ import annotations

from collections.abc import Mapping

from sso_sync.plan.model import Action, Plan
from sso_sync.report.html.badges import side_badge
from sso_sync.report.html.blocks import Diff, DiffRow
from sso_sync.report.rows import MARKERS, TITLES, Row, Section, sections
from sso_sync.report.shorten import shorten, shorten_pair
from sso_sync.report.summary import ORIGINS, count

__all__ = ["differences"]

_MOST_ROWS = 300
_LONGEST_VALUE = 1200
_ACTIONS: Mapping[Action, str] = {
    Action.CREATE: "create",
    Action.UPDATE: "change",
    Action.DELETE: "delete",
    Action.MANUAL: "by hand",
    Action.UNKNOWN: "unknown",
}


def differences(plan: Plan) -> list[Diff]:
    """One block for each side, also for one where nothing differs."""
    return [_side(plan, section) for section in sections(plan, everybody=True)]


def _side(plan: Plan, section: Section) -> Diff:
    info, rest = section.side, len(section.rows) - _MOST_ROWS
    places, former = [], ""
    for row in section.rows[:_MOST_ROWS]:
        former = row.name or former
        places.append(_row(row, former))
    return Diff(
        title=TITLES[info.side],
        badge=side_badge(plan, info),
        place=" · ".join(word for word in (info.label, info.how) if word),
        error=info.error,
        rows=tuple(places),
        more=f"and {count(rest, 'more row')}; --format json has them all" if rest > 0 else None,
    )


def _row(row: Row, gathered: str) -> DiffRow:
    """`gathered` is the name that stands for a row without one: people follow the first of them."""
    before, after, parts = _values(row)
    name = row.name or gathered
    prefix, found, _ = row.address.partition(name)
    return DiffRow(
        sign=MARKERS[row.action],
        action=_ACTIONS[row.action],
        prefix=prefix if found else "",
        name=name,
        before=before,
        after=after,
        parts=parts,
        aside=row.aside,
        reason=row.reason,
        origin=ORIGINS[row.direction] if row.direction is not None else None,
    )


def _values(row: Row) -> tuple[str | None, str | None, tuple[tuple[str, str, str], ...]]:
    if row.parts:
        return (
            None,
            None,
            tuple((part.key or "", *shorten_pair(part.before, part.after, _LONGEST_VALUE)) for part in row.parts),
        )
    if row.before is not None and row.after is not None:
        return *shorten_pair(row.before, row.after, _LONGEST_VALUE), ()
    before, after = (shorten(text, _LONGEST_VALUE) if text is not None else None for text in (row.before, row.after))
    if row.action is Action.DELETE and not row.aside and before is None:
        return after, None, ()  # a person who goes; the text has one place for who comes and who goes
    return before, after, ()

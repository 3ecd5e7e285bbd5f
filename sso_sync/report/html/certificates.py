"""When the certificates of all connections end, the first of them first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sso_sync.plan.model import CertificateFact, Plan, Side
from sso_sync.report.html.badges import Badge, certificate_badge
from sso_sync.report.html.blocks import Cell, Figure, Table
from sso_sync.report.html.geometry import Ahead, Tick
from sso_sync.report.rows import TITLES
from sso_sync.report.shorten import shorten
from sso_sync.report.summary import count
from sso_sync.report.values import show

__all__ = ["Bar", "CertificateChart", "Holding", "holdings", "left", "timeline"]

_ROW = 38  # pixels
_MOST_BARS = 40
_MOST_ROWS = 500
_LONGEST_NAME = 26


@dataclass(frozen=True, slots=True)
class Holding:
    """A certificate that a connection uses, and on which sides."""

    connection: str
    sides: tuple[Side, ...]
    fact: CertificateFact

    @property
    def where(self) -> str:
        return "both sides" if len(self.sides) > 1 else TITLES[self.sides[0]]


@dataclass(frozen=True, slots=True)
class Bar:
    """One certificate. `y` is the upper edge of its row, `width` how far it reaches from today, in per cent."""

    y: int
    name: str
    where: str
    words: str
    badge: Badge
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class CertificateChart:
    height: int
    today: float
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]


def holdings(plans: Iterable[Plan]) -> tuple[Holding, ...]:
    """Every certificate, what ends first first and what has no known end last; one that both sides hold comes once."""
    found = [one for plan in plans for one in _of(plan)]
    return tuple(sorted(found, key=lambda one: (one.fact.days_left is None, one.fact.days_left or 0, one.connection)))


def _of(plan: Plan) -> list[Holding]:
    facts = plan.certificates
    if len(facts) > 1 and len({fact.fingerprint for fact in facts}) == 1:
        best = next((fact for fact in facts if fact.not_after), facts[0])  # a side may show its fingerprint alone
        return [Holding(plan.spec.name, tuple(fact.side for fact in facts), best)]
    return [Holding(plan.spec.name, (fact.side,), fact) for fact in facts]


def left(fact: CertificateFact) -> str:
    """`ends in 21 days`, `expired 3 days ago`, or that nobody knows."""
    days = fact.days_left
    if days is None or fact.not_after is None:
        return "end not known"
    if days < 0:
        return f"expired {count(-days, 'day')} ago"
    return "ends today" if days == 0 else f"ends in {count(days, 'day')}"


def timeline(found: Sequence[Holding]) -> Figure | None:
    """The chart of those whose end is known, and the table of all; None without any."""
    if not found:
        return None
    dated = [one for one in found if one.fact.days_left is not None and one.fact.not_after is not None]
    table = Table(
        "Certificates, what ends first first",
        ("Connection", "Held by", "State", "Ends on", "Days left", "Key", "Fingerprint"),
        tuple(_row(one) for one in found[:_MOST_ROWS]),
        more=_more(len(found) - _MOST_ROWS, "certificate"),
    )
    return Figure(
        "certificates",
        "When certificates end",
        _described(found, dated),
        _chart(dated[:_MOST_BARS]),
        (table,),
        note=_more(len(dated) - _MOST_BARS, "later one"),
    )


def _chart(dated: Sequence[Holding]) -> CertificateChart | None:
    if not dated:
        return None
    days = [one.fact.days_left or 0 for one in dated]
    axis = Ahead(max(days), past=min(days) < 0)
    bars = tuple(
        Bar(
            y=number * _ROW,
            name=shorten(one.connection, _LONGEST_NAME),
            where=one.where,
            words=left(one.fact),
            badge=certificate_badge(one.fact.expiry),
            start=min(axis.today, axis.x(here)),
            width=round(abs(axis.x(here) - axis.today), 2),
        )
        for number, (one, here) in enumerate(zip(dated, days, strict=True))
    )
    return CertificateChart(len(bars) * _ROW, axis.today, bars, axis.ticks)


def _described(found: Sequence[Holding], dated: Sequence[Holding]) -> str:
    said = [f"{count(len(found), 'certificate')}."]
    if dated:
        first = dated[0]
        said.append(f"The first to end is that of {first.connection} ({first.where}): it {left(first.fact)}.")
    if unknown := len(found) - len(dated):
        said.append(f"The end of {unknown} is not known.")
    return " ".join(said)


def _row(one: Holding) -> tuple[Cell, ...]:
    fact = one.fact
    return (
        Cell(one.connection),
        Cell(one.where),
        Cell(badge=certificate_badge(fact.expiry)),
        Cell(f"{fact.not_after:%Y-%m-%d}" if fact.not_after else "not known"),
        Cell("" if fact.days_left is None else str(fact.days_left), number=True),
        Cell(fact.key or ""),
        Cell(show({"fingerprint": fact.fingerprint}), code=True),
    )


def _more(number: int, noun: str) -> str | None:
    return f"and {count(number, noun)} more" if number > 0 else None

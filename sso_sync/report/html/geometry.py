"""From numbers to places on a chart. Across, places are per cent of whatever width the page has; down, they are pixels.

So a chart fits a telephone and a wall without its letters shrinking or growing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ["Ahead", "Span", "Tick", "ceiling", "stacked"]

_NAMED_DAYS = (
    (0, "today"),
    (7, "7 days"),
    (30, "30 days"),
    (90, "90 days"),
    (180, "180 days"),
    (365, "1 year"),
    (730, "2 years"),
    (1826, "5 years"),
    (3652, "10 years"),
    (7305, "20 years"),
    (18262, "50 years"),
)
_APART = 14.0  # per cent between two labels, so that they can be read on a telephone
_SHORTEST = 90  # days that the axis reaches at least
_PAST = 8.0  # per cent left of today, if anything is over


@dataclass(frozen=True, slots=True)
class Tick:
    """A label on an axis. `anchor` is how SVG sets a text to its place: start, middle or end."""

    x: float
    label: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Ahead:
    """An axis of days from today on, stretched near today (by the square root): what is urgent needs the room.

    `longest` is the largest number of days on it; `past`: something is over, and today is not at the very left.
    """

    longest: int
    past: bool = False

    @property
    def today(self) -> float:
        return _PAST if self.past else 0.0

    def x(self, days: int) -> float:
        """Where a day is; whatever is over stands at the left edge."""
        if days < 0:
            return 0.0
        reach = max(self.longest, _SHORTEST)
        return round(self.today + (100 - self.today) * math.sqrt(min(days, reach) / reach), 2)

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """As many named days as can be read, today always among them."""
        found: list[Tick] = []
        reach = max(self.longest, _SHORTEST)
        for days, label in _NAMED_DAYS:
            x = self.x(days)
            if days <= reach and (not found or x - found[-1].x >= _APART):
                found.append(Tick(x, label, "start" if x < _APART / 2 else "end" if x > 100 - _APART / 2 else "middle"))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, cut into `columns` of equal width."""

    start: datetime
    end: datetime
    columns: int = 48

    @classmethod
    def over(cls, moments: Sequence[datetime], end: datetime, *, shortest: timedelta = timedelta(hours=1)) -> Span:
        """From the first moment (or so that it is not too short) to `end`."""
        return cls(min([*moments, end - shortest]), max([*moments, end]))

    @property
    def width(self) -> float:
        """A column, in per cent."""
        return 100 / self.columns

    def column(self, moment: datetime) -> int:
        """The column of a moment; one outside belongs to the nearest."""
        part = (moment - self.start) / (self.end - self.start)
        return min(max(int(part * self.columns), 0), self.columns - 1)

    def middle(self, column: int) -> float:
        """Where the middle of a column is."""
        return round((column + 0.5) * self.width, 2)

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """Both ends, and the middle; the hour only where days would all be the same."""
        form = "%Y-%m-%d %H:%M" if self.end - self.start < timedelta(days=3) else "%Y-%m-%d"
        middle = self.start + (self.end - self.start) / 2
        return (
            Tick(0.0, f"{self.start:{form}}", "start"),
            *([] if "%H" in form else [Tick(50.0, f"{middle:{form}}")]),
            Tick(100.0, f"{self.end:{form}}", "end"),
        )


def ceiling(largest: int) -> int:
    """The round number at the top of an axis: 1, 2 or 5 times a power of ten, and not below `largest`."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if factor * power >= largest:
                return factor * power
        power *= 10


def stacked(parts: Sequence[int], top: int, height: float) -> tuple[tuple[float, float], ...]:
    """Distance from the upper edge and height of each part, one on the other from the ground up; `top` fills all."""
    found, ground = [], height
    for part in parts:
        tall = round(height * part / top, 2)
        ground = round(ground - tall, 2)
        found.append((ground, tall))
    return tuple(found)

"""What is measured: fleets, the fewest requests that a plan of each can do with, and the longest chain among them."""

from __future__ import annotations

from dataclasses import dataclass

from sso_sync.cli.options import PARALLEL
from sso_sync.wiring.accounts import AT_ONCE
from tests.bench.town import APPS, MEMBERS, PEOPLE, ROLES, Size

__all__ = ["Case", "cases", "growth", "unmanaged"]


def _pages(rows: int, most: int) -> int:
    return max(1, -(-rows // most))


@dataclass(frozen=True)
class Case:
    """A fleet and what it is called. The access token is cached and counts nowhere."""

    name: str
    size: Size

    @property
    def account(self) -> int:
        """The fewest requests to one OneLogin account: the lists of apps and of roles once, each app, each page of the
        members of each managed role, and whatever is less of looking people up and listing everybody.
        """
        size = self.size
        people = 0 if size.in_sync else min(size.members, _pages(size.people, PEOPLE))
        in_role = _pages(size.members if size.in_sync else 0, MEMBERS)
        lists = _pages(size.connections, APPS) + _pages(size.connections * max(1, size.roles), ROLES)
        return lists + size.connections * (1 + size.roles * (in_role + people))

    @property
    def minimum(self) -> int:
        """The fewest requests in all: JustCall's settings are one for each connection."""
        return self.size.accounts * (self.account + self.size.connections)

    @property
    def chain(self) -> int:
        """The longest chain of requests each of which waits for the answer, or for the place, of another one.

        An answer: the list of apps, then the app; the list of roles, then a role's first page, then the others; then
        whom it does not hold. A place: of all requests to an account eight are under way at a time, and of all
        connections sixteen, each of which asks at least once for itself.
        """
        size = self.size
        in_role = min(2, _pages(size.members if size.in_sync else 0, MEMBERS)) if size.roles else 0
        people = 0 if size.in_sync else 1 if size.members <= 2 else 2
        answers = max(2, 1 + in_role + people)
        places = max(-(-self.account // AT_ONCE), -(-size.accounts * size.connections // PARALLEL))
        return max(answers, places)


def cases(*, quick: bool) -> tuple[Case, ...]:
    """The rows of the first table."""
    fleet = Size(connections=5, roles=4, members=200, people=500) if quick else None
    many = Size(accounts=10, connections=5) if quick else None
    resolved = Size(roles=1, members=5, people=5000, in_sync=False)
    everybody = Size(roles=1, members=200, people=5000, in_sync=False)
    return (
        Case("one app", Size()),
        Case("an app and a role of 200 members", Size(roles=1, members=200, people=5000)),
        Case("5 of 5,000 people to resolve", resolved),
        Case("200 of 5,000 people to resolve", everybody),
        _named(
            "{} connections with {} roles of 200", fleet or Size(connections=50, roles=20, members=200, people=5000)
        ),
        _named("{} connections over {} accounts", many or Size(accounts=100, connections=10)),
    )


def _named(words: str, size: Size) -> Case:
    return Case(words.format(f"{size.accounts * size.connections:,}", size.roles or size.accounts), size)


def growth(*, quick: bool) -> tuple[Case, ...]:
    """More and more connections, ten to an account."""
    accounts = (2, 5) if quick else (10, 25, 50, 100)
    return tuple(Case(f"{number * 10:,} connections", Size(accounts=number, connections=10)) for number in accounts)


def unmanaged() -> tuple[Case, ...]:
    """More and more people who are none of the spec's business, beside a role of 200."""
    return tuple(
        Case(f"{people:,} people in the directory", Size(roles=1, members=200, people=people))
        for people in (200, 5_000, 50_000)
    )

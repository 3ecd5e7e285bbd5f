"""People and groups: the members of roles and groups, and users by e-mail with as few requests as possible."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TypeVar

from sso_sync.errors import Diagnostic, LiveStateError
from sso_sync.http import HttpProblem
from sso_sync.onelogin.catalogue import NOT_OFFERED, by_name
from sso_sync.onelogin.client import Client
from sso_sync.onelogin.models import Group, Person, Role
from sso_sync.onelogin.paging import MOST_PAGES, Page
from sso_sync.onelogin.parallel import Pool

__all__ = ["find_people", "first_pages", "group_ids", "groups", "members", "people_of_group", "role_ids"]

Key = TypeVar("Key", bound=Hashable)

_FEW = 2  # so few look-ups cost hardly more than finding out how many pages there are
_MOST_PAGES = 100  # 5,000 people: larger accounts are not searched page by page for an e-mail that the filter misses
_FULL_PAGE = 50


def role_ids(roles: Iterable[Role], wanted: Iterable[str]) -> dict[str, int]:
    """Name → id of those `wanted` that exist. Raises LiveStateError when a wanted name belongs to several roles."""
    roles = tuple(roles)
    found = {name: by_name("roles", name, roles, address=f"onelogin.access.roles.{name}") for name in sorted(wanted)}
    return {name: role_id for name, role_id in found.items() if role_id is not None}


def first_pages(client: Client, roles: Mapping[Key, int], pool: Pool) -> dict[Key, Future[Page[Person]]]:
    """The first pages of the members of roles, given by id, under way."""
    return {key: pool.start(client.role_users_page, role_id) for key, role_id in roles.items()}


def members(
    client: Client, roles: Mapping[Key, int], pool: Pool, asked: Mapping[Key, Future[Page[Person]]] | None = None
) -> dict[Key, tuple[Person, ...]]:
    """The members of roles, given by id: the first pages (under way, if `asked`) at the same time, then all others.

    Page numbers say no less than cursors, which are page numbers in other clothes (§3), but need not wait for each
    other. Where the pages do not add up to what the first one promised, the list is walked from its beginning.
    """
    asked = first_pages(client, roles, pool) if asked is None else asked
    further: dict[Key, list[Future[Page[Person]]]] = {}
    for key, first in asked.items():
        numbers = range(2, min(first.result().total_pages or 1, MOST_PAGES) + 1) if _numbered(first.result()) else ()
        further[key] = [pool.start(client.role_users_page, roles[key], number) for number in numbers]
    found, walks = dict[Key, tuple[Person, ...]](), dict[Key, Future[tuple[Person, ...]]]()
    for key, first in asked.items():
        pages = [first.result(), *(page.result() for page in further[key])]
        if _adds_up(pages):
            found[key] = tuple(person for page in pages for person in page.rows)
        else:
            walks[key] = pool.start(client.role_users, roles[key])
    found |= {key: walk.result() for key, walk in walks.items()}
    return {key: found[key] for key in roles}


def _numbered(first: Page[Person]) -> bool:
    """Whether the first page says by number which others there are."""
    return first.number == 1 and first.total_rows is not None and not first.is_last


def _adds_up(pages: Sequence[Page[Person]]) -> bool:
    """Whether these are all pages of the list, each once, as it was when the first one was read."""
    first, last = pages[0], pages[-1]
    if len(pages) == 1:
        return first.is_last or (first.cursor is None and not first.promises_more)
    numbers = [page.number for page in pages] == list(range(1, len(pages) + 1))
    rows = sum(len(page.rows) for page in pages)
    return numbers and rows == first.total_rows == last.total_rows


def groups(client: Client) -> tuple[Group, ...]:
    """All groups: by v2, or by v1 on an account that has no v2 groups (§7)."""
    try:
        return client.groups()
    except HttpProblem as problem:
        if problem.status not in NOT_OFFERED:
            raise
    return client.groups_v1()


def group_ids(found: Iterable[Group], wanted: Iterable[str]) -> dict[str, int]:
    """Name → id of those `wanted` that exist. Raises LiveStateError for a name of several groups."""
    found = tuple(found)
    ids = {name: by_name("groups", name, found, address="onelogin.access.groups") for name in sorted(wanted)}
    return {name: group_id for name, group_id in ids.items() if group_id is not None}


def people_of_group(client: Client, group_id: int) -> tuple[Person, ...]:
    """The people of a group. Checked row by row: a filter that is ignored would let everybody in (§7: likely)."""
    rows = client.users(group_id=group_id)
    return tuple(row for row in rows if row.group_id == group_id or "group_id" not in row.model_fields_set)


def find_people(
    client: Client, wanted: Iterable[str], known: Iterable[Person], pool: Pool
) -> tuple[dict[str, Person], tuple[Diagnostic, ...]]:
    """E-mail (lower case) → user, for everybody of `wanted` who exists; and a warning for each who may exist unseen.

    `known` are people who were read already. Few others are looked up one by one; for more, the first page of all users
    tells whether reading the rest takes fewer requests than looking them up, those included who the account's other
    connections will probably have to look up. Raises LiveStateError when one e-mail belongs to several users.
    """
    search = _Search(client, pool, frozenset(email.strip().lower() for email in wanted))
    search.saw(known)
    census, before = client.census, len(search.missing())
    ahead = census.ahead(before)
    if before and (ahead > _FEW or census.listed):
        search.read_first_page()
        ahead -= before - len(search.missing())
    if search.pages_left is not None and (census.listed or search.pages_left <= ahead) and search.missing():
        census.listed = True
        search.read_other_pages()
    else:
        search.look_up()
        search.make_sure()
    _refuse_doubles(search.found)
    people = {email: next(iter(holders.values())) for email, holders in search.found.items()}
    return people, () if search.complete else tuple(_may_exist(email) for email in search.missing())


@dataclass
class _Search:
    """`found` holds, by e-mail, every user who has it. `pages_left` is None until the first page was read, and when
    OneLogin does not say how many there are.
    """

    client: Client
    pool: Pool
    wanted: frozenset[str]
    found: dict[str, dict[int, Person]] = field(default_factory=dict)
    pages: int | None = None
    pages_left: int | None = None
    complete: bool = True

    def missing(self) -> list[str]:
        return sorted(self.wanted - self.found.keys())

    def saw(self, people: Iterable[Person]) -> None:
        for person in people:
            if person.key in self.wanted:
                self.found.setdefault(person.key, {}).setdefault(person.id, person)

    def read_first_page(self) -> None:
        people, self.pages = self.client.users_page(1)
        if self.pages is None and len(people) < _FULL_PAGE:
            self.pages = 1
        self.pages_left = None if self.pages is None else max(0, self.pages - 1)
        self.saw(people)

    def read_other_pages(self) -> None:
        numbers = range(2, (self.pages or 1) + 1) if self.missing() else ()
        for people, _ in self.pool.map(self.client.users_page, numbers):
            self.saw(people)
        self.pages_left = 0

    def look_up(self) -> None:
        for people in self.pool.map(lambda email: self.client.users(email=email), self.missing()):
            self.saw(people)

    def make_sure(self) -> None:
        """Nobody is declared missing on the word of the e-mail filter: it may mind upper and lower case (§7)."""
        if not self.missing():
            return
        if self.pages is None:
            self.read_first_page()
        if self.pages_left is not None and self.pages_left <= _MOST_PAGES:
            self.read_other_pages()
        else:
            self.complete = not self.missing()


def _refuse_doubles(found: Mapping[str, Mapping[int, Person]]) -> None:
    several = [
        Diagnostic(
            "error",
            f"several OneLogin users have the e-mail {email}: {', '.join(map(str, sorted(holders)))}",
            detail="It cannot be told which of them is meant.",
            address=f"onelogin.access.users.{email}",
            next_action="Correct the e-mail of all but one of them in OneLogin.",
        )
        for email, holders in sorted(found.items())
        if len(holders) > 1
    ]
    if several:
        raise LiveStateError(*several)


def _may_exist(email: str) -> Diagnostic:
    return Diagnostic(
        "warning",
        f"no OneLogin user was found for {email}",
        detail="OneLogin's e-mail filter may mind upper and lower case; the account is too large to read everybody.",
        address=f"onelogin.access.users.{email}",
        next_action="Check that the user's e-mail in OneLogin is in lower case.",
    )

"""Reading one connection's OneLogin side: what the scope asks for, with as few requests as that takes.

For a spec in its default form and nothing to change: the list of apps, the app, the list of roles, and one request per
hundred members of each managed role. Independent requests run at the same time, and what connections of one account
share is read once for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from sso_sync.errors import Diagnostic, LiveStateError
from sso_sync.http import HttpProblem
from sso_sync.onelogin.catalogue import NOT_OFFERED, by_name, certificate_id, connector_id, policy_id
from sso_sync.onelogin.client import Client
from sso_sync.onelogin.directory import find_people, first_pages, group_ids, groups, members, people_of_group, role_ids
from sso_sync.onelogin.finder import Finder, app_or_none
from sso_sync.onelogin.models import App, Brand, Group, Person, Policy, Role, Rule
from sso_sync.onelogin.ownership import owner
from sso_sync.onelogin.paging import Page
from sso_sync.onelogin.parallel import Pool, pool
from sso_sync.onelogin.state import LiveIdp, Scope
from sso_sync.progress import Progress

__all__ = ["read", "role_members", "statuses"]

T = TypeVar("T")
_Rules = Future[tuple[Rule, ...]]
_Users = Future[tuple[Person, ...] | HttpProblem]

_SECOND_LOOKS = 2


def read(client: Client, scope: Scope, progress: Progress) -> LiveIdp:
    """Everything that `scope` asks for.

    Raises LiveStateError for a state that no plan can start from (several apps of one name), and the problems
    of `sso_sync.http`. What an account does not offer is in `unread` or `findings` instead.
    """
    progress.note(f"reading {client.label}")
    with pool() as running:
        return _Reading(client, scope, progress, running).live()


def role_members(client: Client, roles: Mapping[str, int], progress: Progress) -> dict[str, tuple[Person, ...]]:
    """The members of `roles` (name → id), by name."""
    if not roles:
        return {}
    progress.note(f"reading the members of {len(roles)} roles")
    with pool() as running:
        return members(client, roles, running)


def statuses(client: Client, role_ids: Collection[int], progress: Progress) -> dict[int, int]:
    """User id → status of everybody whom OneLogin answers as being in one of `role_ids`; the rows of a role have none.

    The filter is likely, not sure (§7): who is in a role must be known from elsewhere, and nobody need be in here.
    """
    if not role_ids:
        return {}
    progress.note("reading who is suspended")
    with pool() as running:
        rows = running.map(lambda role_id: client.users(role_id=role_id), sorted(role_ids))
        return {person.id: person.status for people in rows for person in people if person.status is not None}


@dataclass(frozen=True)
class _Account:
    """What does not depend on the app, under way; None was not asked for."""

    roles: Future[tuple[Role, ...]] | None
    groups: Future[tuple[Group, ...]] | None
    policies: Future[tuple[Policy, ...] | HttpProblem] | None
    brands: Future[tuple[Brand, ...] | HttpProblem] | None


@dataclass(frozen=True)
class _Access:
    """Roles, and who is in those that were asked for, by role name; `ids` are the ids of these."""

    roles: tuple[Role, ...]
    ids: Mapping[str, int]
    members: Mapping[str, tuple[Person, ...]]
    group_members: Mapping[str, tuple[Person, ...]]
    people: Mapping[str, Person]


@dataclass(frozen=True)
class _Asked:
    """What `_Access` is made from, under way."""

    roles: tuple[Role, ...]
    ids: Mapping[str, int]
    members: Mapping[str, Future[Page[Person]]]
    groups: Mapping[str, Future[tuple[Person, ...]]]


class _Reading:
    """One read. Its methods run in the thread that opened the pool; only requests run in the pool."""

    def __init__(self, client: Client, scope: Scope, progress: Progress, running: Pool) -> None:
        self._client = client
        self._scope = scope
        self._progress = progress
        self._pool = running
        self._unread: dict[str, str] = {}
        self._findings: list[Diagnostic] = []

    def live(self) -> LiveIdp:
        scope = self._scope
        account = self._ask_account()
        finder = Finder(self._client, scope, self._pool)
        finder.begin()
        # Who has access is asked for as soon as the roles are there, while the app is still being read.
        asked = self._ask_access(account)
        connector = cache(lambda: _connector(finder))
        found = finder.find(connector)
        app = self._settled(found.app)
        rules, users = self._ask_app(app)
        access = self._access(asked)
        return LiveIdp(
            app=app,
            found_by=found.by if app else None,
            owner=owner(app.notes) if app else None,
            rules=_in_order(rule for future in rules for rule in future.result()) if scope.rules else None,
            roles=access.roles,
            members=access.members,
            people=access.people,
            group_members=access.group_members,
            # An app that exists has its connector; the catalogue is asked only for what a create needs.
            connector_id=app.connector_id if app else connector(),
            policy_id=self._policy(account.policies),
            brand_id=self._brand(account.brands),
            certificate_id=certificate_id(scope.certificate, app, finder) if scope.certificate is not None else None,
            direct_grants=self._direct_grants(app, users, access),
            unread=self._unread,
            findings=tuple(self._findings),
        )

    def _ask_account(self) -> _Account:
        scope, client, start = self._scope, self._client, self._pool.start
        return _Account(
            roles=start(client.roles) if scope.roles or scope.member_roles else None,
            groups=start(groups, client) if scope.groups else None,
            policies=start(_offered, client.policies) if scope.policy is not None else None,
            brands=start(_offered, client.brands) if scope.brand is not None else None,
        )

    def _ask_app(self, app: App | None) -> tuple[list[_Rules], _Users | None]:
        """The app's rules (those that are on, those that are off) and its users, under way."""
        scope, client, start = self._scope, self._client, self._pool.start
        if app is None:
            return [], None
        rules = [start(client.rules, app.id, enabled=on) for on in (True, False)] if scope.rules else []
        return rules, start(_offered, lambda: client.app_users(app.id)) if scope.direct_grants else None

    def _settled(self, app: App | None) -> App | None:
        """The app, read again when its configuration came empty although it has parameters: OneLogin does that now and
        then (quirk 24), and believing it would plan to write everything anew.
        """
        for _ in range(_SECOND_LOOKS):
            if app is None or app.configuration or not app.parameters:
                break
            app = app_or_none(self._client.fresh(), app.id)
        return app

    def _ask_access(self, account: _Account) -> _Asked:
        """The roles, and the first of what is to be known about people, under way."""
        scope, client, start = self._scope, self._client, self._pool.start
        roles = account.roles.result() if account.roles is not None else ()
        ids = role_ids(roles, scope.member_roles)
        self._progress.note("reading who has access")
        begun = first_pages(client, ids, self._pool)
        in_groups = group_ids(account.groups.result(), scope.groups) if account.groups is not None else {}
        groups = {name: start(people_of_group, client, group_id) for name, group_id in in_groups.items()}
        return _Asked(roles, ids, begun, groups)

    def _access(self, asked: _Asked) -> _Access:
        in_roles = members(self._client, asked.ids, self._pool, asked.members)
        group_members = {name: future.result() for name, future in asked.groups.items()}
        known = [person for people in (*in_roles.values(), *group_members.values()) for person in people]
        people, doubts = find_people(self._client, self._scope.people, known, self._pool)
        self._findings += doubts
        return _Access(asked.roles, asked.ids, in_roles, group_members, people)

    def _policy(self, asked: Future[tuple[Policy, ...] | HttpProblem] | None) -> int | None:
        found = self._unless_unread("onelogin.app.policy", "policies", asked)
        return policy_id(self._scope.policy, found) if found is not None and self._scope.policy is not None else None

    def _brand(self, asked: Future[tuple[Brand, ...] | HttpProblem] | None) -> int | None:
        address = "onelogin.app.brand"
        found = self._unless_unread(address, "brands", asked)
        if found is None or self._scope.brand is None:
            return None
        return by_name("brands", self._scope.brand, found, address=address)

    def _unless_unread(self, address: str, what: str, asked: Future[T | HttpProblem] | None) -> T | None:
        """What was answered; None, with the reason noted, when the account does not offer it."""
        answer = asked.result() if asked is not None else None
        if isinstance(answer, HttpProblem):
            self._unread[address] = (
                f"this account does not offer {what} through its API, or not to these credentials ({answer})"
            )
            return None
        return answer

    def _direct_grants(self, app: App | None, asked: _Users | None, access: _Access) -> tuple[Person, ...] | None:
        """Who has the app but none of its roles: granted by hand, which no endpoint says directly (§7)."""
        if app is None or asked is None:
            return () if self._scope.direct_grants else None
        users = asked.result()
        if isinstance(users, HttpProblem):
            self._findings.append(_grants_unknown(users))
            return None
        known = {access.ids[name]: people for name, people in access.members.items()}
        others = [role_id for role_id in app.role_ids if role_id not in known]
        known |= members(self._client, {role_id: role_id for role_id in others}, self._pool)
        through_roles = {person.id for role_id in app.role_ids for person in known[role_id]}
        return tuple(user for user in users if user.id not in through_roles)


def _offered(call: Callable[[], T]) -> T | HttpProblem:
    """The answer; or the problem as a value, when this account does not offer the endpoint and the rest can go on."""
    try:
        return call()
    except HttpProblem as problem:
        if problem.status in NOT_OFFERED:
            return problem
        raise


def _connector(finder: Finder) -> int | None:
    """The connector of a new app; where none will be made, a connector that is not found is no error."""
    try:
        return connector_id(finder)
    except LiveStateError:
        if finder.scope.decommission:
            return None
        raise


def _in_order(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """By position, those without one last; each once, should OneLogin list it as enabled and as disabled."""
    once = {rule.id: rule for rule in rules}
    return tuple(sorted(once.values(), key=lambda rule: (rule.position is None, rule.position or 0, rule.id)))


def _grants_unknown(problem: HttpProblem) -> Diagnostic:
    return Diagnostic(
        "warning",
        "access granted by hand in OneLogin could not be checked",
        detail=f"Listing an app's users may need an add-on licence. {problem}",
        address="onelogin.access.users",
        next_action="Look at the app's Users tab in OneLogin for people who have the app without a role.",
    )

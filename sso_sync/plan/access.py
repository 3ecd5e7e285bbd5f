"""Who has access before and after, who gains it and who loses it: counted in people, not in roles, from the membership
of the roles in question.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sso_sync.errors import Diagnostic
from sso_sync.onelogin.models import Person
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.diff import Delta
from sso_sync.plan.masking import MASK
from sso_sync.plan.model import Action
from sso_sync.plan.targets import AppItself, Membership, RoleAttachment, RoleItself

__all__ = ["ADDRESS", "Effect", "effect", "finding", "roles_in_question"]

ADDRESS = "onelogin.access"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Effect:
    """People by e-mail (lower case) whose effective access through roles changes, and how many have it today.

    Access granted by hand in the console is not counted: it stays whatever a plan does. `before` and `after` are the
    people behind the numbers; `complete` says that the members of every role that counts were read.
    """

    gain: tuple[str, ...] = ()
    lose: tuple[str, ...] = ()
    today: int = 0
    before: tuple[Person, ...] = field(default=(), compare=False, repr=False)
    after: tuple[Person, ...] = field(default=(), compare=False, repr=False)
    complete: bool = field(default=False, compare=False)


def roles_in_question(idp: LiveIdp, deltas: Sequence[Delta], *, everybody: bool = False) -> dict[str, int]:
    """Name → id of the roles whose members must be known to count people; empty when access does not change.

    `everybody`: people are to be named even when access does not change.
    """
    relevant = [delta for delta in deltas if isinstance(delta.item.target, RoleAttachment | Membership | RoleItself)]
    if not everybody and not any(delta.automatic for delta in relevant):
        return {}
    wanted = set(idp.app.role_ids if idp.app else ())
    for delta in relevant:
        target = delta.item.target
        if isinstance(target, RoleAttachment) and target.role.id is not None:
            wanted.add(target.role.id)
    return {role.name: role.id for role in idp.roles if role.id in wanted and role.name not in idp.members}


def effect(idp: LiveIdp, members: Mapping[str, Iterable[Person]], deltas: Sequence[Delta]) -> Effect:
    """People before and after, over the roles that open the app before and after."""
    everybody = {person.id: person for people in members.values() for person in people}
    everybody |= {person.id: person for person in idp.people.values()}
    everybody |= {person.id: person for people in idp.group_members.values() for person in people}
    ids = {name: {person.id for person in people} for name, people in members.items()}
    attached = {role.name for role in idp.roles if idp.app and role.id in idp.app.role_ids}
    opening = _changed_roles(attached, deltas)
    before = _union(ids, attached)
    after = _union(_changed_members(ids, deltas), opening)
    return Effect(
        gain=_names(everybody, after - before),
        lose=_names(everybody, before - after),
        today=len(before),
        before=_people(everybody, before),
        after=_people(everybody, after),
        complete=(attached | opening) & {role.name for role in idp.roles} <= members.keys(),
    )


def _people(everybody: Mapping[int, Person], ids: Iterable[int]) -> tuple[Person, ...]:
    return tuple(everybody.get(identity) or Person(id=identity) for identity in sorted(ids))


def _union(ids: Mapping[str, set[int]], roles: Iterable[str]) -> set[int]:
    return {person for role in roles for person in ids.get(role, ())}


def _changed_roles(attached: set[str], deltas: Sequence[Delta]) -> set[str]:
    after = set(attached)
    for delta in (delta for delta in deltas if delta.automatic):
        target = delta.item.target
        if isinstance(target, AppItself) and delta.change.action is Action.DELETE:
            return set()
        if isinstance(target, RoleAttachment | RoleItself):
            name = target.role.name
            after = after | {name} if delta.change.action is Action.CREATE else after - {name}
    return after


def _changed_members(ids: Mapping[str, set[int]], deltas: Sequence[Delta]) -> dict[str, set[int]]:
    after = {name: set(people) for name, people in ids.items()}
    for delta in deltas:
        target = delta.item.target
        if isinstance(target, Membership):
            people = after.setdefault(target.role.name, set())
            if delta.change.action is Action.CREATE:
                people.add(target.user_id)
            elif delta.change.action is Action.DELETE:
                people.discard(target.user_id)
    return after


def _names(everybody: Mapping[int, Person], ids: Iterable[int]) -> tuple[str, ...]:
    return tuple(sorted(everybody[identity].key if identity in everybody else f"#{identity}" for identity in ids))


def finding(change: Effect, hidden: Collection[str] = ()) -> Diagnostic:
    """The sentence that a reader wants first: who gets in, who is out. `hidden` e-mails are counted and not named."""
    summary = f"{_count(change.gain, 'gain', 'access')}, {_count(change.lose, 'lose', 'it')}"
    details = [
        f"{verb} access: {_list(people, hidden)}"
        for verb, people in (("Gain", change.gain), ("Lose", change.lose))
        if people
    ]
    return Diagnostic("info", summary[0].upper() + summary[1:], detail="; ".join(details) or None, address=ADDRESS)


def _list(people: Sequence[str], hidden: Collection[str]) -> str:
    names = [MASK if person in hidden else person for person in people[:_SHOWN]]
    return ", ".join(names) + (f" and {len(people) - _SHOWN} more" if len(people) > _SHOWN else "")


def _count(people: Sequence[str], verb: str, what: str) -> str:
    subject = {0: "nobody", 1: "1 person"}.get(len(people), f"{len(people)} people")
    return f"{subject} {verb}{'' if len(people) > 1 else 's'} {what}"

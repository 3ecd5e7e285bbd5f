"""Access in OneLogin: nobody has the app, somebody lacks it, or is in a role that does not give what it should."""

from __future__ import annotations

from collections.abc import Iterator

from sso_sync.onelogin.models import Person
from sso_sync.plan.doctor.cases.interface import Case
from sso_sync.plan.doctor.cases.people import looked_at
from sso_sync.plan.doctor.consoles import USERS, field_of
from sso_sync.plan.doctor.evidence import Evidence
from sso_sync.plan.doctor.model import ByHand, Certainty, Command, Edit, Finding, Harm, Repair, Settle
from sso_sync.plan.model import Action, Side
from sso_sync.plan.rewrites import rewritable
from sso_sync.plan.scope import member_roles, wants_owned_role
from sso_sync.plan.targets import Membership, RoleAttachment

__all__ = ["CASES"]

_ADDRESS = "onelogin.access"
_ASSIGN = ByHand(
    f"{field_of('access')}, or {USERS} → the person → Applications",
    "Open the app to a role that the person is in, or assign the app to the person.",
)


def _no_access(evidence: Evidence) -> Iterator[Finding]:
    if evidence.idp is None or evidence.app is None or evidence.people.members is None:
        return
    if evidence.user is not None:
        yield from _person(evidence)
    elif not evidence.people.able:
        yield Finding(
            "Nobody has access to the app in OneLogin",
            (_roles(evidence),),
            harm=Harm.LOGINS_FAIL,
            repairs=(Settle(_granting(evidence)), _ASSIGN),
        )
    elif granting := _granting(evidence):
        yield Finding(
            "People who should have access to the app do not have it", (_roles(evidence),), repairs=(Settle(granting),)
        )


def _roles(evidence: Evidence) -> str:
    """What opens the app today."""
    names = ", ".join(repr(name) for name in evidence.people.members or {})
    return f"The app is open to {names}." if names else "The app is open to no role."


def _granting(evidence: Evidence, person: Person | None = None) -> tuple[str, ...]:
    """The addresses at which the present plan gives somebody access; to `person`, when one is given."""
    found = []
    for delta in evidence.draft.deltas if evidence.draft is not None else ():
        target = delta.item.target
        if delta.change.action is not Action.CREATE:
            continue
        if isinstance(target, Membership) and (person is None or target.user_id == person.id):
            found.append(delta.change.address)
        if isinstance(target, RoleAttachment) and (person is None or _is_in(evidence, target.role.name, person)):
            found.append(delta.change.address)
    return tuple(found)


def _is_in(evidence: Evidence, role: str, person: Person) -> bool:
    """Whether a person is in a role, which the app may not be open to yet; unknown counts as yes."""
    known = evidence.people.roles.get(role)
    return known is None or any(member.id == person.id for member in known)


def _person(evidence: Evidence) -> Iterator[Finding]:
    person, email = evidence.people.user, evidence.name(evidence.user or "")
    if person is None:
        yield Finding(
            f"OneLogin knows nobody with the e-mail {email}",
            ("The e-mail was looked for in upper and lower case.",),
            personal=True,
            repairs=(
                ByHand(f"{USERS} → New User", f"Create {email}, or correct the e-mail of the person who is meant."),
            ),
        )
        return
    if any(one.id == person.id for one in evidence.people.able):
        return
    sure = Certainty.CERTAIN if evidence.people.effective is not None else Certainty.LIKELY
    yield Finding(
        f"{email} has no access to the app in OneLogin",
        (_roles(evidence), f"{email} is in none of them, and was not given the app by hand."),
        sure,
        personal=True,
        repairs=(Settle(_granting(evidence, person)), *_named(evidence, person), _ASSIGN),
    )


def _named(evidence: Evidence, person: Person) -> Iterator[Repair]:
    """Saying in the spec that this person has access: in a list of people that it has already, else in a new one."""
    connection, email = evidence.connection, (person.email or "").strip()
    if connection is None or not email or connection.spec.state == "absent":
        return
    access = connection.spec.onelogin.access
    why = f"so that {evidence.name(email)} has access"
    if wants_owned_role(access) or not member_roles(access):
        if any(path[:3] == ("onelogin", "access", "users") for path in connection.sensitive):
            return  # the list would have to be shown
        yield Edit(("onelogin", "access", "users"), [*(access.users or ()), email], why)


def _without_effect(evidence: Evidence) -> Iterator[Finding]:
    """In a role that opens the app, and yet not among its users: quirk 14 of the fact sheet onelogin-api."""
    facts = evidence.people
    if facts.effective is None or facts.members is None or evidence.connection is None:
        return
    there = {person.id for person in facts.effective}
    for role, members in facts.members.items():
        lacking = [person for person in looked_at(evidence, members) if person.id not in there]
        if lacking:
            named = evidence.named(*lacking)
            number = "1 person is" if len(lacking) == 1 else f"{len(lacking)} people are"
            yield Finding(
                f"{number} in the role {role!r} and yet {'does' if len(lacking) == 1 else 'do'} not have the app",
                (
                    f"In the role: {named}. Not among the app's users in OneLogin.",
                    "Whoever is put in by a change of the role itself gets its apps only when mappings run.",
                ),
                personal=evidence.user is not None,
                address=next(iter(_places(evidence, role, lacking)), f"onelogin.access.roles.{role}"),
                repairs=(*_again(evidence, role, lacking), _by_hand(role, named)),
            )


def _again(evidence: Evidence, role: str, people: list[Person]) -> Iterator[Repair]:
    """Putting them in again, where the spec says who is in the role."""
    places = _places(evidence, role, people)
    if len(places) == len(people):
        words = tuple(word for place in places for word in ("--rewrite", place))
        yield Command(("apply", *words), "Put them into the role again, which makes OneLogin give them the app.")


def _places(evidence: Evidence, role: str, people: list[Person]) -> list[str]:
    """The addresses of people in a role, as far as they can be written again."""
    items = evidence.draft.items if evidence.draft is not None else ()
    able, ids = frozenset(rewritable(items)), {person.id for person in people}
    return [
        item.address
        for item in items
        if isinstance(item.target, Membership)
        and item.target.role.name == role
        and item.target.user_id in ids
        and item.address in able
    ]


def _by_hand(role: str, named: str) -> ByHand:
    return ByHand(
        f"OneLogin: Users → Roles → {role} → Users",
        f"Take {named} out of the role and put them in again, or reapply all mappings (Users → Mappings).",
    )


_ONELOGIN = frozenset({Side.ONELOGIN})

CASES = (
    Case(
        "no_access",
        "The person does not have access to the app in OneLogin",
        Side.ONELOGIN,
        Harm.SOME_CANNOT,
        _ADDRESS,
        (_ASSIGN,),
        _no_access,
        sides=_ONELOGIN,
    ),
    Case(
        "role_without_effect",
        "The person is in a role that opens the app, and yet does not have the app",
        Side.ONELOGIN,
        Harm.SOME_CANNOT,
        _ADDRESS,
        (
            ByHand(
                "OneLogin: Users → Roles → the role → Users",
                "Take the person out of the role and put them in again, or reapply all mappings.",
            ),
        ),
        _without_effect,
        sides=_ONELOGIN,
        decided=lambda evidence: evidence.people.effective is not None,
    ),
)

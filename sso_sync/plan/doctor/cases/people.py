"""Who can sign in: access in OneLogin, an account in JustCall, and one e-mail on both sides.

Where one person is asked about, only that person is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sso_sync.justcall.settings import SettingField
from sso_sync.justcall.users import JustCallUser
from sso_sync.onelogin.models import Person
from sso_sync.plan.doctor.cases.interface import Case
from sso_sync.plan.doctor.consoles import JUSTCALL_TEAM, USERS, setting_of
from sso_sync.plan.doctor.evidence import Evidence
from sso_sync.plan.doctor.model import ByHand, Certainty, Finding, Harm
from sso_sync.plan.model import Side

__all__ = ["CASES", "looked_at", "own"]

_ADDRESS = "onelogin.access"
_SHUT_OUT = {2: "suspended", 3: "locked"}
"""Of OneLogin's user statuses those that keep somebody out until an administrator acts (fact sheet onelogin-api §7)."""


def own(evidence: Evidence, person: Person) -> bool:
    """Whether this is the person who was asked about."""
    return evidence.user is not None and evidence.user == person.key


def looked_at(evidence: Evidence, people: Iterable[Person]) -> tuple[Person, ...]:
    """The people that count: the one who was asked about, or all of them."""
    return tuple(person for person in people if evidence.user is None or own(evidence, person))


def _everybody(evidence: Evidence) -> tuple[Person, ...]:
    """Everybody who counts; the person who was asked about even without access: one trouble may hide the next."""
    facts = evidence.people
    there = (*facts.able, *([facts.user] if facts.user is not None else []))
    return tuple({person.id: person for person in looked_at(evidence, there)}.values())


def _are(number: int, one: str = "is", more: str = "are") -> str:
    return f"1 person {one}" if number == 1 else f"{number} people {more}"


def _suspended(evidence: Evidence) -> Iterator[Finding]:
    facts = evidence.people
    out = [(person, word) for person in _everybody(evidence) if (word := _SHUT_OUT.get(facts.status(person) or 0))]
    if not out:
        return
    words = " or ".join(dict.fromkeys(word for _, word in out))
    named = evidence.named(*(person for person, _ in out))
    act = "Unlock" if words == "locked" else "Reactivate"
    yield Finding(
        f"{_are(len(out))} {words} in OneLogin and cannot sign in",
        (f"{words.capitalize()}: {named}.",),
        personal=evidence.user is not None,
        repairs=(ByHand(f"{USERS} → the person → More Actions", f"{act} {named}, or take the access away."),),
    )


def _accounts(evidence: Evidence) -> Mapping[str, JustCallUser] | None:
    """JustCall's accounts by e-mail in lower case; None when they were not read."""
    people = evidence.people.justcall
    if people is None or people.users is None:
        return None
    found: dict[str, JustCallUser] = {}
    for user in people.users:
        if user.email and user.email.strip():
            found.setdefault(user.email.strip().lower(), user)
    return found


def _without_account(evidence: Evidence) -> Iterator[Finding]:
    """Whether JustCall makes an account at the first login is disputed; officially it does not (justcall §0, §3)."""
    accounts = _accounts(evidence)
    people = _everybody(evidence)
    nameless = [person for person in people if not (person.email or "").strip()]
    if nameless:
        yield Finding(
            f"{_are(len(nameless), 'has', 'have')} no e-mail in OneLogin, so JustCall cannot tell who it is",
            (f"User {', '.join(person.key for person in nameless[:5])}.",),
            repairs=(ByHand(f"{USERS} → the person", "Enter the e-mail that the person has in JustCall."),),
        )
    if accounts is None:
        return
    lacking = [person for person in people if person.key not in accounts and (person.email or "").strip()]
    if lacking:
        named = evidence.named(*lacking)
        yield Finding(
            f"{_are(len(lacking), 'has', 'have')} no account in JustCall",
            (f"Not in JustCall: {named}.", "JustCall's own documents say that a login makes no account."),
            Certainty.LIKELY,
            personal=evidence.user is not None,
            repairs=(ByHand(f"{JUSTCALL_TEAM} → Add", f"Add {named} with the same e-mail as in OneLogin."),),
        )


def _email_case(evidence: Evidence) -> Iterator[Finding]:
    accounts = _accounts(evidence) or {}
    pairs = [
        ((person.email or "").strip(), (accounts[person.key].email or "").strip())
        for person in _everybody(evidence)
        if person.key in accounts
    ]
    differ = [(ours, theirs) for ours, theirs in pairs if ours != theirs]
    if not differ:
        return
    lines = [f"In OneLogin {evidence.name(ours)}, in JustCall {evidence.name(theirs)}" for ours, theirs in differ[:5]]
    ours, theirs = differ[0]
    yield Finding(
        f"{_are(len(differ))} spelt differently in OneLogin and JustCall, in upper and lower case",
        (*lines, "Some service providers then find nobody, or take the person for somebody else."),
        Certainty.POSSIBLE,
        personal=evidence.user is not None,
        repairs=(
            ByHand(
                f"{USERS} → the person → Email",
                f"Spell the e-mail as JustCall does: {evidence.name(theirs)} instead of {evidence.name(ours)}.",
            ),
        ),
    )


def _unverified(evidence: Evidence) -> Iterator[Finding]:
    sp = evidence.sp
    domains = sp.value(SettingField.VERIFIED_DOMAINS) if sp is not None else None
    if not isinstance(domains, list):
        return
    verified = {str(domain).strip().lower().lstrip("@") for domain in domains}
    people = [person for person in _everybody(evidence) if "@" in person.key]
    foreign = [person for person in people if person.key.rpartition("@")[2] not in verified]
    if not foreign:
        return
    names = ", ".join(dict.fromkeys(evidence.name(person.key).rpartition("@")[2] for person in foreign))
    yield Finding(
        f"{_are(len(foreign), 'has', 'have')} an e-mail whose domain is not verified in JustCall",
        (
            f"Verified: {', '.join(sorted(verified)) or 'none'}. Not verified: {names}.",
            "A verified e-mail domain is the guide's prerequisite; what happens without is not known.",
        ),
        Certainty.POSSIBLE if verified else Certainty.LIKELY,
        personal=evidence.user is not None,
    )


def _statuses_known(evidence: Evidence) -> bool:
    people = _everybody(evidence)
    return all(evidence.people.status(person) is not None for person in people)


def _accounts_known(evidence: Evidence) -> bool:
    return _accounts(evidence) is not None


_BOTH = frozenset(Side)
_ONELOGIN = frozenset({Side.ONELOGIN})

CASES = (
    Case(
        "user_suspended",
        "The person is suspended or locked in OneLogin",
        Side.ONELOGIN,
        Harm.SOME_CANNOT,
        _ADDRESS,
        (ByHand(f"{USERS} → the person → More Actions", "Reactivate or unlock the person."),),
        _suspended,
        sides=_ONELOGIN,
        decided=_statuses_known,
    ),
    Case(
        "user_without_justcall_account",
        "The person has access in OneLogin and no account in JustCall",
        Side.JUSTCALL,
        Harm.SOME_CANNOT,
        _ADDRESS,
        (ByHand(f"{JUSTCALL_TEAM} → Add", "Add the person with the same e-mail as in OneLogin."),),
        _without_account,
        sides=_ONELOGIN,
        decided=_accounts_known,
    ),
    Case(
        "email_case",
        "The person's e-mail is spelt differently on both sides, in upper and lower case",
        Side.ONELOGIN,
        Harm.SOME_CANNOT,
        _ADDRESS,
        (ByHand(f"{USERS} → the person → Email", "Spell the e-mail exactly as JustCall does."),),
        _email_case,
        sides=_ONELOGIN,
        decided=_accounts_known,
    ),
    Case(
        "domain_not_verified",
        "The person's e-mail domain is not verified in JustCall",
        Side.JUSTCALL,
        Harm.SOME_CANNOT,
        "justcall.sso.verified_domains",
        (ByHand(setting_of(SettingField.VERIFIED_DOMAINS), "Verify the domain of these people's e-mail."),),
        _unverified,
        sides=_BOTH,
    ),
)

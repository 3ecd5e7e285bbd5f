"""`match_users`: who can open the app, against who has an account in JustCall, by e-mail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sso_sync.errors import Diagnostic
from sso_sync.justcall.users import JustCallUser
from sso_sync.onelogin.models import Person
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.guards.interface import FINE, Guard, Verdict, passed_with
from sso_sync.plan.guards.naming import count, names
from sso_sync.plan.model import Refusal
from sso_sync.plan.outcome import Outcome

__all__ = ["GUARD", "Accounts", "accounts"]

_NAME = "match_users"
_ADDRESS = "onelogin.access"
_SETTING = "guards.match_users"
_OWNER = frozenset({"owner", "account owner"})  # may keep a password login (fact sheet justcall §3)
_SUSPENDED = 2  # user status (fact sheet onelogin-api §7)


def _judge(outcome: Outcome) -> Verdict:
    """Judged once SSO is, or will be, on. Whether JustCall makes accounts at the first login is disputed (fact sheet
    justcall §3), so somebody without one may be unable to work.
    """
    mode = outcome.connection.spec.guards.match_users
    if mode == "off" or outcome.people is None or not outcome.enabled or not outcome.app:
        return FINE
    if outcome.people.users is None:
        return Verdict(findings=(_not_matched(outcome),))
    if not outcome.access.complete:
        return FINE
    found = _compare(_able(outcome), outcome.people.users)
    notes = tuple(_notes(outcome, found))
    mismatches = tuple(_mismatches(outcome, found))
    if mode == "refuse":
        return Verdict(tuple(_refused(one, found) for one in mismatches), notes)
    return Verdict(findings=(*mismatches, *notes))


@dataclass(frozen=True)
class Accounts:
    """How many people there are in JustCall beside its owner, and how many of them cannot open the app."""

    people: int
    without_access: int


def accounts(outcome: Outcome) -> Accounts | None:
    """JustCall's accounts against who can open the app afterwards; None when one of the two was not read."""
    if outcome.people is None or outcome.people.users is None or not outcome.access.complete:
        return None
    users = outcome.people.users
    keys = {user.email.strip().lower() for user in users if user.email and user.email.strip() and not _owner(user)}
    return Accounts(len(keys), len(_compare(_able(outcome), users).only_justcall))


@dataclass(frozen=True)
class _Match:
    """E-mails as each side spells them. `otherwise` are pairs that differ in upper and lower case only."""

    only_onelogin: tuple[str, ...]
    only_justcall: tuple[str, ...]
    otherwise: tuple[tuple[str, str], ...]


def _able(outcome: Outcome) -> tuple[Person, ...]:
    """Everybody who can open the app afterwards, grants by hand included as far as they were read."""
    granted = outcome.idp.direct_grants or () if isinstance(outcome.idp, LiveIdp) else ()
    people = {person.id: person for person in (*granted, *outcome.access.after)}
    return tuple(people.values())


def _compare(able: Iterable[Person], users: Iterable[JustCallUser]) -> _Match:
    ours = {person.key: (person.email or "").strip() for person in able if (person.email or "").strip()}
    theirs: dict[str, JustCallUser] = {}
    for user in users:
        if user.email and user.email.strip():
            theirs.setdefault(user.email.strip().lower(), user)
    return _Match(
        only_onelogin=tuple(ours[key] for key in sorted(ours.keys() - theirs.keys())),
        only_justcall=tuple(
            (theirs[key].email or "").strip() for key in sorted(theirs.keys() - ours.keys()) if not _owner(theirs[key])
        ),
        otherwise=tuple(_spelt_otherwise(ours, theirs)),
    )


def _spelt_otherwise(ours: Mapping[str, str], theirs: Mapping[str, JustCallUser]) -> Iterator[tuple[str, str]]:
    for key in sorted(ours.keys() & theirs.keys()):
        other = (theirs[key].email or "").strip()
        if ours[key] != other:
            yield ours[key], other


def _owner(user: JustCallUser) -> bool:
    return " ".join((user.role or "").lower().split()) in _OWNER


def _mismatches(outcome: Outcome, found: _Match) -> Iterator[Diagnostic]:
    if found.only_onelogin:
        number = count(len(found.only_onelogin), "person", "people")
        yield _warning(
            f"{number} with access in OneLogin {_have(found.only_onelogin)} no account in JustCall",
            f"{names(found.only_onelogin, outcome.hidden)}.",
            "Add them in JustCall under Settings → Team, or take their access away.",
        )
    if found.only_justcall:
        number = count(len(found.only_justcall), "person", "people")
        yield _warning(
            f"{number} with an account in JustCall {_have(found.only_justcall)} no access in OneLogin",
            f"{names(found.only_justcall, outcome.hidden)}. With SSO on, they may be unable to sign in.",
            "Give them access in onelogin.access, or remove their accounts in JustCall.",
        )


def _have(people: Sequence[str]) -> str:
    return "has" if len(people) == 1 else "have"


def _notes(outcome: Outcome, found: _Match) -> Iterator[Diagnostic]:
    """What is worth a word and never a refusal."""
    if found.otherwise:
        spelt = [ours for ours, _ in found.otherwise]
        number = count(len(spelt), "person is", "people are")
        yield _warning(
            f"{number} spelt differently in OneLogin and JustCall, in upper and lower case",
            f"In OneLogin: {names(spelt, outcome.hidden)}. JustCall may take them for somebody else.",
            "Spell the e-mail alike on both sides.",
        )
    able = _able(outcome)
    nameless = [person.key for person in able if not (person.email or "").strip()]
    if nameless:
        yield _warning(
            f"{count(len(nameless), 'person', 'people')} with access {_have(nameless)} no e-mail in OneLogin",
            f"User {', '.join(nameless[:5])}{'…' if len(nameless) > 5 else ''}: JustCall cannot tell who that is.",
            "Give the user an e-mail in OneLogin.",
        )
    yield from _suspended(outcome, able)


def _suspended(outcome: Outcome, able: Iterable[Person]) -> Iterator[Diagnostic]:
    statuses = outcome.statuses or {}
    # Somebody who is put into a role by this very plan has a warning of their own already.
    others = [person for person in able if person.id not in outcome.joining]
    found = [person.email or person.key for person in others if statuses.get(person.id, person.status) == _SUSPENDED]
    if found:
        yield _warning(
            f"{count(len(found), 'person', 'people')} with access {'is' if len(found) == 1 else 'are'} suspended in "
            "OneLogin and cannot sign in",
            f"{names(found, outcome.hidden)}.",
            "Reactivate them in OneLogin, or take their access away.",
        )
    elif outcome.statuses is None and any(person.status is None for person in others):
        yield Diagnostic(
            "info", "Whether people with access are suspended in OneLogin was not looked at", address=_ADDRESS
        )


def _warning(summary: str, detail: str, next_action: str) -> Diagnostic:
    return Diagnostic("warning", summary, detail=detail, address=_ADDRESS, next_action=next_action)


def _refused(mismatch: Diagnostic, found: _Match) -> Refusal:
    return Refusal(
        guard=_NAME,
        summary=mismatch.summary,
        detail=mismatch.detail,
        setting=_SETTING,
        next_action=f"{(mismatch.next_action or '').removesuffix('.')}, set guards.match_users to warn, "
        f"{passed_with(_NAME)}",
        address=mismatch.address,
        numbers={"only_in_onelogin": len(found.only_onelogin), "only_in_justcall": len(found.only_justcall)},
    )


def _not_matched(outcome: Outcome) -> Diagnostic:
    people = outcome.people
    failed = people is not None and people.failed
    return Diagnostic(
        "warning" if failed else "info",
        "People in OneLogin and JustCall are not matched",
        detail=people.reason if people else None,
        address=_ADDRESS,
        next_action=None if failed else "Name what is missing, or set guards.match_users to off.",
    )


GUARD = Guard(_NAME, _judge)

"""What a run found out about its connections, as far as somebody may have to be told: drift, failure, certificates.

Only what was looked at is a fact. A drift whose other side was out of reach is none: it would be another one tomorrow,
and the failure is told of.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from sso_sync.apply.result import ApplyResult, Outcome
from sso_sync.errors import Diagnostic, ExitCode
from sso_sync.notifying.wording import code, prose
from sso_sync.plan.model import Action, CertificateFact, Change, Expiry, Plan, Side
from sso_sync.report.counting import count
from sso_sync.report.interface import Applied, ApplyReport, Failure, Style, Unapplied
from sso_sync.report.rows import TITLES
from sso_sync.report.summary import KEEP, ORIGINS, command, next_command, verdict

__all__ = ["Fact", "Gravity", "Seen", "Subject", "subjects"]

_MOST_ADDRESSES = 10
_FAILURES = {
    ExitCode.ERROR: "error",
    ExitCode.REFUSED: "refused by a guard",
    ExitCode.UNAVAILABLE: "a side is out of reach",
    ExitCode.PARTIAL: "partially applied",
}
_SUCCESSES = (ExitCode.OK, ExitCode.CHANGES)
_DIGITS = 16  # hexadecimal ones, which tell two drifts apart


class Gravity(IntEnum):
    """How bad it is; the gravest comes first."""

    WELL = 0
    WARNING = 1
    FAILURE = 2


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is well or is not. `about` names it for its connection; `state` is None when it is well.

    Two states that are equal are the same trouble. `headline` and `lines` are harmless wherever they are shown; `word`
    is what a connection with this fact counts as, of many.
    """

    about: str
    state: str | None
    gravity: Gravity
    word: str
    headline: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """A connection, or a spec that is none yet, and its facts. `key` is the name it is remembered by."""

    key: str
    name: str
    path: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a command (`drift`, `apply`) came to for the spec at `path`; `name` is None when it could not be loaded."""

    command: str
    path: str
    name: str | None
    report: Plan | ApplyReport
    code: ExitCode


def subjects(seen: Seen) -> tuple[Subject, ...]:
    """The spec as a file, and the connection that it makes."""
    file = Subject(_file_key(seen.path), seen.path, seen.path, tuple(_loading(seen)))
    if seen.name is None:
        return (file,)
    return (file, Subject(seen.name, seen.name, seen.path, tuple(_facts(seen, seen.name))))


def _file_key(path: str) -> str:
    return "spec-file-" + hashlib.sha256(path.encode()).hexdigest()[:_DIGITS]


def _loading(seen: Seen) -> Iterator[Fact]:
    """Whether the spec can be used at all; before it can, nobody knows its connection's name."""
    if seen.name is not None:
        yield Fact("spec", None, Gravity.WELL, "well again", f"{prose(seen.path)} can be used again")
    elif seen.code in _FAILURES:  # and not a saved plan that is stale
        yield Fact("spec", "unusable", Gravity.FAILURE, "failed", f"{prose(seen.path)} cannot be used", _why(seen))


def _facts(seen: Seen, name: str) -> Iterator[Fact]:
    if isinstance(seen.report, Unapplied) and seen.report.cancelled:
        return  # somebody sat there and said no
    about = f"failure of {seen.command}"
    if seen.code in _SUCCESSES:
        yield Fact(about, None, Gravity.WELL, "well again", f"{seen.command} of {name} works again")
    elif seen.code in _FAILURES:
        why = f"{_FAILURES[seen.code]}, exit {int(seen.code)}"
        state, headline = str(int(seen.code)), f"{seen.command} of {name} failed ({why})"
        yield Fact(about, state, Gravity.FAILURE, "failed", headline, _why(seen))
    plan = _latest(seen.report)
    if plan is not None:
        yield from _drift(plan, name, seen.path)
        yield from (_certificate(fact, name, seen.path) for fact in plan.certificates if fact.expiry is not None)


def _latest(report: Plan | ApplyReport) -> Plan | None:
    """How it stands now, as far as both sides were looked at."""
    if isinstance(report, Failure):
        return None
    plan = report.result.after if isinstance(report, Applied) else report if isinstance(report, Plan) else report.plan
    return None if plan is None or plan.unread or plan.errors else plan


def _drift(plan: Plan, name: str, path: str) -> Iterator[Fact]:
    """What differs. An apply may end a drift, and never finds one: what it leaves is its own business."""
    if plan.empty:
        refused = bool(plan.refusals)  # somebody else's app: nothing was compared
        yield from () if refused else (Fact("drift", None, Gravity.WELL, "in sync again", f"{name} is back in sync"),)
    elif plan.command == "drift":
        where = ", ".join(_where(plan.changes))
        state, headline = _digest(plan.changes), f"drift in {name} ({where})"
        yield Fact("drift", state, Gravity.WARNING, "drifted", headline, tuple(_differences(plan, path)))


def _digest(changes: Iterable[Change]) -> str:
    """Equal for the same addresses in the same trouble, whatever the values are by now."""
    told = sorted(f"{change.address}\0{change.action.value}" for change in changes)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:_DIGITS]


def _where(changes: Iterable[Change]) -> Iterator[str]:
    known = [change.side for change in changes if change.action is not Action.UNKNOWN]
    for side in Side:
        if number := known.count(side):
            yield f"{count(number, 'change')} in {TITLES[side]}"
    if unknown := sum(change.action is Action.UNKNOWN for change in changes):
        yield f"{unknown} unknown"


def _differences(plan: Plan, path: str) -> Iterator[str]:
    yield prose(verdict(plan))
    for change in plan.changes[:_MOST_ADDRESSES]:
        origin = f": {ORIGINS[change.direction]}" if change.direction else ""
        yield f"- {code(change.address)}{origin}"
    if len(plan.changes) > _MOST_ADDRESSES:
        yield f"- and {len(plan.changes) - _MOST_ADDRESSES} more"
    heals = next_command(plan, Style())
    yield f"Next: {code(heals)}{KEEP}" if heals else f"Next: {code(command('drift', path))}"


def _certificate(fact: CertificateFact, name: str, path: str) -> Fact:
    about, whose = f"certificate of {fact.side.value}", TITLES[fact.side]
    if fact.expiry is None or fact.expiry is Expiry.GOOD:
        return Fact(about, None, Gravity.WELL, "well again", f"the certificate of {name} is good again")
    expired = fact.expiry is Expiry.EXPIRED
    ends = "has expired" if expired else f"expires in {count(fact.days_left or 0, 'day')}"
    when = f" ({fact.not_after:%Y-%m-%d})" if fact.not_after else ""
    return Fact(
        about,
        f"{fact.expiry.value} {fact.fingerprint[:23]}",
        Gravity.WARNING if fact.expiry is Expiry.WARN else Gravity.FAILURE,
        "with an expired certificate" if expired else "with an expiring certificate",
        f"the certificate of {name} {ends}",
        (
            f"{whose}: {code(fact.fingerprint)} {ends}{when}.",
            f"Next: {code(command('rotate-certificate', path, '--rehearse'))}",
        ),
    )


def _why(seen: Seen) -> tuple[str, ...]:
    """The first thing that went wrong, and what to do about it."""
    found = _trouble(seen.report)
    if found is None:
        return (f"Next: {code(command(seen.command, seen.path))}",)
    following = (f"Next: {prose(found.next_action)}",) if found.next_action else ()
    return (prose(found.summary), *following)


def _trouble(report: Plan | ApplyReport) -> Diagnostic | None:
    if isinstance(report, Failure):
        return report.diagnostics[0]
    if isinstance(report, Applied):
        return _failed_step(report.result)
    plan = report if isinstance(report, Plan) else report.plan
    if plan.errors:
        return plan.errors[0]
    for side in plan.sides:
        if side.error is not None:
            return Diagnostic("error", f"{TITLES[side.side]} could not be read: {side.error}")
    for refusal in plan.refusals:
        return Diagnostic("error", f"{refusal.guard}: {refusal.summary}", next_action=refusal.next_action)
    return None


def _failed_step(result: ApplyResult) -> Diagnostic | None:
    failed = [one.diagnostic for one in result.by_outcome(Outcome.FAILED) if one.diagnostic]
    return next(iter((*failed, *(found for found in result.findings if found.severity == "error"))), None)

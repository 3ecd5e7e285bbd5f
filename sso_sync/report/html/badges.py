"""In what state a connection or one of its sides is: a sign, a word and a tone, and which state is the worse."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sso_sync.apply.history import RunState
from sso_sync.plan.checks.model import Status, Verification
from sso_sync.plan.model import Action, Expiry, Plan, SideInfo
from sso_sync.report.interface import ApplyReport, Failure, PlanReport, VerifyReport
from sso_sync.report.summary import count, state

__all__ = [
    "Badge",
    "Tone",
    "badge",
    "certificate_badge",
    "check_badge",
    "plan_badge",
    "run_badge",
    "severity_badge",
    "side_badge",
    "worst_first",
]


class Tone(StrEnum):
    """What a colour says; the sign and the word say it as well."""

    BAD = "bad"
    WARN = "warn"
    OPEN = "open"
    GOOD = "good"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Badge:
    """A state, ready to draw. `rank` orders states, the worst first; `noun` says it of several in a sentence."""

    sign: str
    word: str
    tone: Tone
    rank: int = 9


FAILED = Badge("✗", "failed", Tone.BAD, 0)
ERRORS = Badge("✗", "with errors", Tone.BAD, 0)
UNREACHABLE = Badge("✗", "unreachable", Tone.BAD, 1)
REFUSED = Badge("✗", "refused", Tone.BAD, 2)
DRIFTED = Badge("≠", "drifted", Tone.WARN, 3)
CHANGES = Badge("≠", "with changes", Tone.WARN, 3)
UNKNOWN = Badge("?", "unknown", Tone.OPEN, 4)
IN_SYNC = Badge("✓", "in sync", Tone.GOOD, 5)
APPLY_REFUSED = Badge("✗", "apply would be refused", Tone.BAD, 2)

_RUNS = {
    RunState.DONE: Badge("✓", "done", Tone.GOOD, 4),
    RunState.PARTIAL: Badge("!", "partially applied", Tone.BAD, 0),
    RunState.FAILED: Badge("✗", "failed", Tone.BAD, 1),
    RunState.INTERRUPTED: Badge("!", "interrupted", Tone.WARN, 2),
    RunState.RUNNING: Badge("…", "running", Tone.OPEN, 3),
}
_CHECKS = {
    Status.PASS: Badge("✓", "passed", Tone.GOOD),
    Status.FAIL: Badge("✗", "failed", Tone.BAD),
    Status.NOT_MADE: Badge("?", "not made", Tone.OPEN),
}
_SEVERITIES = {
    "error": Badge("✗", "error", Tone.BAD),
    "warning": Badge("!", "warning", Tone.WARN),
    "info": Badge("i", "info", Tone.QUIET),
}
_EXPIRIES = {
    Expiry.GOOD: Badge("✓", "good", Tone.GOOD),
    Expiry.WARN: Badge("!", "ends soon", Tone.WARN),
    Expiry.FAIL: Badge("✗", "ends very soon", Tone.BAD),
    Expiry.EXPIRED: Badge("✗", "expired", Tone.BAD),
}
_OTHERS = {
    "applied": Badge("✓", "applied", Tone.GOOD, 5),
    "verified": Badge("✓", "verified", Tone.GOOD, 5),
    "not fully applied": Badge("✗", "not fully applied", Tone.BAD, 0),
    "with failed checks": Badge("✗", "with failed checks", Tone.BAD, 0),
    "not fully checked": Badge("?", "not fully checked", Tone.OPEN, 4),
}


def badge(report: PlanReport | ApplyReport | VerifyReport) -> Badge:
    """The state of one connection."""
    if isinstance(report, Failure):
        return FAILED
    if isinstance(report, Plan):
        return plan_badge(report)
    word = state(report)
    plain = _OTHERS.get(word)
    if plain is not None:
        return plain
    if isinstance(report, Verification) or word in ("cancelled", "not applied"):
        return Badge("\N{EN DASH}", word, Tone.QUIET, 4)
    return plan_badge(report.result.plan if hasattr(report, "result") else report.plan)


def plan_badge(plan: Plan) -> Badge:
    """The state of a connection as its plan shows it. What a guard says of a drift does not hide that it drifted."""
    if plan.errors:
        return ERRORS
    if plan.unread:
        return UNREACHABLE
    if plan.refusals and (plan.command == "plan" or plan.empty):
        return REFUSED
    return _compared(plan, (change.action for change in plan.changes))


def side_badge(plan: Plan, side: SideInfo) -> Badge:
    """The state of one side."""
    if side.error is not None:
        return UNREACHABLE
    actions = [change.action for change in plan.changes if change.side is side.side]
    found = _compared(plan, actions)
    number = sum(action is not Action.UNKNOWN for action in actions) or len(actions)
    word = f"{count(number, 'value')} unknown" if found is UNKNOWN else f"{count(number, 'value')} differ"
    if not actions:
        return found
    return Badge(found.sign, word + ("s" if found is not UNKNOWN and number == 1 else ""), found.tone, found.rank)


def _compared(plan: Plan, actions: Iterable[Action]) -> Badge:
    found = set(actions)
    if not found:
        return IN_SYNC
    if found == {Action.UNKNOWN}:
        return UNKNOWN
    return DRIFTED if plan.command == "drift" else CHANGES


def run_badge(run_state: RunState) -> Badge:
    """How a run ended."""
    return _RUNS[run_state]


def check_badge(status: Status) -> Badge:
    """What came of a check."""
    return _CHECKS[status]


def severity_badge(severity: str) -> Badge:
    """How grave a diagnostic is."""
    return _SEVERITIES[severity]


def certificate_badge(expiry: Expiry | None) -> Badge:
    """How near its end a certificate is."""
    return Badge("?", "end not known", Tone.OPEN) if expiry is None else _EXPIRIES[expiry]


def worst_first(badges: Iterable[Badge]) -> list[Badge]:
    """The states, each once, the worst first."""
    return sorted(dict.fromkeys(badges), key=lambda one: one.rank)

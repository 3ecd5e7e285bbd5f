"""Why a saved plan is not applied: every value that is not as the plan took it, then and now."""

from __future__ import annotations

from collections.abc import Sequence

from sso_sync.errors import Diagnostic
from sso_sync.plan.stale import Deviation, Seen
from sso_sync.report.rows import TITLES
from sso_sync.report.values import LATER, SENSITIVE, UNKNOWN, differences, show
from sso_sync.safe import visible

__all__ = ["stale"]

_ABSENT = "not there"


def stale(found: Sequence[Deviation], next_action: str) -> Diagnostic:
    """One error that names side, address, planned-from and now of each deviation."""
    lines = [_line(one) for one in found]
    if len(lines) == 1:
        return Diagnostic("error", f"The plan is stale: {lines[0]}", address=found[0].address, next_action=next_action)
    told = f"{len(lines)} values have" if lines else "something has"
    return Diagnostic(
        "error",
        f"The plan is stale: {told} changed since it was made",
        detail="\n".join(lines) or None,
        next_action=next_action,
    )


def _line(one: Deviation) -> str:
    if one.side is None:
        place = visible(one.address.removeprefix("spec."))
        return f"the spec takes {place} from the environment, and its value there is another one now {SENSITIVE}"
    return f"{TITLES[one.side]} {visible(one.address)}: {_transition(one)}"


def _transition(one: Deviation) -> str:
    then, now = one.then, one.now
    if then is None:
        return f"not in the plan, now {_word(now, one)}"
    if now is None:
        return f"planned from {_word(then, one)}, no longer managed"
    verb = "planned from" if one.what == "found" else "planned to become"
    turn = "now" if one.what == "found" else "would now become"
    if one.sensitive or then.kind != "value" or now.kind != "value":
        before, after = _word(then, one), _word(now, one)
        return f"{verb} {before}, {turn} {after if after != before else f'another one {after}'}"
    return "; ".join(
        f"{f'{part.key}: ' if part.key else ''}{verb} {part.before}, {turn} {part.after}"
        for part in differences(then.value, now.value)
    )


def _word(seen: Seen | None, one: Deviation) -> str:
    if seen is None or seen.kind == "absent":
        return _ABSENT
    if seen.kind == "later":
        return LATER
    if seen.kind == "unknown":
        return UNKNOWN
    return SENSITIVE if one.sensitive else show(seen.value)

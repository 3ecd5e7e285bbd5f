"""`max_removals`: how many people may lose effective access in one apply."""

from __future__ import annotations

from sso_sync.plan.guards.interface import FINE, Guard, Verdict, passed_with
from sso_sync.plan.guards.naming import count, names
from sso_sync.plan.model import Refusal
from sso_sync.plan.outcome import Outcome

__all__ = ["GUARD"]

_NAME = "max_removals"


def _judge(outcome: Outcome) -> Verdict:
    """Refused when at least `people` people lose access *and* they are more than `percent` % of those who have it.

    A person counts who can open the app today and could not afterwards, through whatever role. So `percent: 100` never
    refuses, and `percent: 0, people: 1` refuses every loss. Taking the app down counts like any other plan.
    """
    limit, access = outcome.connection.spec.guards.max_removals, outcome.access
    lost, today = len(access.lose), access.today
    if not lost or lost < limit.people or lost * 100 <= limit.percent * today:
        return FINE
    summary = f"{count(lost, 'person loses', 'people lose')} access, of {today} who have it today"
    detail = (
        f"They are {names(access.lose, outcome.hidden)}. Refused from {limit.people} on, when they are more than "
        f"{limit.percent} % of those who have access."
    )
    remedy = "Check the roles and people in the spec; raise the limits, "
    if not outcome.app:
        remedy = "The app goes, and everybody's access with it: check that this is meant; raise the limits, "
    return Verdict(
        (
            Refusal(
                guard=_NAME,
                summary=summary,
                detail=detail,
                setting="guards.max_removals.percent and guards.max_removals.people",
                next_action=remedy + passed_with(_NAME),
                address="onelogin.access",
                numbers={"lost": lost, "today": today, "percent": limit.percent, "people": limit.people},
            ),
        )
    )


GUARD = Guard(_NAME, _judge)

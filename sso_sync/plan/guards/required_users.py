"""`required_users`: people who can get in after every apply, whatever else it does."""

from __future__ import annotations

from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.guards.interface import FINE, Guard, Verdict, passed_with
from sso_sync.plan.guards.naming import count, names
from sso_sync.plan.model import Refusal
from sso_sync.plan.outcome import Outcome

__all__ = ["GUARD"]

_NAME = "required_users"


def _judge(outcome: Outcome) -> Verdict:
    """The result counts: somebody who has no access today and is given none is missing too.

    Not judged while OneLogin's roles were not read. Access granted by hand in the console counts as far as it is known.
    """
    required = outcome.connection.spec.guards.required_users
    if not required or not isinstance(outcome.idp, LiveIdp) or not outcome.access.complete:
        return FINE
    able = {person.key for person in outcome.access.after}
    if outcome.app:
        able |= {person.key for person in outcome.idp.direct_grants or ()}
    missing = [email for email in dict.fromkeys(required) if email.strip().lower() not in able]
    if not missing:
        return FINE
    lost = set(outcome.access.lose)
    losing = sum(email.strip().lower() in lost for email in missing)
    return Verdict(
        (
            Refusal(
                guard=_NAME,
                summary=f"{count(len(missing), 'required person', 'required people')} would have no access: "
                f"{names(missing, outcome.hidden)}",
                detail=_detail(len(missing), losing, seen=outcome.idp.direct_grants is not None),
                setting="guards.required_users",
                next_action=f"Give them access in onelogin.access, take them off the list, {passed_with(_NAME)}",
                address="onelogin.access",
                numbers={"required": len(required), "missing": len(missing), "losing": losing},
            ),
        )
    )


def _detail(missing: int, losing: int, *, seen: bool) -> str:
    said = f"{losing} of them would lose the access they have today; {missing - losing} have none."
    return said if seen else said + " Access granted by hand in the console was not looked at."


GUARD = Guard(_NAME, _judge)

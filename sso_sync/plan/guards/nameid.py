"""`nameid`: OneLogin names people by their e-mail, by which JustCall knows them."""

from __future__ import annotations

from sso_sync.plan.guards.interface import FINE, Guard, Verdict, refuse
from sso_sync.plan.outcome import Outcome

__all__ = ["GUARD"]

_NAME = "nameid"
_EMAIL = "email"


def _judge(outcome: Outcome) -> Verdict:
    nameid = outcome.configured("nameid_format")
    if not nameid.text or nameid.text == _EMAIL:
        return FINE
    return refuse(
        _NAME,
        "The app's NameID format would not be e-mail",
        at=nameid,
        detail=f"It would be {nameid.spoken}; JustCall recognises people by their e-mail address.",
        setting="onelogin.app.configuration.nameid_format",
        remedy="Write `nameid_format: email`",
    )


GUARD = Guard(_NAME, _judge)

"""`ownership`: somebody else's app is neither changed nor deleted."""

from __future__ import annotations

from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.guards.interface import FINE, Guard, Verdict
from sso_sync.plan.masking import spoken
from sso_sync.plan.model import Refusal
from sso_sync.plan.outcome import Outcome

__all__ = ["GUARD"]

_NAME = "ownership"


def _judge(outcome: Outcome) -> Verdict:
    connection, idp = outcome.connection, outcome.idp
    if not isinstance(idp, LiveIdp) or idp.app is None or idp.owner == connection.name:
        return FINE
    here = f"The app {spoken(connection, idp.app.name, ('onelogin', 'app', 'name'))} (id {idp.app.id})"
    if idp.owner is not None:
        return Verdict((_foreign(here, idp.owner),))
    return Verdict((_unmarked(here),)) if connection.spec.state == "absent" else FINE


def _foreign(here: str, owner: str) -> Refusal:
    return Refusal(
        guard=_NAME,
        summary=f"{here} is managed by the connection {owner!r}",
        detail="Its notes carry that connection's ownership mark. Two writers would undo each other's work.",
        setting="onelogin.app.name or onelogin.app.id",
        next_action=f"Name another app, or take this one over from {owner!r} with --override ownership.",
        address="onelogin.app",
    )


def _unmarked(here: str) -> Refusal:
    return Refusal(
        guard=_NAME,
        summary=f"{here} is not marked as ours, so it is not deleted",
        detail="Only apps that carry this connection's ownership mark in their notes are deleted.",
        setting="state",
        next_action="Delete it in the console, or say that it is yours with --override ownership.",
        address="onelogin.app",
    )


GUARD = Guard(_NAME, _judge, identity=True)

"""`default_role`: nobody becomes the account owner by signing in."""

from __future__ import annotations

from sso_sync.justcall.settings import SettingField
from sso_sync.plan.guards.interface import FINE, Guard, Verdict, refuse
from sso_sync.plan.outcome import Outcome

__all__ = ["GUARD"]

_NAME = "default_role"
_OWNER = frozenset({"owner", "account owner"})  # one person only, for good (fact sheet justcall §3)


def _judge(outcome: Outcome) -> Verdict:
    role = outcome.setting(SettingField.DEFAULT_ROLE)
    if " ".join((role.text or "").lower().split()) not in _OWNER:
        return FINE
    return refuse(
        _NAME,
        "JustCall's default role would be the account owner's",
        at=role,
        detail="Everybody who signs in for the first time would be made owner.",
        setting="justcall.sso.default_role",
        remedy="Write `default_role: Team Member`",
    )


GUARD = Guard(_NAME, _judge)

"""What happens when OneLogin runs the account's mappings (§6: "mappings run").

Only what decides about access is imitated: members who were put in through a role's body get the role's apps, and
enabled mappings add people to roles by group or by another role.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from pydantic import JsonValue

from sso_sync.sandbox.onelogin.account import Account
from sso_sync.sandbox.onelogin.records import Membership, Role, Rule, User
from sso_sync.sandbox.wire import number_in

__all__ = ["MAPPINGS", "run_mappings"]

MAPPINGS = 0
"""The app id under which the account's mappings stand among the rules."""

_ADDS_ROLE = frozenset({"add_role", "set_role"})


def run_mappings(account: Account, user_ids: Collection[int] | None = None) -> None:
    """Runs the mappings for these users, or for everybody."""
    chosen = [user for user in account.users if user_ids is None or user.id in user_ids]
    _open_doors(account, {user.id for user in chosen})
    for mapping in account.rules:
        if mapping.app_id == MAPPINGS and mapping.enabled:
            _apply(account, mapping, chosen)


def _open_doors(account: Account, user_ids: Collection[int]) -> None:
    for role in account.roles:
        members = tuple(replace(m, grants=True) if m.user_id in user_ids else m for m in role.members)
        if members != role.members:
            account.roles.put(role.id, replace(role, members=members))


def _apply(account: Account, mapping: Rule, users: Collection[User]) -> None:
    for user in users:
        met = [_holds(account, condition, user) for condition in mapping.conditions]
        if not (any(met) if mapping.match == "any" else all(met)):
            continue
        for action in mapping.actions:
            if action.get("action") in _ADDS_ROLE:
                _add(account, user, action.get("value"))


def _holds(account: Account, condition: dict[str, JsonValue], user: User) -> bool:
    value = str(condition.get("value"))
    if condition.get("source") == "group":
        found = str(user.group_id) == value
    elif condition.get("source") == "has_role":
        found = value in {str(role.id) for role in account.roles if user.id in role.user_ids}
    else:
        return False
    return found if condition.get("operator") in ("=", "ri") else not found


def _add(account: Account, user: User, role_ids: JsonValue) -> None:
    for value in role_ids if isinstance(role_ids, list) else []:
        role: Role | None = account.roles.get(number_in(str(value)) or 0)
        if role is not None and user.id not in role.user_ids:
            by_mapping = Membership(user.id, added_by=None, added_at=account.now())
            account.roles.put(role.id, replace(role, members=(*role.members, by_mapping)))

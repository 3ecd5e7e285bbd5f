"""Effective access: who can really use an app, and by which way (fact sheet §6, §7, §13).

A role that is attached to the app opens it to its members, except to those who were put in through the role's body and
have not met the mappings yet. Grants made by hand in the console come on top. Groups grant nothing.
"""

from __future__ import annotations

from sso_sync.sandbox.onelogin.account import Account
from sso_sync.sandbox.onelogin.records import App

__all__ = ["effective_access"]


def effective_access(account: Account, app: App) -> dict[int, tuple[str, ...]]:
    """User id → the ways in: role names in the order of role ids, then "direct"."""
    ways: dict[int, tuple[str, ...]] = {}
    for role_id in sorted(app.role_ids):
        role = account.roles[role_id]
        for member in role.members:
            if member.grants:
                ways[member.user_id] = (*ways.get(member.user_id, ()), role.name)
    for user_id in app.direct_user_ids:
        ways[user_id] = (*ways.get(user_id, ()), "direct")
    return dict(sorted(ways.items()))

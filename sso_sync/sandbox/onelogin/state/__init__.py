"""The direct handle on the sandbox's OneLogin: what an administrator does in the console, and what only tests may see.

Every method is one transaction and is saved like a request's changes. People, apps and roles are named as a person
would name them; LookupError says that there is no such thing, or more than one; ValueError that OneLogin would refuse.
"""

from __future__ import annotations

from pydantic import JsonValue

from sso_sync.sandbox.onelogin.app_view import full_app
from sso_sync.sandbox.onelogin.rules import ordered_rules, rule_row
from sso_sync.sandbox.onelogin.state.apps import AppsState
from sso_sync.sandbox.onelogin.state.base import direct
from sso_sync.sandbox.onelogin.state.people import PeopleState
from sso_sync.sandbox.onelogin.state.security import SecurityState

__all__ = ["OneLoginState"]

_BOOKKEEPING = frozenset({"created_at", "updated_at"})


class OneLoginState(AppsState, PeopleState, SecurityState):
    """The OneLogin account of a running sandbox."""

    @direct
    def snapshot(self) -> dict[str, JsonValue]:
        """Everything that a run may change or must leave alone, as JSON, without timestamps: equal snapshots mean that
        nothing changed. Apps stand under their id, roles and groups under their name.
        """
        account = self._account
        apps: dict[str, JsonValue] = {}
        for app in account.apps:
            shown = {key: value for key, value in full_app(account, app).items() if key not in _BOOKKEEPING}
            roles: list[JsonValue] = [*sorted(app.role_ids)]
            rules: list[JsonValue] = [rule_row(rule) for rule in ordered_rules(account, app.id)]
            direct_grants: list[JsonValue] = [self._name(number) for number in sorted(app.direct_user_ids)]
            apps[str(app.id)] = {**shown, "role_ids": roles, "rules": rules, "direct_grants": direct_grants}
        roles_shown: dict[str, JsonValue] = {
            role.name: {
                "id": role.id,
                "members": [self._name(member.user_id) for member in role.members if member.grants],
                "members_without_apps": [self._name(member.user_id) for member in role.members if not member.grants],
                "admins": [self._name(number) for number in role.admins],
            }
            for role in account.roles
        }
        groups: dict[str, JsonValue] = {
            group.name: [self._name(user.id) for user in account.users if user.group_id == group.id]
            for group in account.groups
        }
        people: dict[str, JsonValue] = {self._name(user.id): user.status for user in account.users}
        return {"apps": apps, "roles": roles_shown, "groups": groups, "people": people}

"""People, groups, roles and who may use what, as an administrator changes them in the console."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pydantic import JsonValue

from sso_sync.sandbox.access import effective_access
from sso_sync.sandbox.onelogin.mappings import MAPPINGS, run_mappings
from sso_sync.sandbox.onelogin.records import App, Group, MfaDevice, Role, Rule, User
from sso_sync.sandbox.onelogin.roles import new_role, remove_role, set_members
from sso_sync.sandbox.onelogin.rule_body import checked_rule
from sso_sync.sandbox.onelogin.rules import place_rule
from sso_sync.sandbox.onelogin.state.base import AppRef, StateBase, direct
from sso_sync.sandbox.tables import replaced

__all__ = ["PeopleState"]


class PeopleState(StateBase):
    """Everything about people. A person is named by e-mail (any case), by user name if there is no e-mail, or by id."""

    @direct
    def users(self) -> list[User]:
        return list(self._account.users)

    @direct
    def user(self, user: int | str) -> User:
        return self._user(user)

    @direct
    def add_user(
        self, /, email: str | None, firstname: str | None = None, lastname: str | None = None, **fields: Any
    ) -> User:
        """A new person; `fields` are those of the User record. The user name is the e-mail unless given."""
        moment = self._account.now()
        number = self._account.next_id("user")
        base = {"username": email, "created_at": moment, "updated_at": moment}
        user = User(**{"id": number, "firstname": firstname, "lastname": lastname, "email": email, **base, **fields})
        return self._account.users.put(number, user)

    @direct
    def edit_user(self, /, user: int | str, **fields: Any) -> User:
        """Changes fields of the User record: `status=2` suspends."""
        found = self._user(user)
        return self._account.users.put(found.id, replaced(found, fields))

    @direct
    def delete_user(self, user: int | str) -> None:
        """Deletes a person, who leaves every role and loses every grant."""
        number = self._user(user).id
        for role in list(self._account.roles):
            members = tuple(member for member in role.members if member.user_id != number)
            admins = tuple(admin for admin in role.admins if admin != number)
            self._account.roles.put(role.id, replace(role, members=members, admins=admins))
        for app in list(self._account.apps):
            kept = tuple(granted for granted in app.direct_user_ids if granted != number)
            self._account.apps.put(app.id, replace(app, direct_user_ids=kept))
        for device in list(self._account.devices):
            if device.user_id == number:
                self._account.devices.remove(device.id)
        self._account.users.remove(number)

    @direct
    def enroll_mfa(
        self, user: int | str, device_type: str = "Google Authenticator", *, otp: str = "123456", polls: int = 2
    ) -> MfaDevice:
        """Gives a person a second factor, which the assertion API asks for from then on; the pages do not.

        A device of a type with "Protect" or "Push" in its name also takes a push: it says "pending" `polls` times, then
        that its owner agreed.
        """
        number = self._account.next_id("device")
        push = any(word in device_type.lower() for word in ("protect", "push"))
        made = MfaDevice(number, self._user(user).id, device_type, otp, push=push, polls=polls)
        return self._account.devices.put(number, made)

    @direct
    def groups(self) -> list[Group]:
        return list(self._account.groups)

    @direct
    def add_group(self, name: str, members: Iterable[int | str] = ()) -> Group:
        """A new group; its members leave the group they were in."""
        number = self._account.next_id("group")
        group = self._account.groups.put(number, Group(number, name))
        for member in members:
            self.move_to_group(member, number)
        return group

    @direct
    def delete_group(self, group: int | str) -> None:
        """Deletes a group; its members are in none then."""
        number = self._group(group).id
        for user in list(self._account.users):
            if user.group_id == number:
                self._account.users.put(user.id, replace(user, group_id=None))
        self._account.groups.remove(number)

    @direct
    def move_to_group(self, user: int | str, group: int | str | None) -> User:
        """Puts a person into a group, or into none."""
        found = self._user(user)
        number = self._group(group).id if group is not None else None
        return self._account.users.put(found.id, replace(found, group_id=number))

    @direct
    def roles(self) -> list[Role]:
        return list(self._account.roles)

    @direct
    def role(self, role: int | str) -> Role:
        return self._role(role)

    @direct
    def add_role(self, name: str, members: Iterable[int | str] = ()) -> Role:
        """A new role with these members, who have its apps at once."""
        role = new_role(self._account, name)
        return self.set_members(role.id, members)

    @direct
    def rename_role(self, role: int | str, name: str) -> Role:
        found = self._role(role)
        return self._account.roles.put(found.id, replace(found, name=name))

    @direct
    def delete_role(self, role: int | str) -> None:
        remove_role(self._account, self._role(role))

    @direct
    def members(self, role: int | str) -> tuple[str, ...]:
        """The members' names, as `effective_access` gives them, in the order of their ids."""
        return tuple(self._name(number) for number in sorted(self._role(role).user_ids))

    @direct
    def set_members(self, role: int | str, members: Iterable[int | str]) -> Role:
        """Makes these people the role's members."""
        ids = [self._user(member).id for member in members]
        return set_members(self._account, self._role(role), ids, grants=True)

    @direct
    def add_members(self, role: int | str, members: Iterable[int | str]) -> Role:
        ids = [self._user(member).id for member in members]
        found = self._role(role)
        return set_members(self._account, found, [*found.user_ids, *ids], grants=True)

    @direct
    def remove_members(self, role: int | str, members: Iterable[int | str]) -> Role:
        ids = {self._user(member).id for member in members}
        found = self._role(role)
        return set_members(
            self._account, found, [number for number in found.user_ids if number not in ids], grants=True
        )

    @direct
    def attach_role(self, app: AppRef, role: int | str) -> App:
        """Opens the app to the role."""
        found, number = self._app(app), self._role(role).id
        ids = tuple(dict.fromkeys((*found.role_ids, number)))
        return self._account.apps.put(found.id, replace(found, role_ids=ids))

    @direct
    def detach_role(self, app: AppRef, role: int | str) -> App:
        """Closes the app to the role."""
        found, number = self._app(app), self._role(role).id
        ids = tuple(other for other in found.role_ids if other != number)
        return self._account.apps.put(found.id, replace(found, role_ids=ids))

    @direct
    def grant_directly(self, app: AppRef, user: int | str) -> App:
        """Grants the app to one person, as only the console can."""
        found, number = self._app(app), self._user(user).id
        ids = tuple(dict.fromkeys((*found.direct_user_ids, number)))
        return self._account.apps.put(found.id, replace(found, direct_user_ids=ids))

    @direct
    def revoke_directly(self, app: AppRef, user: int | str) -> App:
        """Takes a grant made by hand back."""
        found, number = self._app(app), self._user(user).id
        ids = tuple(other for other in found.direct_user_ids if other != number)
        return self._account.apps.put(found.id, replace(found, direct_user_ids=ids))

    @direct
    def effective_access(self, app: AppRef) -> dict[str, tuple[str, ...]]:
        """Who can use the app: lower-case e-mail, or `#<id>` without one → the ways (role names, then "direct")."""
        access = effective_access(self._account, self._app(app))
        return {self._name(number): ways for number, ways in access.items()}

    @direct
    def add_mapping(self, /, name: str, **fields: JsonValue) -> int:
        """A new mapping (conditions `group`, `has_role`; action `add_role`); it works when mappings run. Its id."""
        blank = Rule(0, MAPPINGS, name, "all", enabled=True, position=None, conditions=[], actions=[])
        rule = checked_rule(self._account, None, blank, fields, complete=False)
        number = self._account.next_id("rule")
        place_rule(self._account, replace(rule, id=number))
        return number

    @direct
    def run_mappings(self) -> None:
        """What the console's "Reapply all mappings" does."""
        run_mappings(self._account)

    @direct
    def set_admins(self, role: int | str, admins: Iterable[int | str]) -> Role:
        found = self._role(role)
        ids = tuple(self._user(admin).id for admin in admins)
        return self._account.roles.put(found.id, replace(found, admins=ids))

    def _name(self, number: int) -> str:
        email = self._account.users[number].email
        return email.lower() if email else f"#{number}"

"""The roles endpoints (§6): terse answers, a service of its own with errors of its own."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace

from pydantic import JsonValue

from sso_sync.sandbox.onelogin.account import Account, as_id
from sso_sync.sandbox.onelogin.apps import json_object, save_app
from sso_sync.sandbox.onelogin.errors import not_found, roles_error
from sso_sync.sandbox.onelogin.paging import Row, matches_name, page
from sso_sync.sandbox.onelogin.records import Membership, Role
from sso_sync.sandbox.wire import Answer, Call, number_in

__all__ = [
    "CONSOLE_ADMIN",
    "app_ids",
    "create_role",
    "delete_role",
    "get_role",
    "known_ids",
    "list_roles",
    "new_role",
    "remove_role",
    "role_of",
    "set_apps",
    "set_members",
    "update_role",
]

CONSOLE_ADMIN = 90210000
"""Who "added by" names when a person or an API credential did it."""

_LIST_KEY = "roles"


def list_roles(account: Account, call: Call) -> Answer:
    """`GET /api/2/roles`; `fields=apps,users,admins` adds those arrays. SWAG and the SDK say `role_name` for `name`."""
    query = call.query
    wanted = query.get("name", query.get("role_name"))
    extra = {name.strip() for name in query.get("fields", "").split(",")}
    shown = account.lag.seen(_LIST_KEY, None)
    known = {role.id for role in account.roles} if not isinstance(shown, list) else set(shown)
    opened = _role_ids_by_app(account, query.get("app_id"), query.get("app_name"))
    rows = [
        {name: value for name, value in _full_role(account, role).items() if name in {"id", "name"} | extra}
        for role in account.roles
        if role.id in known and matches_name(account, wanted, role.name) and (opened is None or role.id in opened)
    ]
    return page(account, call, rows, most=650, columns=False)


def get_role(account: Account, call: Call) -> Answer:
    """`GET /api/2/roles/{role_id}`"""
    role = role_of(account, call)
    if account.variants.role_detail == "full":
        return Answer(200, _full_role(account, role))
    return Answer(200, {"id": role.id, "name": role.name})


def create_role(account: Account, call: Call) -> Answer:
    """`POST /api/2/roles`. Members given here get no apps until mappings run (quirk 14)."""
    body = json_object(call)
    role = new_role(account, _name(account, body.get("name"), None))
    _apply_arrays(account, role, body)
    reply: Row = {"id": role.id}
    return Answer(201, [reply] if account.variants.role_create_body == "array" else reply)


def update_role(account: Account, call: Call) -> Answer:
    """`PUT /api/2/roles/{role_id}`: documented for `name` only; arrays replace what is there."""
    role = role_of(account, call)
    body = json_object(call)
    if "id" in body:
        raise roles_error(400, "Field is not allowed: id")
    if "name" in body:
        role = account.roles.put(role.id, replace(role, name=_name(account, body["name"], role.id)))
    _apply_arrays(account, role, body)
    return Answer(200, {"id": role.id})


def delete_role(account: Account, call: Call) -> Answer:
    """`DELETE /api/2/roles/{role_id}`"""
    remove_role(account, role_of(account, call))
    return Answer(204)


def role_of(account: Account, call: Call) -> Role:
    """The role that the path names, or 404."""
    role = account.roles.get(number_in(call.params["role_id"]) or 0)
    if role is None:
        raise not_found()
    return role


def new_role(account: Account, name: str) -> Role:
    """Adds an empty role; the list of roles may lag behind."""
    account.lag.remember(_LIST_KEY, [role.id for role in account.roles], account.variants.stale_role_reads)
    number = account.next_id("role")
    return account.roles.put(number, Role(number, name))


def remove_role(account: Account, role: Role) -> None:
    """Deletes a role; apps and people lose it."""
    for app in list(account.apps):
        if role.id in app.role_ids:
            kept = tuple(number for number in app.role_ids if number != role.id)
            account.apps.put(app.id, replace(app, role_ids=kept, updated_at=account.now()))
    account.roles.remove(role.id)


def set_members(account: Account, role: Role, user_ids: list[int], *, grants: bool) -> Role:
    """Makes these users the role's members; who was one already stays as they were."""
    before = {member.user_id: member for member in role.members}
    members = tuple(
        before.get(user_id) or Membership(user_id, CONSOLE_ADMIN, account.now(), grants)
        for user_id in dict.fromkeys(user_ids)
    )
    return account.roles.put(role.id, replace(role, members=members))


def set_apps(account: Account, role_id: int, app_ids: list[int]) -> None:
    """Makes exactly these apps open to the role."""
    for app in list(account.apps):
        has, wants = role_id in app.role_ids, app.id in app_ids
        if has and not wants:
            kept = tuple(number for number in app.role_ids if number != role_id)
            save_app(account, replace(app, role_ids=kept, updated_at=account.now()))
        elif wants and not has:
            save_app(account, replace(app, role_ids=(*app.role_ids, role_id), updated_at=account.now()))


def app_ids(account: Account, role_id: int) -> list[int]:
    """The apps that the role opens."""
    return [app.id for app in account.apps if role_id in app.role_ids]


def known_ids(sent: JsonValue, known: Container[int], *, missing: int) -> list[int]:
    """A raw array of ids as sent; shape D otherwise, with `missing` as the status for an id nobody has."""
    if not isinstance(sent, list):
        raise roles_error(400, "Expected array in request")
    ids: list[int] = []
    for value in sent:
        number = as_id(value)
        if number is None:
            raise roles_error(400, "Expected array of integers in request")
        if number not in known:
            raise roles_error(missing, f"id {number} could not be found")
        ids.append(number)
    return ids


def _apply_arrays(account: Account, role: Role, body: Mapping[str, JsonValue]) -> None:
    for name in ("users", "admins", "apps"):
        if body.get(name) == [] and account.variants.role_put_arrays == "refuse_empty":
            raise roles_error(400, f"{name} must not be empty")
    if body.get("users") is not None:
        role = set_members(account, role, known_ids(body["users"], account.users, missing=422), grants=False)
    if body.get("admins") is not None:
        admins = known_ids(body["admins"], account.users, missing=422)
        account.roles.put(role.id, replace(role, admins=tuple(dict.fromkeys(admins))))
    if body.get("apps") is not None:
        set_apps(account, role.id, known_ids(body["apps"], account.apps, missing=422))


def _name(account: Account, value: JsonValue, own_id: int | None) -> str:
    if not isinstance(value, str) or not value.strip():
        raise roles_error(422, "Name can't be blank")
    taken = any(role.name == value and role.id != own_id for role in account.roles)
    if taken and account.variants.role_names_unique:
        raise roles_error(422, "Name has already been taken")
    return value


def _full_role(account: Account, role: Role) -> Row:
    return {
        "id": role.id,
        "name": role.name,
        "apps": [*app_ids(account, role.id)],
        "users": [*role.user_ids],
        "admins": [*role.admins],
    }


def _role_ids_by_app(account: Account, app_id: str | None, app_name: str | None) -> set[int] | None:
    """The roles of the apps that a filter names; None without a filter."""
    if app_id is None and app_name is None:
        return None
    return {
        role_id
        for app in account.apps
        if app_id in (None, str(app.id)) and matches_name(account, app_name, app.name)
        for role_id in app.role_ids
    }

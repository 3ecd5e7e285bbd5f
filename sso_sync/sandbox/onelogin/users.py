"""The users endpoints (§7). Users are read; of writes only the changes that touch groups, roles and names exist."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pydantic import JsonValue

from sso_sync.sandbox.access import effective_access
from sso_sync.sandbox.onelogin.account import Account, as_id
from sso_sync.sandbox.onelogin.app_view import icon_url
from sso_sync.sandbox.onelogin.apps import json_object
from sso_sync.sandbox.onelogin.errors import bad_request, not_found, unprocessable
from sso_sync.sandbox.onelogin.mappings import run_mappings
from sso_sync.sandbox.onelogin.paging import Row, matches, page
from sso_sync.sandbox.onelogin.records import App, User
from sso_sync.sandbox.onelogin.roles import set_members
from sso_sync.sandbox.tables import replaced
from sso_sync.sandbox.wire import Answer, Call, number_in

__all__ = ["get_user", "list_users", "update_user", "user_apps"]

_MOST = 50
_TEXT_FILTERS = ("firstname", "lastname", "username", "samaccountname", "external_id")
_NUMBER_FILTERS = ("directory_id", "group_id")
_TIME_FILTERS = ("created", "updated", "last_login")
_WRITABLE = ("firstname", "lastname", "email", "username", "title", "department", "company", "phone", "external_id")


def list_users(account: Account, call: Call) -> Answer:
    """`GET /api/2/users`"""
    allowed = _allowed_ids(account, call)
    users = [user for user in account.users if user.id in allowed and _matches(account, call, user)]
    return page(account, call, [_row(account, user) for user in users], most=_MOST)


def get_user(account: Account, call: Call) -> Answer:
    """`GET /api/2/users/{user_id}`"""
    return Answer(200, _full(account, _user(account, call)))


def update_user(account: Account, call: Call) -> Answer:
    """`PUT /api/2/users/{user_id}`: `role_ids` replaces all roles; mappings run unless `mappings=disabled`."""
    user = _user(account, call)
    body = json_object(call)
    for name in _WRITABLE:
        if name in body:
            value = body[name]
            if value is not None and not isinstance(value, str):
                raise unprocessable(f"Validation failed: {name} must be a string")
            user = replaced(user, {name: value})
    if "group_id" in body:
        user = replace(user, group_id=_group_id(account, body["group_id"]))
    account.users.put(user.id, replace(user, updated_at=account.now()))
    if "role_ids" in body:
        _set_roles(account, user, body["role_ids"])
    if call.query.get("mappings") != "disabled":
        run_mappings(account, {user.id})
    return Answer(200, _full(account, account.users[user.id]))


def user_apps(account: Account, call: Call) -> Answer:
    """`GET /api/2/users/{user_id}/apps`; invisible apps only with `ignore_visibility=true`."""
    user = _user(account, call)
    invisible_too = call.query.get("ignore_visibility") == "true"
    apps = [app for app in account.apps if user.id in effective_access(account, app) and (app.visible or invisible_too)]
    return Answer(200, [_app_row(account, app) for app in apps])


def _user(account: Account, call: Call) -> User:
    user = account.users.get(number_in(call.params["user_id"]) or 0)
    if user is None:
        raise not_found()
    return user


def _allowed_ids(account: Account, call: Call) -> set[int]:
    """The users that the filters by id, role and app leave over."""
    allowed = {user.id for user in account.users}
    if "user_ids" in call.query:
        allowed &= {number_in(part.strip()) or 0 for part in call.query["user_ids"].split(",")}
    if "role_id" in call.query:
        role = account.roles.get(_number(call, "role_id"))
        allowed &= set(role.user_ids) if role is not None else set()
    if "app_id" in call.query:
        app = account.apps.get(_number(call, "app_id"))
        allowed &= set(effective_access(account, app)) if app is not None else set()
    return allowed


def _matches(account: Account, call: Call, user: User) -> bool:
    query = call.query
    strict = account.variants.email_filter_case_sensitive
    if not matches(query.get("email"), user.email, case_sensitive=strict):
        return False
    if not all(matches(query.get(name), getattr(user, name)) for name in _TEXT_FILTERS):
        return False
    if not all(query.get(name) in (None, str(getattr(user, name))) for name in _NUMBER_FILTERS):
        return False
    return _custom_attributes_match(call, user) and _times_match(call, user)


def _custom_attributes_match(call: Call, user: User) -> bool:
    prefix = "custom_attributes."
    wanted = {name.removeprefix(prefix): value for name, value in call.query.items() if name.startswith(prefix)}
    return all(matches(value, user.custom_attributes.get(name)) for name, value in wanted.items())


def _times_match(call: Call, user: User) -> bool:
    moments = {"created": user.created_at, "updated": user.updated_at, "last_login": user.last_login}
    for name in _TIME_FILTERS:
        moment = moments[name]
        since, until = _moment(call, f"{name}_since"), _moment(call, f"{name}_until")
        if since is not None and (moment is None or moment < since):
            return False
        if until is not None and (moment is None or moment > until):
            return False
    return True


def _moment(call: Call, name: str) -> datetime | None:
    text = call.query.get(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise bad_request(f"{name} must be an ISO8601 timestamp") from None
    return moment if moment.tzinfo is not None else moment.astimezone()


def _number(call: Call, name: str) -> int:
    number = number_in(call.query[name])
    if number is None:
        raise bad_request(f"{name} must be a number")
    return number


def _group_id(account: Account, value: JsonValue) -> int | None:
    number = as_id(value)
    if value is not None and (number is None or number not in account.groups):
        raise unprocessable("Validation failed: Group ID is invalid")
    return number


def _set_roles(account: Account, user: User, sent: JsonValue) -> None:
    wanted = {as_id(value) for value in sent} if isinstance(sent, list) else {None}
    if not all(number is not None and number in account.roles for number in wanted):
        raise unprocessable("Validation failed: role_ids is invalid")
    for role in list(account.roles):
        has = user.id in role.user_ids
        if has and role.id not in wanted:
            set_members(account, role, [number for number in role.user_ids if number != user.id], grants=True)
        elif not has and role.id in wanted:
            set_members(account, role, [*role.user_ids, user.id], grants=True)


def _row(account: Account, user: User) -> Row:
    return {
        "id": user.id,
        "username": user.username,
        "email": user.email,
        "firstname": user.firstname,
        "lastname": user.lastname,
        "status": user.status,
        "state": user.state,
        "group_id": user.group_id,
        "directory_id": user.directory_id,
        "external_id": user.external_id,
        "title": user.title,
        "department": user.department,
        "company": user.company,
        "phone": user.phone,
        "member_of": user.member_of,
        "samaccountname": user.samaccountname,
        "distinguished_name": user.distinguished_name,
        "userprincipalname": user.userprincipalname,
        "manager_user_id": user.manager_user_id,
        "created_at": account.stamp(user.created_at),
        "updated_at": account.stamp(user.updated_at),
        "last_login": account.stamp(user.last_login),
    }


def _full(account: Account, user: User) -> Row:
    roles: list[JsonValue] = [role.id for role in account.roles if user.id in role.user_ids]
    return {**_row(account, user), "role_ids": roles, "custom_attributes": user.custom_attributes}


def _app_row(account: Account, app: App) -> Row:
    return {
        "id": app.id,
        "icon_url": icon_url(account.connectors[app.connector_id]),
        "extension": False,
        "login_id": app.id,
        "name": app.name,
        "provisioning_status": "disabled",
        "provisioning_state": "disabled",
        "provisioning_enabled": False,
    }

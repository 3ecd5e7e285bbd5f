"""A role's sub-lists: apps, users and admins, as raw arrays (§6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from pydantic import JsonValue

from sso_sync.sandbox.onelogin.account import Account
from sso_sync.sandbox.onelogin.app_view import icon_url
from sso_sync.sandbox.onelogin.errors import rails_400
from sso_sync.sandbox.onelogin.paging import Row, matches, page
from sso_sync.sandbox.onelogin.records import Membership, Role, User
from sso_sync.sandbox.onelogin.roles import CONSOLE_ADMIN, app_ids, known_ids, role_of, set_apps, set_members
from sso_sync.sandbox.wire import Answer, BadJson, Call

__all__ = [
    "add_admins",
    "add_users",
    "list_admins",
    "list_apps",
    "list_users",
    "put_apps",
    "remove_admins",
    "remove_users",
]

_MOST = 100
_ADMIN_NAME = "Sandbox Administrator"
Kind = Literal["apps", "users", "admins"]


def list_apps(account: Account, call: Call) -> Answer:
    """`GET /api/2/roles/{role_id}/apps`; `assigned=false` lists the other apps instead."""
    role = role_of(account, call)
    return _seen(account, call, role, "apps")


def put_apps(account: Account, call: Call) -> Answer:
    """`PUT /api/2/roles/{role_id}/apps`: the complete list of the role's apps."""
    role = role_of(account, call)
    ids = known_ids(_sent(call), account.apps, missing=404)
    _remember(account, role, "apps")
    set_apps(account, role.id, ids)
    return Answer(200, [{"id": number} for number in ids])


def list_users(account: Account, call: Call) -> Answer:
    """`GET /api/2/roles/{role_id}/users`; `include_unassigned=true` lists everybody."""
    return _seen(account, call, role_of(account, call), "users")


def add_users(account: Account, call: Call) -> Answer:
    """`POST /api/2/roles/{role_id}/users`: adds, and grants the role's apps at once (quirk 14)."""
    role = role_of(account, call)
    ids = known_ids(_sent(call), account.users, missing=422)
    _remember(account, role, "users")
    members = tuple(replace(member, grants=member.grants or member.user_id in ids) for member in role.members)
    set_members(account, replace(role, members=members), [*role.user_ids, *ids], grants=True)
    return Answer(200, [{"id": number} for number in ids])


def remove_users(account: Account, call: Call) -> Answer:
    """`DELETE /api/2/roles/{role_id}/users` with an array as body; who is no member is passed over."""
    role = role_of(account, call)
    ids = known_ids(_sent(call), account.users, missing=422)
    _remember(account, role, "users")
    set_members(account, role, [number for number in role.user_ids if number not in ids], grants=True)
    return Answer(204)


def list_admins(account: Account, call: Call) -> Answer:
    """`GET /api/2/roles/{role_id}/admins`"""
    return _seen(account, call, role_of(account, call), "admins")


def add_admins(account: Account, call: Call) -> Answer:
    """`POST /api/2/roles/{role_id}/admins`"""
    role = role_of(account, call)
    ids = known_ids(_sent(call), account.users, missing=422)
    _remember(account, role, "admins")
    account.roles.put(role.id, replace(role, admins=tuple(dict.fromkeys((*role.admins, *ids)))))
    return Answer(200, [{"id": number} for number in ids])


def remove_admins(account: Account, call: Call) -> Answer:
    """`DELETE /api/2/roles/{role_id}/admins` with an array as body."""
    role = role_of(account, call)
    ids = known_ids(_sent(call), account.users, missing=422)
    _remember(account, role, "admins")
    account.roles.put(role.id, replace(role, admins=tuple(number for number in role.admins if number not in ids)))
    return Answer(204)


def _sent(call: Call) -> JsonValue:
    try:
        return call.json()
    except BadJson:
        raise rails_400() from None


def _remember(account: Account, role: Role, kind: Kind) -> None:
    reads = account.variants.stale_role_reads
    if reads:
        account.lag.remember(_key(role, kind), [*_ids(account, role, kind)], reads)


def _seen(account: Account, call: Call, role: Role, kind: Kind) -> Answer:
    """One page of a sub-list. A walk over several pages counts as several reads."""
    shown = account.lag.seen(_key(role, kind), None)
    ids = shown if isinstance(shown, list) else _ids(account, role, kind)
    if kind == "apps":
        rows = _app_rows(account, call, {number for number in ids if isinstance(number, int)})
    else:
        rows = _people_rows(account, call, role, [number for number in ids if isinstance(number, int)])
    return page(account, call, rows, most=_MOST)


def _ids(account: Account, role: Role, kind: Kind) -> list[int]:
    if kind == "apps":
        return app_ids(account, role.id)
    return [*(role.user_ids if kind == "users" else role.admins)]


def _app_rows(account: Account, call: Call, ids: set[int]) -> list[Row]:
    assigned = call.query.get("assigned") != "false"
    return [
        {"id": app.id, "name": app.name, "icon_url": icon_url(account.connectors[app.connector_id])}
        for app in account.apps
        if (app.id in ids) == assigned
    ]


def _people_rows(account: Account, call: Call, role: Role, ids: list[int]) -> list[Row]:
    """`name` filters on first name, last name, username and e-mail together."""
    everybody = call.query.get("include_unassigned") == "true"
    wanted = call.query.get("name")
    memberships = {member.user_id: member for member in role.members}
    rows: list[Row] = []
    for user in account.users:
        if user.id not in ids and not everybody:
            continue
        names = (user.firstname, user.lastname, user.username, user.email)
        if wanted is None or any(matches(f"*{wanted}*", name, case_sensitive=False) for name in names):
            rows.append(_person_row(account, user, memberships.get(user.id), assigned=user.id in ids))
    return rows


def _person_row(account: Account, user: User, membership: Membership | None, *, assigned: bool) -> Row:
    """`added_by` is null for a member whom a mapping put in (§6, unsure)."""
    by = membership.added_by if membership is not None else CONSOLE_ADMIN
    row: Row = {
        "id": user.id,
        "name": " ".join(part for part in (user.firstname, user.lastname) if part),
        "username": user.username,
        "email": user.email,
        "added_by": {"id": by, "name": _ADMIN_NAME} if assigned and by is not None else None,
        "added_at": account.stamp(membership.added_at) if membership is not None else None,
        "assigned": assigned,
    }
    return row


def _key(role: Role, kind: Kind) -> str:
    return f"role {role.id} {kind}"

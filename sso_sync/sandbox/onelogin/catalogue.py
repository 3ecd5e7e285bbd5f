"""Connectors, groups, policies and brands: small lists that a reconciler only reads (§4, §7, §10)."""

from __future__ import annotations

from pydantic import JsonValue

from sso_sync.sandbox.onelogin.account import Account
from sso_sync.sandbox.onelogin.app_view import icon_url
from sso_sync.sandbox.onelogin.auth import v1_ok
from sso_sync.sandbox.onelogin.errors import not_found, shape_b, unprocessable
from sso_sync.sandbox.onelogin.paging import Row, matches_name, page
from sso_sync.sandbox.onelogin.records import Brand, Group, Policy
from sso_sync.sandbox.wire import Answer, Call, number_in

__all__ = [
    "brand_apps",
    "get_brand",
    "get_group",
    "get_group_v1",
    "get_policy",
    "list_brands",
    "list_connectors",
    "list_groups",
    "list_groups_v1",
    "list_policies",
]

_AUTH_METHODS = frozenset({"0", "1", "2", "3", "4", "6", "7", "8", "9"})


def list_connectors(account: Account, call: Call) -> Answer:
    """`GET /api/2/connectors`"""
    method = call.query.get("auth_method")
    if method is not None and method not in _AUTH_METHODS:
        raise unprocessable('invalid value in "auth_method"')
    rows: list[Row] = [
        {
            "id": connector.id,
            "name": connector.name,
            "auth_method": connector.auth_method,
            "allows_new_parameters": connector.allows_new_parameters,
            "icon_url": icon_url(connector),
        }
        for connector in account.connectors
        if matches_name(account, call.query.get("name"), connector.name)
        and method in (None, str(connector.auth_method))
    ]
    return page(account, call, rows, most=1000)


def list_groups(account: Account, call: Call) -> Answer:
    """`GET /api/2/groups`"""
    rows = [_group(group) for group in account.groups]
    return page(account, call, rows, most=1000, usual=100)


def get_group(account: Account, call: Call) -> Answer:
    """`GET /api/2/groups/{group_id}`"""
    group = account.groups.get(_id(call, "group_id"))
    if group is None:
        raise not_found()
    return Answer(200, _group(group))


def list_groups_v1(account: Account, call: Call) -> Answer:
    """`GET /api/1/groups`: the v1 envelope, at most 50 per page."""
    limit, after = number_in(call.query.get("limit", "50")), number_in(call.query.get("after_cursor") or "0")
    if limit is None or not 1 <= limit <= 50:
        raise shape_b(400, "limit must be between 1 and 50", "bad request")
    if after is None:
        raise shape_b(400, "after_cursor is invalid", "bad request")
    groups = [group for group in account.groups if group.id > after]
    more = len(groups) > limit
    cursor = str(groups[limit - 1].id) if more else None
    link = (
        f"https://{account.subdomain}.onelogin.com/api/1/groups?limit={limit}&after_cursor={cursor}" if more else None
    )
    pages: JsonValue = {"before_cursor": None, "after_cursor": cursor, "previous_link": None, "next_link": link}
    return Answer(200, {**v1_ok([_group_v1(group) for group in groups[:limit]]), "pagination": pages})


def get_group_v1(account: Account, call: Call) -> Answer:
    """`GET /api/1/groups/{group_id}`: a data array of one."""
    group = account.groups.get(_id(call, "group_id"))
    if group is None:
        raise shape_b(404, "Group not found", "Not Found")
    return Answer(200, v1_ok([_group_v1(group)]))


def list_policies(account: Account, call: Call) -> Answer:
    """`GET /api/2/policies`"""
    kind = call.query.get("kind")
    rows = [_policy(policy) for policy in account.policies if kind in (None, policy.kind)]
    return page(account, call, rows, most=1000, usual=100)


def get_policy(account: Account, call: Call) -> Answer:
    """`GET /api/2/policies/{policy_id}`"""
    policy = account.policies.get(_id(call, "policy_id"))
    if policy is None:
        raise not_found()
    return Answer(200, _policy(policy))


def list_brands(account: Account, call: Call) -> Answer:
    """`GET /api/2/branding/brands`"""
    return page(account, call, [_brand(brand) for brand in account.brands], most=1000, usual=100)


def get_brand(account: Account, call: Call) -> Answer:
    """`GET /api/2/branding/brands/{brand_id}`"""
    return Answer(200, _brand(_brand_of(account, call)))


def brand_apps(account: Account, call: Call) -> Answer:
    """`GET /api/2/branding/brands/{brand_id}/apps`"""
    brand = _brand_of(account, call)
    rows: list[Row] = [
        {
            "id": app.id,
            "name": app.name,
            "connector_id": app.connector_id,
            "auth_method": account.connectors[app.connector_id].auth_method,
        }
        for app in account.apps
        if app.brand_id == brand.id
    ]
    return page(account, call, rows, most=1000, usual=100)


def _id(call: Call, name: str) -> int:
    return number_in(call.params[name]) or 0


def _brand_of(account: Account, call: Call) -> Brand:
    brand = account.brands.get(_id(call, "brand_id"))
    if brand is None:
        raise not_found()
    return brand


def _group(group: Group) -> Row:
    """`reference` is accepted by the API and never stored (quirk 31)."""
    return {"id": group.id, "name": group.name, "reference": None, "policy_id": group.policy_id}


def _group_v1(group: Group) -> Row:
    return {"id": group.id, "name": group.name, "reference": None}


def _policy(policy: Policy) -> Row:
    return {"id": policy.id, "name": policy.name, "kind": policy.kind, "default": policy.default}


def _brand(brand: Brand) -> Row:
    return {"id": brand.id, "name": brand.name, "enabled": brand.enabled}

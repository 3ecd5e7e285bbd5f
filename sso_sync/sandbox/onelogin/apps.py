"""The apps endpoints (§5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pydantic import JsonValue

from sso_sync.sandbox.access import effective_access
from sso_sync.sandbox.onelogin.account import Account
from sso_sync.sandbox.onelogin.app_body import changed_app, new_app
from sso_sync.sandbox.onelogin.app_view import app_row, full_app
from sso_sync.sandbox.onelogin.errors import bad_request, not_found, rails_400, shape_a
from sso_sync.sandbox.onelogin.paging import Row, matches_name, page
from sso_sync.sandbox.onelogin.parameters import without_parameter
from sso_sync.sandbox.onelogin.records import App
from sso_sync.sandbox.wire import NO_BODY, Answer, BadJson, Call, Refusal, number_in

__all__ = [
    "app_of",
    "app_users",
    "create_app",
    "delete_app",
    "delete_parameter",
    "get_app",
    "json_object",
    "list_apps",
    "remove_app",
    "save_app",
    "update_app",
]


def list_apps(account: Account, call: Call) -> Answer:
    """`GET /api/2/apps`"""
    query = call.query
    rows = [
        app_row(account, app)
        for app in account.apps
        if matches_name(account, query.get("name"), app.name)
        and query.get("connector_id") in (None, str(app.connector_id))
        and query.get("auth_method") in (None, str(account.connectors[app.connector_id].auth_method))
    ]
    return page(account, call, rows, most=1000)


def get_app(account: Account, call: Call) -> Answer:
    """`GET /api/2/apps/{app_id}`"""
    app = app_of(account, call)
    if account.lag.seen(_unborn(app.id), None) is not None:
        raise not_found()
    truth = full_app(account, app)
    if account.variants.empty_configuration_reads > 0:
        account.variants.empty_configuration_reads -= 1
        truth["configuration"] = {}
    return Answer(200, account.lag.seen(_key(app.id), truth))


def create_app(account: Account, call: Call) -> Answer:
    """`POST /api/2/apps`"""
    body = json_object(call)
    try:
        app = new_app(account, body)
    except Refusal as refusal:
        raise _in_create_shape(account, refusal) from None
    account.apps.put(app.id, app)
    account.lag.remember(_unborn(app.id), "not yet", account.variants.app_404_after_create)
    full: Row = full_app(account, app) if account.variants.create_answer == "full" else {"id": app.id}
    return Answer(account.variants.create_status, full)


def update_app(account: Account, call: Call) -> Answer:
    """`PUT /api/2/apps/{app_id}`"""
    app = app_of(account, call)
    changed = save_app(account, changed_app(account, app, json_object(call)))
    return Answer(200, full_app(account, changed))


def delete_app(account: Account, call: Call) -> Answer:
    """`DELETE /api/2/apps/{app_id}`"""
    remove_app(account, app_of(account, call))
    return Answer(204)


def delete_parameter(account: Account, call: Call) -> Answer:
    """`DELETE /api/2/apps/{app_id}/parameters/{parameter_id}`"""
    app = app_of(account, call)
    kept = without_parameter(app, call.params["parameter_id"])
    save_app(account, replace(app, parameters=kept, updated_at=account.now()))
    return Answer(204, NO_BODY)


def app_users(account: Account, call: Call) -> Answer:
    """`GET /api/2/apps/{app_id}/users`: effective access, without a word on where it comes from (§7)."""
    refused = account.variants.app_users_status
    if refused is not None:
        raise shape_a(refused, "This feature is not enabled for your account")
    app = app_of(account, call)
    users = [account.users[user_id] for user_id in effective_access(account, app)]
    rows: list[Row] = [
        {
            "id": user.id,
            "firstname": user.firstname,
            "lastname": user.lastname,
            "username": user.username,
            "email": user.email,
        }
        for user in users
    ]
    return page(account, call, rows, most=1000, usual=100)


def app_of(account: Account, call: Call) -> App:
    """The app that the path names, or 404."""
    app = account.apps.get(number_in(call.params["app_id"]) or 0)
    if app is None:
        raise not_found()
    return app


def save_app(account: Account, changed: App) -> App:
    """Puts a changed app in place; reads may lag behind."""
    reads = account.variants.stale_app_reads
    if reads:
        account.lag.remember(_key(changed.id), full_app(account, account.apps[changed.id]), reads)
    return account.apps.put(changed.id, changed)


def remove_app(account: Account, app: App) -> None:
    """Deletes an app with its rules."""
    for rule in list(account.rules):
        if rule.app_id == app.id:
            account.rules.remove(rule.id)
    account.apps.remove(app.id)


def json_object(call: Call) -> Mapping[str, JsonValue]:
    """The body as an object; HTML 400 for no JSON, 400 for another shape."""
    try:
        body = call.json()
    except BadJson:
        raise rails_400() from None
    if not isinstance(body, dict):
        raise bad_request("Expected object in request")
    return body


def _in_create_shape(account: Account, refusal: Refusal) -> Refusal:
    """The refusal in the shape that is switched on for creation (§5.6)."""
    body = refusal.answer.body
    if account.variants.create_error_shape == "A" or not isinstance(body, dict):
        return refusal
    old = {"code": body["statusCode"], "error": True, "message": body["message"], "type": body["name"]}
    return Refusal(Answer(refusal.answer.status, old))


def _key(app_id: int) -> str:
    return f"app {app_id}"


def _unborn(app_id: int) -> str:
    return f"unborn app {app_id}"

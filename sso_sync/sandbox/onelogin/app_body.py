"""What the body of a POST or PUT makes of an app (§5.3): merge at the top level, and everything checked first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pydantic import JsonValue

from sso_sync.sandbox.onelogin.account import Account, as_id
from sso_sync.sandbox.onelogin.configuration import changed_configuration, fresh_configuration
from sso_sync.sandbox.onelogin.errors import unprocessable
from sso_sync.sandbox.onelogin.parameters import changed_parameters, fresh_parameters
from sso_sync.sandbox.onelogin.records import App, Connector

__all__ = ["changed_app", "new_app"]

Body = Mapping[str, JsonValue]


def new_app(account: Account, body: Body) -> App:
    """The app that a POST makes; 422 without a name or with an unknown connector. Not saved yet."""
    connector = _connector(account, body.get("connector_id"))
    name = _name(body.get("name"))
    number = account.next_id("app")
    moment = account.now()
    bare = App(
        id=number,
        name=name,
        connector_id=connector.id,
        uuid=account.fresh_uuid("apps", number),
        created_at=moment,
        updated_at=moment,
        configuration=fresh_configuration(account, connector),
        parameters=fresh_parameters(account, connector),
    )
    return changed_app(account, bare, body)


def changed_app(account: Account, app: App, body: Body) -> App:
    """The app after a PUT, not saved. What is read-only or unknown at the top level is ignored; a new connector too."""
    if body.get("connector_id") is not None:
        _connector(account, body["connector_id"])
    connector = account.connectors[app.connector_id]
    return replace(
        app,
        name=_name(body["name"]) if "name" in body else app.name,
        description=_text(body, "description", app.description),
        notes=_text(body, "notes", app.notes),
        visible=_flag(body, "visible", now=app.visible),
        allow_assumed_signin=_flag(body, "allow_assumed_signin", now=app.allow_assumed_signin),
        policy_id=_policy_id(account, body, app.policy_id),
        brand_id=_brand_id(account, body, app.brand_id),
        tab_id=_number(body, "tab_id", app.tab_id),
        role_ids=_role_ids(account, body["role_ids"]) if "role_ids" in body else app.role_ids,
        configuration=changed_configuration(account, connector, app.configuration, body.get("configuration")),
        parameters=changed_parameters(account, connector, app.parameters, body.get("parameters")),
        updated_at=account.now(),
    )


def _connector(account: Account, number: JsonValue) -> Connector:
    connector = account.connectors.get(as_id(number) or 0)
    if connector is None:
        raise unprocessable("Validation failed: Connector ID is invalid")
    return connector


def _name(value: JsonValue) -> str:
    if not isinstance(value, str) or not value.strip():
        raise unprocessable("Validation failed: Name can't be blank")
    return value


def _text(body: Body, key: str, now: str | None) -> str | None:
    value = body.get(key, now)
    if value is not None and not isinstance(value, str):
        raise unprocessable(f"Validation failed: {key.capitalize()} must be a string")
    return value


def _flag(body: Body, key: str, *, now: bool) -> bool:
    value = body.get(key, now)
    if not isinstance(value, bool):
        raise unprocessable(f"Validation failed: {key} must be a boolean")
    return value


def _number(body: Body, key: str, now: int | None) -> int | None:
    value = body.get(key, now)
    if value is None or as_id(value) is not None:
        return as_id(value)
    raise unprocessable(f"Validation failed: {key} must be a number")


def _policy_id(account: Account, body: Body, now: int | None) -> int | None:
    """Null unassigns; 0, an unknown id and a policy for users are all "not found"."""
    number = _number(body, "policy_id", now)
    if number is None or "policy_id" not in body:
        return number
    policy = account.policies.get(number)
    if policy is None or policy.kind != "app":
        raise unprocessable(f"The associated Policy with ID {number} could not be found")
    return number


def _brand_id(account: Account, body: Body, now: int | None) -> int | None:
    number = _number(body, "brand_id", now)
    if number is not None and "brand_id" in body and number not in account.brands:
        raise unprocessable(f"The associated AccountBrand with ID {number} could not be found")
    return number


def _role_ids(account: Account, sent: JsonValue) -> tuple[int, ...]:
    """The whole list of roles: replaces what was there. Ids given twice count once."""
    if not isinstance(sent, list):
        raise unprocessable("Validation failed: role_ids must be an array")
    ids: list[int] = []
    for value in sent:
        number = as_id(value)
        if number is None or number not in account.roles:
            if account.variants.unknown_role_ids == "dropped":
                continue
            raise unprocessable(f"The associated Role with ID {value} could not be found")
        if number not in ids:
            ids.append(number)
    return tuple(ids)

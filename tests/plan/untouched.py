"""What a spec leaves alone, read from the spec as a person would read DESIGN §1, and not from the planner."""

from __future__ import annotations

import copy
from typing import Any

from sso_sync.justcall.settings import SettingField
from sso_sync.spec.model import UNMANAGED, Parameter, Spec
from tests.plan.world import World

__all__ = ["unmanaged"]

_WIRE = {
    "audience": "audience",
    "acs_url": "consumer_url",
    "acs_url_validator": "validator",
    "recipient": "recipient",
    "relay_state": "relaystate",
    "nameid_format": "saml_nameid_format_id",
    "signature_algorithm": "signature_algorithm",
    "signature_element": "saml_sign_element",
    "encrypt_assertion": "encrypt_assertion",
    "not_before_minutes": "saml_notbefore",
    "session_minutes": "saml_sessionnotonorafter",
    "initiator": "saml_initiater_id",
    "login_url": "login",
}
_GUIDE = {"audience", "acs_url", "acs_url_validator", "recipient", "nameid_format"}
_FIELDS = {
    "value": {"user_attribute_mappings"},
    # The macro is only used when the mapping says so.
    "macro": {"user_attribute_macros", "user_attribute_mappings"},
    "include_in_assertion": {"include_in_saml_assertion"},
    "skip_if_blank": {"skip_if_blank"},
    "transformation": {"attributes_transformations"},
    "default_values": {"default_values"},
    # A parameter of another label is a new one, with an id of its own.
    "label": {"label", "id"},
}


def unmanaged(spec: Spec, world: World, before: World) -> dict[str, Any]:
    """Everything in `world` that `spec` does not speak of and that was there `before` an apply."""
    left: dict[str, Any] = {
        "people": (world.users, world.groups, world.direct),
        "members": {
            name: sorted(world.members[role_id])
            for role_id, name in world.roles.items()
            if name not in _filled_roles(spec)
        },
        "settings": {key: value for key, value in world.settings.items() if key not in _settings(spec)},
    }
    if spec.state == "absent":
        owned = _owned(spec)
        left["members"].pop(owned, None)
        return left
    app = copy.deepcopy(world.app)
    if app is None or before.app is None:
        return left
    left["notes"] = [line for line in (app.pop("notes") or "").splitlines() if "managed by sso-sync" not in line]
    roles = app.pop("role_ids")
    left["attached"] = sorted(
        world.roles[role_id] for role_id in roles if world.roles[role_id] in _left_roles(spec, world)
    )
    left["configuration"] = {
        key: value for key, value in app.pop("configuration").items() if key not in _configuration(spec)
    }
    kept = {name: held for name, held in app.pop("parameters").items() if name in before.app["parameters"]}
    left["parameters"] = _parameters(spec, kept)
    if spec.onelogin.app.rules is None and "rules" not in spec.onelogin.app.model_fields_set:
        left["rules"] = world.rules
    left["app"] = {key: value for key, value in app.items() if key not in _attributes(spec)}
    return left


def _says(model: Any, key: str) -> bool:
    return key in model.model_fields_set and getattr(model, key) is not UNMANAGED


def _owned(spec: Spec) -> str:
    return spec.onelogin.access.direct_role or f"{spec.onelogin.app.name} - direct access"


def _filled_roles(spec: Spec) -> set[str]:
    access = spec.onelogin.access
    filled = {role.name for role in access.roles or () if not isinstance(role, str) and _says(role, "members")}
    new = {role.name for role in access.roles or () if not isinstance(role, str) and role.create}
    return filled | new | ({_owned(spec)} if _says(access, "users") or _says(access, "groups") else set())


def _left_roles(spec: Spec, world: World) -> set[str]:
    """Roles whose place on the app's list is nobody's business."""
    access = spec.onelogin.access
    everybody = set(world.roles.values())
    owned = {_owned(spec)}
    ours = owned if _says(access, "users") or _says(access, "groups") else set()
    if not _says(access, "roles"):
        return everybody - ours
    named = {role if isinstance(role, str) else role.name for role in access.roles or ()}
    return everybody - named - ours if access.mode == "additive" else (owned - named - ours)


def _attributes(spec: Spec) -> set[str]:
    app = spec.onelogin.app
    wire = {"description": "description", "policy": "policy_id", "brand": "brand_id", "tab": "tab_id"}
    named = {wire[key] for key in wire if _says(app, key)}
    return {"name"} | named | (set() if app.visible is UNMANAGED else {"visible"})


def _configuration(spec: Spec) -> set[str]:
    wanted = spec.onelogin.app.configuration
    keys = {
        wire
        for key, wire in _WIRE.items()
        if _says(wanted, key) or (key in _GUIDE and getattr(wanted, key) is not UNMANAGED)
    }
    certificate = spec.onelogin.app.certificate
    return keys | set(wanted.raw) | (set() if certificate is None or certificate is UNMANAGED else {"certificate_id"})


def _parameters(spec: Spec, held: dict[str, Any]) -> dict[str, Any]:
    app = spec.onelogin.app
    wishes: dict[str, Any] = {"nameid": "email", "email": "email", "firstName": "firstname", "lastName": "lastname"}
    wishes |= app.parameters
    if "nameid" in wishes:
        wishes["saml_username"] = wishes.pop("nameid")
    left = {}
    for name, fields in held.items():
        wish = wishes.get(name, UNMANAGED)
        if name not in wishes and app.parameters_mode == "authoritative":
            continue
        if wish is None and name != "saml_username":
            continue
        managed = _managed_fields(name, wish)
        # A parameter that is made again under a new label has all fields, those that held nothing included.
        left[name] = {key: value for key, value in fields.items() if key not in managed and value not in (None, False)}
    return left


def _managed_fields(name: str, wish: Any) -> set[str]:
    if wish is UNMANAGED:
        return set()
    included = set() if name == "saml_username" else {"include_in_saml_assertion"}
    if not isinstance(wish, Parameter):
        return included | {"user_attribute_mappings"}
    named = {field for key, fields in _FIELDS.items() if _says(wish, key) for field in fields}
    guide = {"user_attribute_mappings"} if name in ("email", "firstName", "lastName") else set()
    return included | named | guide


def _settings(spec: Spec) -> set[SettingField]:
    if spec.state == "absent":
        return {SettingField.ENABLED}
    sso = spec.justcall.sso
    fed = {key for key in ("sso_url", "issuer", "certificate") if getattr(sso, key) is not UNMANAGED}
    named = {key for key in ("enabled", "default_role") if _says(sso, key)}
    protocol = {"protocol"} if sso.enabled is True and _says(sso, "enabled") else set()
    return {SettingField(key) for key in fed | named | protocol}

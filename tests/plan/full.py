"""A spec that manages one of everything, and the world that is exactly as it says."""

from __future__ import annotations

import copy
from typing import Any

from sso_sync.justcall.settings import SettingField
from sso_sync.spec.connection import Connection
from tests.plan.build import ACS, connection, pem
from tests.plan.world import World, in_sync

__all__ = ["RULES", "full_connection", "full_world", "the_app"]

RULES: list[dict[str, Any]] = [
    {
        "name": "staff",
        "match": "any",
        "conditions": [{"source": "last_login", "operator": ">", "value": "90"}],
        "actions": [{"action": "set_nameidvalue", "value": ["email"], "expression": ".*"}],
    },
    {"name": "off", "enabled": False, "actions": [{"action": "set_role", "value": ["12"]}]},
    {"name": "last", "actions": [{"action": "set_groups", "value": []}]},
]

_APP: dict[str, Any] = {
    "description": "Phones & more",
    "policy": 71,
    "brand": "Acme",
    "tab": 5,
    "configuration": {
        "relay_state": "relay",
        "signature_algorithm": "SHA-384",
        "signature_element": "both",
        "encrypt_assertion": True,
        "not_before_minutes": 4,
        "not_on_or_after_minutes": 5,
        "session_minutes": 60,
        "initiator": "service_provider",
        "login_url": "https://app.justcall.example/login",
        "logout_url": None,
        "raw": {"saml_issuer_type": 0, "new_key": "x"},
    },
    "parameters": {
        "email": {
            "value": "email",
            "skip_if_blank": True,
            "label": "E-mail & co",
            "transformation": None,
            "default_values": ["a"],
        },
        "lastName": {"macro": "{lastname}"},
    },
    "parameters_mode": "authoritative",
    "rules": RULES,
    "certificate": {"id": 101},
}
_ACCESS: dict[str, Any] = {
    "roles": [{"name": "JustCall Users", "members": ["Ann@acme.example", "bob@acme.example"]}],
    "users": ["cid@acme.example"],
}


def full_connection(digest: str = "digest") -> Connection:
    sso = {"enabled": True, "default_role": "Team Member"}
    return connection(app=_APP, access=_ACCESS, sso=sso, digest=digest)


def the_app(world: World) -> dict[str, Any]:
    """The app's record, to be changed in place."""
    assert world.app is not None
    return world.app


def full_world() -> World:
    """What `full_connection` wants, as OneLogin might answer it."""
    world = in_sync()
    app = the_app(world)
    app |= {"description": "Phones & more", "policy_id": 71, "brand_id": 81, "tab_id": 5, "role_ids": [11, 14]}
    app["configuration"] |= {
        "relaystate": "relay",
        "signature_algorithm": "SHA-384",
        "saml_sign_element": "2",
        "encrypt_assertion": "1",
        "saml_notbefore": "4",
        "saml_notonorafter": "5",
        "saml_sessionnotonorafter": "60",
        "saml_initiater_id": "1",
        "login": "https://app.justcall.example/login",
        "logout_url": "",
        "new_key": "x",
        "recipient": ACS,
        "certificate_id": 101,
    }
    app["parameters"]["email"] |= {"skip_if_blank": True, "label": "E-mail & co", "default_values": ["a"]}
    app["parameters"]["lastName"] |= {"user_attribute_mappings": "_macro_", "user_attribute_macros": "{lastname}"}
    world.rules = [
        {"id": 700 + number, "enabled": True, "match": "all", "conditions": [], **rule}
        for number, rule in enumerate(copy.deepcopy(RULES))
    ]
    world.roles[14], world.members[14] = "JustCall - direct access", [3]
    world.settings |= {SettingField.CERTIFICATE: pem("two"), SettingField.DEFAULT_ROLE: "Team Member"}
    return world

"""Every endpoint that this tool calls: name → (method, path template). Fact sheet §0.

Nothing else builds a OneLogin path, so that this table can be compared with the operations of the vendor's own SDK.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["ENDPOINTS", "HARMLESS"]

ENDPOINTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "token": ("POST", "/auth/oauth2/v2/token"),
        "list_apps": ("GET", "/api/2/apps"),
        "get_app": ("GET", "/api/2/apps/{app_id}"),
        "create_app": ("POST", "/api/2/apps"),
        "update_app": ("PUT", "/api/2/apps/{app_id}"),
        "delete_app": ("DELETE", "/api/2/apps/{app_id}"),
        "delete_parameter": ("DELETE", "/api/2/apps/{app_id}/parameters/{parameter_id}"),
        "list_app_users": ("GET", "/api/2/apps/{app_id}/users"),
        "list_rules": ("GET", "/api/2/apps/{app_id}/rules"),
        "create_rule": ("POST", "/api/2/apps/{app_id}/rules"),
        "update_rule": ("PUT", "/api/2/apps/{app_id}/rules/{rule_id}"),
        "delete_rule": ("DELETE", "/api/2/apps/{app_id}/rules/{rule_id}"),
        "sort_rules": ("PUT", "/api/2/apps/{app_id}/rules/sort"),
        "list_roles": ("GET", "/api/2/roles"),
        "create_role": ("POST", "/api/2/roles"),
        "delete_role": ("DELETE", "/api/2/roles/{role_id}"),
        "list_role_apps": ("GET", "/api/2/roles/{role_id}/apps"),
        "list_role_users": ("GET", "/api/2/roles/{role_id}/users"),
        "add_role_users": ("POST", "/api/2/roles/{role_id}/users"),
        "remove_role_users": ("DELETE", "/api/2/roles/{role_id}/users"),
        "list_users": ("GET", "/api/2/users"),
        "list_groups": ("GET", "/api/2/groups"),
        "list_groups_v1": ("GET", "/api/1/groups"),
        "list_connectors": ("GET", "/api/2/connectors"),
        "list_policies": ("GET", "/api/2/policies"),
        "list_brands": ("GET", "/api/2/branding/brands"),
        "saml_assertion": ("POST", "/api/2/saml_assertion"),
        "verify_factor": ("POST", "/api/2/saml_assertion/verify_factor"),
    }
)

HARMLESS = frozenset({"saml_assertion", "verify_factor"})
"""The endpoints that are called with POST and change nothing: a read-only run may call them. §15: they sign a person in
for one assertion."""

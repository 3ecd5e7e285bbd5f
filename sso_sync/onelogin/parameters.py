"""Whether an app's parameters still hold what they held before some of their fields were written."""

from __future__ import annotations

from collections.abc import Mapping

from sso_sync.onelogin.models import App
from sso_sync.values import Json

__all__ = ["lost_fields"]

# What may be written to an existing parameter; id is OneLogin's, label can only be set at creation (§5.5).
_WRITABLE = frozenset(
    {
        "attributes_transformations",
        "default_values",
        "include_in_saml_assertion",
        "provisioned_entitlements",
        "safe_entitlements_enabled",
        "skip_if_blank",
        "user_attribute_macros",
        "user_attribute_mappings",
        "values",
    }
)


def lost_fields(
    app: App, changes: Mapping[str, Mapping[str, Json]], before: Mapping[str, Mapping[str, Json]]
) -> dict[str, dict[str, Json]]:
    """By parameter name, the fields of `before` that were not to change but are no longer what they were."""
    lost = {
        name: _lost(app.parameters.get(name, {}), changed, before.get(name, {})) for name, changed in changes.items()
    }
    return {name: fields for name, fields in lost.items() if fields}


def _lost(now: Mapping[str, Json], changed: Mapping[str, Json], before: Mapping[str, Json]) -> dict[str, Json]:
    return {
        field: value
        for field, value in before.items()
        if field in _WRITABLE and field not in changed and now.get(field) != value
    }

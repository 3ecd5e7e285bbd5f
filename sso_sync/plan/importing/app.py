"""The app's own attributes and its Configuration tab, as wishes: the guide's values, and what goes beyond."""

from __future__ import annotations

from sso_sync.onelogin.models import App
from sso_sync.onelogin.vocabulary import CONFIGURATION, Kind, decode, wire_text
from sso_sync.plan.importing.document import Env
from sso_sync.plan.importing.secrets import hidden
from sso_sync.plan.importing.trial import Wish
from sso_sync.spec.connection import SpecPath
from sso_sync.spec.model import Configuration

__all__ = ["beyond_the_guide", "by_the_guide", "unnamed_keys"]

_APP: SpecPath = ("onelogin", "app")
_PATH: SpecPath = (*_APP, "configuration")
# The validator comes last: its recipes are made from the ACS URL, wherever that comes from.
_GUIDE = ("audience", "acs_url", "recipient", "nameid_format", "acs_url_validator")
_ISSUER_TYPE = "saml_issuer_type"  # Specific or Generic (fact sheet onelogin-api §5.4)
_SPECIFIC = "0"


def by_the_guide(app: App, connection: str) -> list[Wish]:
    """What the guide prescribes and the app may have otherwise."""
    wishes = [Wish((*_APP, "visible"), (bool(app.visible),), "onelogin.app.visible")]
    for key in _GUIDE:
        value = decode(key, app.configuration.get(CONFIGURATION[key].wire))
        values = ("guide", value) if key == "acs_url_validator" else (value,)
        path = (*_PATH, key)
        shown = tuple(hidden(one, path, connection) for one in values)
        about = None if any(isinstance(one, Env) for one in shown) else f"it is {value!r}"
        wishes.append(Wish(path, shown, f"onelogin.app.configuration.{key}", about))
    return wishes


def beyond_the_guide(app: App, connection: str) -> list[Wish]:
    """What is unmanaged until it is named, as far as it is not as OneLogin makes it; the login URL before its user."""
    wishes = []
    attributes = {"description": app.description, "policy": app.policy_id, "brand": app.brand_id, "tab": app.tab_id}
    for key, held in attributes.items():
        if held not in (None, ""):
            wishes.append(Wish((*_APP, key), (hidden(held, (*_APP, key), connection),)))
    keys = sorted((key for key in CONFIGURATION if key not in _GUIDE), key="initiator".__eq__)
    for key in keys:
        path, value = (*_PATH, key), decode(key, app.configuration.get(CONFIGURATION[key].wire))
        if value not in (None, "") and not _is_default(key, value):
            wishes.append(Wish(path, (hidden(value, path, connection),)))
    issuer = wire_text(app.configuration.get(_ISSUER_TYPE))
    if issuer not in (None, _SPECIFIC):
        wishes.append(Wish((*_PATH, "raw", _ISSUER_TYPE), (issuer,)))
    return wishes


def _is_default(key: str, value: object) -> bool:
    default = Configuration.model_fields[key].default
    return CONFIGURATION[key].kind is not Kind.TEXT and value == default and type(value) is type(default)


def unnamed_keys(app: App) -> list[str]:
    """OneLogin's keys that hold something and have no friendly name: left alone, but for the issuer type."""
    known = {key.wire for key in CONFIGURATION.values()} | {_ISSUER_TYPE, "certificate_id"}
    return sorted(key for key, value in app.configuration.items() if key not in known and wire_text(value) is not None)

"""The guide, followed by hand on both sides: the state that a working connection has without this tool."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import JsonValue

from sso_sync.saml.validator import guide
from sso_sync.sandbox.justcall.checks import PROTOCOL
from sso_sync.sandbox.onelogin.records import App
from sso_sync.sandbox.server import Sandbox

__all__ = ["follow_guide"]

_ATTRIBUTES = {
    "email": ("Email", "email"),
    "firstName": ("First Name", "firstname"),
    "lastName": ("Last Name", "lastname"),
}


def follow_guide(
    sandbox: Sandbox, name: str = "JustCall", *, roles: Iterable[str] = ("JustCall Users",), enabled: bool = True
) -> App:
    """Sets up the app in OneLogin and its values in JustCall as guide steps 1 to 7 say; a login works afterwards.

    Recipient is set too: the guide forgets it, and OneLogin sends the literal `{recipient}` for a blank one.
    """
    onelogin, justcall = sandbox.onelogin, sandbox.justcall
    acs_url = justcall.settings.acs_url
    parameters: dict[str, JsonValue] = {
        attribute: {"label": label, "user_attribute_mappings": source, "include_in_saml_assertion": True}
        for attribute, (label, source) in _ATTRIBUTES.items()
    }
    configuration: dict[str, JsonValue] = {
        "audience": justcall.settings.entity_id,
        "consumer_url": acs_url,
        "recipient": acs_url,
        "validator": guide(acs_url),
        "saml_nameid_format_id": "0",
    }
    role_ids: list[JsonValue] = [onelogin.role(role).id for role in roles]
    app = onelogin.add_app(name, visible=True, configuration=configuration, parameters=parameters, role_ids=role_ids)
    justcall.edit(
        protocol=PROTOCOL,
        sso_url=onelogin.sso_url(app.id),
        issuer=onelogin.issuer(app.id),
        certificate=onelogin.signing_certificate(app.id),
        default_role="Team Member",
        enabled=enabled,
    )
    return app

"""The spec, version 1, as frozen models: what may be written, and what it means to leave something out.

Presence is the contract (DESIGN §1): *omitted* = unmanaged, `null` = clear, `[]` = none, a value = exactly this. So
nothing here may be read without asking whether it was given: use `given(model, "field")`. The guide's values are the
one exception: they are managed by default and `!unmanaged` takes one out.

Descriptions are part of the contract too: they become the JSON Schema that editors show while somebody types.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import Field

from sso_sync.marked.annotations import Noun
from sso_sync.marked.base import UNMANAGED, Model, Unmanaged, given
from sso_sync.spec.field_types import (
    AppName,
    BrandName,
    ConnectionName,
    ConnectorName,
    Email,
    FileName,
    GroupName,
    Id,
    Minutes,
    PolicyName,
    RoleName,
    SecretText,
    Subdomain,
    Text,
    Url,
    UserField,
    Word,
)
from sso_sync.spec.guards import CertificateExpiry, Guards, MaxRemovals
from sso_sync.spec.ignore import Ignore

__all__ = [
    "GUIDE_PARAMETERS",
    "UNMANAGED",
    "Access",
    "App",
    "CertificateExpiry",
    "CertificateRef",
    "Configuration",
    "Credentials",
    "Guards",
    "Ignore",
    "JustCall",
    "JustCallCredentials",
    "MaxRemovals",
    "OneLogin",
    "Parameter",
    "Role",
    "Rule",
    "RuleAction",
    "RuleCondition",
    "ServiceProvider",
    "Spec",
    "Sso",
    "Unmanaged",
    "given",
]


def _wire(key: str, *, unmanaged: bool = False) -> dict[str, Any]:
    """Beside a configuration field: OneLogin's own name of it (fact sheet §5.4), for lint and for the JSON Schema.

    `unmanaged`: the default given here is only OneLogin's; the key is left alone until the spec names it.
    """
    return {"x-onelogin": key} | (_UNMANAGED if unmanaged else {})


_UNMANAGED: dict[str, Any] = {"x-unmanaged-until-named": True}

# Guide step 4, and step 3 for the NameID. Names are case-sensitive at the service provider (fact sheet justcall §6.7).
GUIDE_PARAMETERS: Mapping[str, str] = MappingProxyType(
    {"nameid": "email", "email": "email", "firstName": "firstname", "lastName": "lastname"}
)


class Credentials(Model):
    """OneLogin API credentials. Never literal: use `!env`, or leave them out and set the default variables."""

    client_id: SecretText | None = Field(
        None, repr=False, description="`!env NAME`. Default: environment ONELOGIN_CLIENT_ID."
    )
    client_secret: SecretText | None = Field(
        None, repr=False, description="`!env NAME`. Default: environment ONELOGIN_CLIENT_SECRET."
    )


class Configuration(Model):
    """The app's Configuration and SSO tabs in the words of their labels."""

    audience: str | Unmanaged | None = Field(
        None,
        description="Audience (EntityID). Managed by default: JustCall's Entity ID.",
        json_schema_extra=_wire("audience"),
    )
    acs_url: str | Unmanaged | None = Field(
        None,
        description="ACS (Consumer) URL. Managed by default: JustCall's ACS URL.",
        json_schema_extra=_wire("consumer_url"),
    )
    acs_url_validator: str | Unmanaged | None = Field(
        "anchored",
        description="ACS URL Validator, managed by default: `anchored` (this ACS URL and nothing else), `guide` (the "
        "guide's unanchored recipe), or a regular expression of your own.",
        json_schema_extra=_wire("validator"),
    )
    recipient: str | Unmanaged | None = Field(
        None,
        description="Recipient. Managed by default: JustCall's ACS URL. Blank makes OneLogin send the literal "
        "{recipient}.",
        json_schema_extra=_wire("recipient"),
    )
    relay_state: str | Unmanaged | None = Field(None, description="RelayState.", json_schema_extra=_wire("relaystate"))
    nameid_format: Literal["email", "transient", "persistent", "unspecified"] | Unmanaged = Field(
        "email",
        description="SAML nameID format. Managed by default: email.",
        json_schema_extra=_wire("saml_nameid_format_id"),
    )
    signature_algorithm: Literal["SHA-1", "SHA-256", "SHA-384", "SHA-512"] | Unmanaged = Field(
        "SHA-256",
        description="SAML Signature Algorithm. Unmanaged until named.",
        json_schema_extra=_wire("signature_algorithm", unmanaged=True),
    )
    signature_element: Literal["response", "assertion", "both"] | Unmanaged = Field(
        "response",
        description="SAML signature element: what OneLogin signs. Unmanaged until named.",
        json_schema_extra=_wire("saml_sign_element", unmanaged=True),
    )
    encrypt_assertion: bool | Unmanaged = Field(
        False,
        description="Encrypt assertion. Unmanaged until named.",
        json_schema_extra=_wire("encrypt_assertion", unmanaged=True),
    )
    not_before_minutes: Minutes | Unmanaged = Field(
        3,
        description="SAML not valid before, in minutes. Unmanaged until named; a new app has 3.",
        json_schema_extra=_wire("saml_notbefore", unmanaged=True),
    )
    not_on_or_after_minutes: Minutes | Unmanaged = Field(
        3,
        description="SAML not valid on or after, in minutes. Unmanaged until named; a new app has 3.",
        json_schema_extra=_wire("saml_notonorafter", unmanaged=True),
    )
    session_minutes: Minutes | Unmanaged = Field(
        1440,
        description="SAML sessionNotOnOrAfter, in minutes. Unmanaged until named; a new app has 1440.",
        json_schema_extra=_wire("saml_sessionnotonorafter", unmanaged=True),
    )
    initiator: Literal["onelogin", "service_provider"] | Unmanaged = Field(
        "onelogin",
        description="SAML initiator: who starts a login. Unmanaged until named.",
        json_schema_extra=_wire("saml_initiater_id", unmanaged=True),
    )
    login_url: str | Unmanaged | None = Field(
        None,
        description="Login URL; needed when the initiator is service_provider.",
        json_schema_extra=_wire("login"),
    )
    logout_url: str | Unmanaged | None = Field(
        None, description="Single Logout URL.", json_schema_extra=_wire("logout_url")
    )
    raw: dict[str, str | int | bool | None] = Field(
        default_factory=dict,
        description="Any other OneLogin configuration key, passed verbatim, such as saml_issuer_type.",
    )


class Parameter(Model):
    """One attribute of the assertion, in full. `email` is short for `{value: email}`."""

    value: Annotated[str, Noun("a OneLogin user field (such as email)", "OneLogin user fields")] | None = Field(
        None, description="OneLogin user field, such as email, firstname, lastname, department."
    )
    macro: str | None = Field(None, description="Instead of `value`: a macro such as {firstname}.{lastname}.")
    include_in_assertion: bool = Field(True, description="Include in SAML assertion. Managed by default: true.")
    skip_if_blank: bool = Field(
        False,
        description="Leave the attribute out when the user field is blank. Unmanaged until named.",
        json_schema_extra=_UNMANAGED,
    )
    label: Text | None = Field(
        None, description="Label in the console; changing it deletes the parameter and creates it again."
    )
    transformation: str | None = Field(None, description="OneLogin's attributes_transformations, verbatim.")
    default_values: str | list[str] | None = Field(None, description="Default value(s), in the shape given here.")


class RuleCondition(Model):
    """When a rule applies."""

    source: Word = Field(description="What is looked at, such as last_login or has_role.")
    operator: Word = Field(description="How, such as =, !=, >, <, ~.")
    value: Word | None = Field(None, description="Against what; always text, ids included.")


class RuleAction(Model):
    """What a rule does."""

    action: Word = Field(description="Such as set_nameidvalue or set_role.")
    value: list[Word] = Field(default_factory=list, description="Values of the action, as text.")
    expression: str | None = Field(None, description="Regular expression, for actions that take one.")
    macro: str | None = Field(None, description="Macro, for actions that take one.")


class Rule(Model):
    """One rule of the app, in OneLogin's own words."""

    name: Text = Field(description="Name of the rule; unique within the app.")
    match: Literal["all", "any"] = Field("all", description="Whether all conditions must hold, or any.")
    enabled: bool = Field(True, description="A disabled rule stays in OneLogin but does nothing.")
    conditions: list[RuleCondition] = Field(default_factory=list, description="When the rule applies; [] = always.")
    actions: list[RuleAction] = Field(min_length=1, description="What the rule does.")


class CertificateRef(Model):
    """A signing certificate of the OneLogin account: its id, or its name."""

    id: Id | None = Field(None, description="certificate_id of the certificate.")
    name: Text | None = Field(None, description="Name of the certificate under Security → Certificates.")


class App(Model):
    """The app in OneLogin."""

    name: AppName = Field("JustCall", description="Display Name. Default: JustCall.")
    id: Id | None = Field(None, description="Pins one app by its numeric id.")
    previously: list[AppName] = Field(
        default_factory=list, description="Former names: an app that has one is renamed in place."
    )
    connector: ConnectorName | Id = Field(
        "SAML Custom Connector (Advanced)", description="Connector by name or id. Default: 110016."
    )
    description: str | Unmanaged | None = Field(None, description="Description, shown in the portal.")
    visible: bool | Unmanaged = Field(
        True, description="Visible in portal, so that people can click the tile. Managed by default: true."
    )
    policy: PolicyName | Id | Unmanaged | None = Field(None, description="App policy by name or id; null unassigns.")
    brand: BrandName | Id | Unmanaged | None = Field(None, description="Brand by name or id; null unassigns.")
    tab: Id | Unmanaged | None = Field(None, description="Portal tab by id; null unassigns.")
    configuration: Configuration = Field(
        default_factory=Configuration, description="The app's Configuration and SSO tabs in the words of their labels."
    )
    parameters: dict[Text, Parameter | UserField | Unmanaged | None] = Field(
        default_factory=dict,
        description="Attributes of the assertion by name; `nameid` is the NameID. Managed by default: nameid: email, "
        "email: email, firstName: firstname, lastName: lastname. null deletes one.",
        json_schema_extra={"default": dict(GUIDE_PARAMETERS)},
    )
    parameters_mode: Literal["additive", "authoritative"] = Field(
        "additive", description="additive: other custom parameters stay. authoritative: they are deleted."
    )
    rules: list[Rule] | None = Field(
        None, description="The app's rules in order; authoritative when present, [] deletes all."
    )
    certificate: CertificateRef | Unmanaged | None = Field(
        None, description="Signing certificate; unmanaged if absent."
    )


class Role(Model):
    """A role that opens the app, in full. `Sales` is short for `{name: Sales}`."""

    name: RoleName = Field(description="Name of the role.")
    create: bool = Field(False, description="Create the role when it does not exist.")
    members: list[Email] | None = Field(
        None, description="Exactly these people; [] empties the role; omitted leaves membership unmanaged."
    )


class Access(Model):
    """Who gets in."""

    mode: Literal["authoritative", "additive"] = Field(
        "authoritative",
        description="authoritative: roles that are not listed are detached from the app. additive: they stay.",
    )
    roles: list[RoleName | Role] | None = Field(
        None, description="Roles that open the app, by name or in full. Omitted: the app's role list is unmanaged."
    )
    users: list[Email] | None = Field(
        None, description="People, granted through one role that this connection owns (direct_role)."
    )
    groups: list[GroupName] | None = Field(
        None, description="OneLogin groups, expanded into the owned role at every run."
    )
    direct_role: RoleName | None = Field(
        None, description="Name of the owned role. Default: `<app name> - direct access`."
    )


class OneLogin(Model):
    """The identity provider."""

    subdomain: Subdomain | None = Field(None, description="acme, for https://acme.onelogin.com.")
    url: Url | None = Field(None, description="Instead of subdomain; http only on loopback.")
    credentials: Credentials = Field(
        default_factory=Credentials, description="API credentials with Read All (plan) or Manage All (apply)."
    )
    app: App = Field(default_factory=App, description="The app in OneLogin.")
    access: Access = Field(default_factory=Access, description="Who gets in.")


class JustCallCredentials(Model):
    """JustCall API credentials. Never literal: use `!env`, or leave them out and set the default variables."""

    api_key: SecretText | None = Field(
        None, repr=False, description="`!env NAME`. Default: environment JUSTCALL_API_KEY."
    )
    api_secret: SecretText | None = Field(
        None, repr=False, description="`!env NAME`. Default: environment JUSTCALL_API_SECRET."
    )


class ServiceProvider(Model):
    """JustCall's own SAML values, pinned. When absent they are observed from JustCall."""

    acs_url: Url | None = Field(None, description="ACS URL, as JustCall's page shows it.")
    entity_id: Text | None = Field(None, description="Entity ID; any non-empty string (JustCall's is not a URL).")


class Sso(Model):
    """JustCall's Settings → Security → Single Sign-On."""

    enabled: bool | Unmanaged = Field(
        False,
        description="Enable SSO; done last, after a successful test. Unmanaged until named.",
        json_schema_extra=_UNMANAGED,
    )
    default_role: Text | Unmanaged | None = Field(None, description="Default Role for new SSO users.")
    sso_url: Url | Unmanaged | None = Field(
        None, description="SSO URL. Managed by default: OneLogin's SAML 2.0 endpoint."
    )
    issuer: Text | Unmanaged | None = Field(
        None, description="Issuer / Entity ID. Managed by default: OneLogin's Issuer URL."
    )
    certificate: Annotated[Text, Noun("a certificate (PEM)", "certificates")] | Unmanaged | None = Field(
        None, description="X.509 certificate (PEM). Managed by default: the app's signing certificate."
    )


class JustCall(Model):
    """The service provider."""

    driver: Literal["browser", "http", "attested"] | None = Field(
        None, description="How JustCall's settings are reached. Not needed with `sandbox: true`."
    )
    url: Url | None = Field(None, description="The gateway (http) or the web app (browser); http only on loopback.")
    page_map: FileName | None = Field(
        None,
        description="A file, relative to this one, that says where JustCall's page differs from the built-in page map: "
        "what the browser driver looks for, and what the runbook of `attested` calls things.",
    )
    credentials: JustCallCredentials = Field(
        default_factory=JustCallCredentials, description="Used by the http driver and to match people."
    )
    users_url: Url = Field(
        "https://api.justcall.io",
        description="Base of JustCall's public API, used read-only to match people. With the http driver people are "
        "matched only when this is written: the driver's credentials are the gateway's, and only you know whether they "
        "are good for JustCall's API too.",
    )
    service_provider: ServiceProvider = Field(
        default_factory=ServiceProvider, description="JustCall's own SAML values, pinned; `attested` requires them."
    )
    sso: Sso = Field(default_factory=Sso, description="JustCall's Settings → Security → Single Sign-On.")


class Spec(Model):
    """Single sign-on between OneLogin and JustCall, as it should be."""

    version: Literal[1] = Field(description="Version of this format: 1.")
    name: ConnectionName = Field(description="Name of the connection, unique in a fleet.")
    sandbox: bool = Field(False, description="Both sides are the embedded sandbox; nothing leaves the machine.")
    state: Literal["present", "absent"] = Field(
        "present", description="absent decommissions: JustCall SSO off, then access, then the app."
    )
    onelogin: OneLogin = Field(default_factory=OneLogin, description="The identity provider.")
    justcall: JustCall = Field(default_factory=JustCall, description="The service provider.")
    guards: Guards = Field(default_factory=Guards, description="What the tool refuses to do.")
    ignore: list[Ignore] = Field(
        default_factory=list, description="Differences that plan, drift and apply leave as they are, for a while."
    )

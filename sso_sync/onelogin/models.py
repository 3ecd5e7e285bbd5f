"""OneLogin's own objects as its API answers them (fact sheet §5 to §8).

`extra="allow"`: what OneLogin adds tomorrow must not break today's run. Ids are integers, but tolerated as strings
(quirk 40); names and texts may come back HTML-escaped (quirk 23) and are unescaped here; what has no content may come
as null, and empty objects as an empty list.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from sso_sync.onelogin.texts import plain

__all__ = ["App", "Brand", "Certificate", "Connector", "Group", "Named", "Person", "Policy", "Role", "Rule", "Sso"]


def _unescaped(value: Any) -> Any:
    return plain(value) if isinstance(value, str) else value


def _object(value: Any) -> Any:
    return {} if value is None or value == [] else value


def _objects(value: Any) -> Any:
    """Parameters by name, each of them an object."""
    value = _object(value)
    return {name: _object(item) for name, item in value.items()} if isinstance(value, dict) else value


def _list(value: Any) -> Any:
    return () if value is None else value


def _number(value: Any) -> Any:
    """An id that is not set comes as null; an empty string says the same."""
    return None if value == "" else value


def _switched_on(value: Any) -> Any:
    """Rules are on unless they say otherwise."""
    return True if value is None else value


Text = Annotated[str, BeforeValidator(_unescaped)]
Number = Annotated[int | None, BeforeValidator(_number)]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class Certificate(_Answer):
    """The signing certificate as the app shows it; `value` is PEM."""

    id: Number = None
    name: Text | None = None
    value: str | None = None


class Sso(_Answer):
    """Read-only facts for the service provider. `acs_url` is the *SAML 2.0 Endpoint*, not the SP's ACS (§5.2)."""

    acs_url: str | None = None
    issuer: str | None = None
    metadata_url: str | None = None
    sls_url: str | None = None
    certificate: Annotated[Certificate, BeforeValidator(_object)] = Field(default_factory=Certificate)


class App(_Answer):
    """An app: a list row has only the first fields, `GET /api/2/apps/{id}` has all."""

    id: int
    name: Text
    connector_id: Number = None
    visible: bool | None = None
    description: Text | None = None
    notes: Text | None = None
    policy_id: Number = None
    brand_id: Number = None
    tab_id: Number = None
    auth_method: Number = None
    role_ids: Annotated[tuple[int, ...], BeforeValidator(_list)] = ()
    configuration: Annotated[dict[str, Any], BeforeValidator(_object)] = Field(default_factory=dict)
    parameters: Annotated[dict[str, dict[str, Any]], BeforeValidator(_objects)] = Field(default_factory=dict)
    sso: Annotated[Sso, BeforeValidator(_object)] = Field(default_factory=Sso)


class Rule(_Answer):
    """An app rule (§8)."""

    id: int
    name: Text
    match: str | None = None
    enabled: Annotated[bool, BeforeValidator(_switched_on)] = True
    position: Number = None
    conditions: Annotated[tuple[dict[str, Any], ...], BeforeValidator(_list)] = ()
    actions: Annotated[tuple[dict[str, Any], ...], BeforeValidator(_list)] = ()


class Person(_Answer):
    """A user, or a row of a role's or an app's users. `status` 2 is suspended (§7).

    There may be hundreds of thousands of these: what is not named here is not kept.
    """

    model_config = ConfigDict(extra="ignore")

    id: int
    email: str | None = None
    username: str | None = None
    firstname: str | None = None
    lastname: str | None = None
    status: Number = None
    group_id: Number = None

    @property
    def content(self) -> tuple[object, ...]:
        """Equal for rows that say the same, in the same words."""
        fields = (self.id, self.email, self.username, self.firstname, self.lastname, self.status, self.group_id)
        return (*fields, *sorted(self.model_fields_set))

    @property
    def key(self) -> str:
        """The e-mail in lower case, or `#<id>` for a person without one."""
        return self.email.strip().lower() if self.email and self.email.strip() else f"#{self.id}"


class Named(_Answer):
    """Anything that is looked up by name; names need not be unique."""

    id: int
    name: Text


class Role(Named):
    """A role as the list shows it; membership lives in a sub-list of its own (§6)."""


class Group(Named):
    """A group of users; everybody is in one at most (§7)."""


class Connector(Named):
    """A kind of app in OneLogin's catalogue (§4)."""

    auth_method: Number = None


class Policy(Named):
    """A security policy; only those of kind "app" can be given to an app (§10)."""

    kind: str | None = None


class Brand(Named):
    """A brand of the account's pages (§10)."""

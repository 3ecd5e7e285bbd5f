"""What the sandbox's OneLogin account holds. Records are frozen; see `sandbox/tables.py`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import JsonValue

__all__ = [
    "App",
    "AssertionState",
    "Brand",
    "Certificate",
    "Connector",
    "Counters",
    "Credential",
    "Group",
    "Membership",
    "MfaDevice",
    "Parameter",
    "Policy",
    "Role",
    "Rule",
    "Token",
    "User",
]


@dataclass(frozen=True, slots=True)
class Counters:
    """The last id given out, by kind of record."""

    last: dict[str, int]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A signing certificate of the account (§9); both texts are PEM."""

    id: int
    name: str
    pem: str
    private_key: str = field(repr=False)
    expires_at: datetime
    default: bool = False


@dataclass(frozen=True, slots=True)
class Connector:
    """A row of the app catalogue (§4). `keys` are its configuration keys with the value of a fresh app."""

    id: int
    name: str
    auth_method: int
    allows_new_parameters: bool
    keys: dict[str, JsonValue]
    own_parameters: dict[str, str]
    """Names and labels of the parameters that every app of this connector has."""

    @property
    def is_saml(self) -> bool:
        return self.auth_method == 2


@dataclass(frozen=True, slots=True)
class Policy:
    """A security policy; `kind` is "user" or "app" (§10)."""

    id: int
    name: str
    kind: str
    default: bool = False


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand of the account (§10)."""

    id: int
    name: str
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Credential:
    """An API credential pair. `level` is one of the console's words; a deleted owner breaks the pair (§1)."""

    id: int
    client_id: str
    client_secret: str = field(repr=False)
    level: str = "Manage All"
    owner_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """An access token; `expires_in` is in seconds from `created_at`."""

    id: int
    credential_id: int
    value: str = field(repr=False)
    created_at: datetime
    expires_in: int

    def valid_at(self, now: datetime) -> bool:
        return now < self.created_at + timedelta(seconds=self.expires_in)


@dataclass(frozen=True, slots=True)
class User:
    """A person (§7). `status` 1 is active, 2 suspended."""

    id: int
    firstname: str | None
    lastname: str | None
    email: str | None
    username: str | None
    created_at: datetime
    updated_at: datetime
    status: int = 1
    state: int = 1
    group_id: int | None = None
    title: str | None = None
    department: str | None = None
    company: str | None = None
    phone: str | None = None
    samaccountname: str | None = None
    distinguished_name: str | None = None
    userprincipalname: str | None = None
    member_of: str | None = None
    external_id: str | None = None
    directory_id: int | None = None
    manager_user_id: int | None = None
    last_login: datetime | None = None
    custom_attributes: dict[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MfaDevice:
    """A second factor of a person (§15). A push device says "pending" `polls` times, then that its owner agreed."""

    id: int
    user_id: int
    device_type: str
    otp: str = field(repr=False)
    push: bool = False
    polls: int = 0


@dataclass(frozen=True, slots=True)
class AssertionState:
    """A call of the assertion API that waits for a second factor (§15). `polled` counts how often it has asked."""

    id: int
    token: str = field(repr=False)
    user_id: int
    app_id: int
    until: datetime
    polled: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """A group; every user is in at most one, and a group grants nothing (§7)."""

    id: int
    name: str
    policy_id: int | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """One user's place in a role. `grants` is False for a member set through a role's body: such a member gets the
    role's apps only when mappings run (§6, quirk 14). `added_by` None: by a mapping.
    """

    user_id: int
    added_by: int | None
    added_at: datetime
    grants: bool = True


@dataclass(frozen=True, slots=True)
class Role:
    """A role; which apps it opens stands with the apps."""

    id: int
    name: str
    members: tuple[Membership, ...] = ()
    admins: tuple[int, ...] = ()

    @property
    def user_ids(self) -> tuple[int, ...]:
        return tuple(member.user_id for member in self.members)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an app (§5.5); the names are OneLogin's. `connector_owned` ones cannot be deleted."""

    id: int
    label: str
    user_attribute_mappings: str | None = None
    user_attribute_macros: str | None = None
    attributes_transformations: str | None = None
    default_values: JsonValue = None
    values: JsonValue = None
    skip_if_blank: bool = False
    provisioned_entitlements: bool = False
    include_in_saml_assertion: bool | None = None
    safe_entitlements_enabled: bool | None = None
    connector_owned: bool = False


@dataclass(frozen=True, slots=True)
class App:
    """An app (§5). `uuid` stands in its SAML addresses. What no API shows or changes, only the console: grants made by
    hand, `direct_user_ids`, and the certificate that assertions are encrypted for, a PEM.
    """

    id: int
    name: str
    connector_id: int
    uuid: str
    created_at: datetime
    updated_at: datetime
    configuration: dict[str, JsonValue]
    parameters: dict[str, Parameter]
    visible: bool = False
    description: str | None = None
    notes: str | None = None
    policy_id: int | None = None
    brand_id: int | None = None
    tab_id: int | None = None
    allow_assumed_signin: bool = False
    role_ids: tuple[int, ...] = ()
    direct_user_ids: tuple[int, ...] = ()
    encryption_certificate: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of an app, or with `app_id` 0 a mapping of the account (§8)."""

    id: int
    app_id: int
    name: str
    match: str
    enabled: bool
    position: int | None
    conditions: list[dict[str, JsonValue]]
    actions: list[dict[str, JsonValue]]

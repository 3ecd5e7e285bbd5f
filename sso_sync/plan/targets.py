"""Where on a service the value of an address lives: what `steps` needs to turn a difference into an operation."""

from __future__ import annotations

from dataclasses import dataclass

from sso_sync.justcall.settings import SettingField
from sso_sync.onelogin.models import Rule
from sso_sync.plan.operations import RoleRef

__all__ = [
    "AppField",
    "AppItself",
    "ConfigurationField",
    "DirectGrant",
    "Membership",
    "ParameterField",
    "ParameterItself",
    "RawField",
    "RoleAttachment",
    "RoleItself",
    "RuleItself",
    "RulePlace",
    "Setting",
    "SigningCertificate",
    "Target",
]


@dataclass(frozen=True, slots=True)
class AppItself:
    """The app as a whole."""


@dataclass(frozen=True, slots=True)
class AppField:
    """A top-level key of the app, in OneLogin's words."""

    wire: str


@dataclass(frozen=True, slots=True)
class ConfigurationField:
    """A configuration key by its friendly name."""

    key: str


@dataclass(frozen=True, slots=True)
class RawField:
    """A configuration key passed verbatim."""

    key: str


@dataclass(frozen=True, slots=True)
class SigningCertificate:
    """The app's `certificate_id`: a step of its own, because JustCall's certificate must follow at once."""


@dataclass(frozen=True, slots=True)
class ParameterItself:
    """A whole parameter, by OneLogin's name; `id` is None for one that does not exist yet."""

    name: str
    id: int | None = None


@dataclass(frozen=True, slots=True)
class ParameterField:
    """One field of an existing parameter, by its friendly name."""

    name: str
    field: str
    id: int | None = None


@dataclass(frozen=True, slots=True)
class RuleItself:
    """A rule; `live` is the one it is matched with. `label` is what texts call it."""

    name: str
    label: str
    live: Rule | None = None


@dataclass(frozen=True, slots=True)
class RulePlace:
    """A rule's place among the enabled ones."""

    name: str


@dataclass(frozen=True, slots=True)
class RoleAttachment:
    """A role on the app's role list. `create` says that the role itself is new; `label` is what texts call it."""

    role: RoleRef
    label: str
    create: bool = False


@dataclass(frozen=True, slots=True)
class RoleItself:
    """A role that the connection owns, as a whole. `label` is what texts call it."""

    role: RoleRef
    label: str


@dataclass(frozen=True, slots=True)
class Membership:
    """A person in a role. `label` is what texts call the role."""

    role: RoleRef
    label: str
    user_id: int


@dataclass(frozen=True, slots=True)
class DirectGrant:
    """Access granted by hand in the console, which no API can take away (fact sheet onelogin-api §7)."""

    user_id: int


@dataclass(frozen=True, slots=True)
class Setting:
    """A JustCall SSO setting."""

    field: SettingField


Target = (
    AppItself
    | AppField
    | ConfigurationField
    | RawField
    | SigningCertificate
    | ParameterItself
    | ParameterField
    | RuleItself
    | RulePlace
    | RoleAttachment
    | RoleItself
    | Membership
    | DirectGrant
    | Setting
)

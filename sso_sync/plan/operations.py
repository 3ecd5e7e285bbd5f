"""What a step does to a service: one small record per API-level operation, free of I/O, so that a plan can be shown,
compared and executed by somebody else (`apply/`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sso_sync.justcall.settings import SettingField
from sso_sync.values import Json

__all__ = [
    "AddMembers",
    "CreateApp",
    "CreateRole",
    "CreateRule",
    "DeleteApp",
    "DeleteParameter",
    "DeleteRole",
    "DeleteRule",
    "HandOver",
    "Operation",
    "Output",
    "Pending",
    "ProveLogin",
    "PutParameters",
    "RemoveMembers",
    "RoleRef",
    "SetAppRoles",
    "SettingValue",
    "SortRules",
    "TestConnection",
    "UpdateApp",
    "UpdateRule",
    "UpdateSettings",
]


class Output(StrEnum):
    """What only OneLogin can say, and only once the app (or its new certificate) is there."""

    SAML_ENDPOINT = "saml_endpoint"
    ISSUER = "issuer"
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class Pending:
    """A value that is known after apply."""

    output: Output


SettingValue = Json | Pending


@dataclass(frozen=True, slots=True)
class RoleRef:
    """A role by name; `id` is None while the role is still to be created."""

    name: str
    id: int | None = None


@dataclass(frozen=True, slots=True)
class CreateApp:
    """`body` is OneLogin's own, ownership mark included, so that an interrupted create is recognised."""

    body: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class UpdateApp:
    """Only the changed keys, in OneLogin's own words; `configuration` is partial too."""

    body: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class PutParameters:
    """Changed fields by parameter name (OneLogin's names); `before` is what each parameter held, {} for a new one."""

    changes: Mapping[str, Mapping[str, Json]]
    before: Mapping[str, Mapping[str, Json]]


@dataclass(frozen=True, slots=True)
class DeleteParameter:
    name: str
    parameter_id: int


@dataclass(frozen=True, slots=True)
class CreateRule:
    body: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class UpdateRule:
    """`body` is complete: OneLogin refuses a partial rule (fact sheet §8)."""

    rule_id: int
    body: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class DeleteRule:
    name: str
    rule_id: int


@dataclass(frozen=True, slots=True)
class SortRules:
    """Rule names in the order they should run; rules of the same name keep their relative order."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CreateRole:
    name: str


@dataclass(frozen=True, slots=True)
class DeleteRole:
    role: RoleRef


@dataclass(frozen=True, slots=True)
class AddMembers:
    role: RoleRef
    user_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RemoveMembers:
    role: RoleRef
    user_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SetAppRoles:
    attach: tuple[RoleRef, ...]
    detach: tuple[RoleRef, ...]


@dataclass(frozen=True, slots=True)
class DeleteApp:
    """Deletes the app, found and verified to be ours."""

    app_id: int


@dataclass(frozen=True, slots=True)
class UpdateSettings:
    """Saves these JustCall settings and nothing else."""

    values: Mapping[SettingField, SettingValue]


@dataclass(frozen=True, slots=True)
class TestConnection:
    __test__ = False  # JustCall's own name for it; pytest must not collect it


@dataclass(frozen=True, slots=True)
class ProveLogin:
    """A test user really signs in to OneLogin; JustCall's settings, as they are by then, have to accept the assertion.

    Nothing is sent to JustCall.
    """


@dataclass(frozen=True, slots=True)
class HandOver:
    """A person enters these values in JustCall (driver `attested`)."""

    values: Mapping[SettingField, SettingValue]


Operation = (
    CreateApp
    | UpdateApp
    | PutParameters
    | DeleteParameter
    | CreateRule
    | UpdateRule
    | DeleteRule
    | SortRules
    | CreateRole
    | DeleteRole
    | AddMembers
    | RemoveMembers
    | SetAppRoles
    | DeleteApp
    | UpdateSettings
    | TestConnection
    | ProveLogin
    | HandOver
)

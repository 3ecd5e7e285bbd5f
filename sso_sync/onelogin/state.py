"""What to read from OneLogin (Scope) and what was found there (LiveIdp): the reader's question and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sso_sync.errors import Diagnostic
from sso_sync.onelogin.models import App, Person, Role, Rule

__all__ = ["FoundBy", "LiveIdp", "Scope"]


class FoundBy(StrEnum):
    """How the app was recognised, strongest first."""

    ID = "id"
    MARK = "mark"
    NAME = "name"
    PREVIOUS_NAME = "previous name"


@dataclass(frozen=True)
class Scope:
    """Exactly what a spec manages, so that nothing else is read (lesson A18).

    Names compare exactly, e-mails in lower case.

    `member_roles` are roles whose membership is managed; `people` e-mails that must be resolved to users when they are
    not already members of one of those roles; `direct_grants` asks for access granted by hand in the console.
    `decommission`: the app is to go, so one that is gone already is no error and nothing will be created.
    """

    connection: str
    app_name: str
    app_id: int | None = None
    previous_names: tuple[str, ...] = ()
    connector: str | int = "SAML Custom Connector (Advanced)"
    rules: bool = False
    roles: bool = True
    member_roles: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    policy: str | None = None
    brand: str | None = None
    certificate: str | None = None
    direct_grants: bool = False
    decommission: bool = False


@dataclass(frozen=True)
class LiveIdp:
    """What OneLogin holds, as far as the scope asked.

    `owner` is the connection named in the app's ownership mark, None for an unmarked app. `roles` are all roles of the
    account; `members` holds the membership of the roles that were asked for, by role name. `people` maps lower-case
    e-mail to user, for everybody who was asked for and found. `group_members` maps group name to its people; a group
    that does not exist is missing from it. `policy_id`, `brand_id`, `certificate_id`, `connector_id` resolve the names
    asked for; None = no such name. `rules` is None when not asked for. `direct_grants` is None when not asked for or
    not readable (then `findings` says why). `unread` maps a plan address that could not be read, although the side as a
    whole could, to the reason (`onelogin.app.policy` on a tenant without the policies API).
    """

    app: App | None = None
    found_by: FoundBy | None = None
    owner: str | None = None
    rules: tuple[Rule, ...] | None = None
    roles: tuple[Role, ...] = ()
    members: Mapping[str, tuple[Person, ...]] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    group_members: Mapping[str, tuple[Person, ...]] = field(default_factory=dict)
    connector_id: int | None = None
    policy_id: int | None = None
    brand_id: int | None = None
    certificate_id: int | None = None
    direct_grants: tuple[Person, ...] | None = None
    unread: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Diagnostic, ...] = ()

    def role(self, name: str) -> Role | None:
        """The role of exactly this name, or None."""
        return next((role for role in self.roles if role.name == name), None)

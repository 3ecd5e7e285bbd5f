"""What a run changed, put together from the record of its steps, and what has to be read to undo it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sso_sync.onelogin.state import Scope
from sso_sync.plan.cells import Absent, Known, Later
from sso_sync.plan.masking import MASK
from sso_sync.plan.model import Action
from sso_sync.plan.records import Recorded
from sso_sync.plan.scope import scope
from sso_sync.spec.connection import Connection
from sso_sync.values import Json

__all__ = ["Past", "PastStep", "present", "undo_scope"]

_RULES = frozenset({"RuleItself", "RulePlace"})
_ROLES = frozenset({"RoleAttachment", "RoleItself", "Membership"})


@dataclass(frozen=True)
class PastStep:
    """One step that a run began: its changes, what was learnt from it, and the order of rules before it."""

    changes: tuple[Recorded, ...] = ()
    learnt: Mapping[str, Json] = field(default_factory=dict)
    rules: tuple[int, ...] = ()


@dataclass(frozen=True)
class Past:
    """What a run changed, or may have changed before it died.

    `app_id` is the app that the run created, if it learnt of it. `rules` are the ids of the enabled rules in the order
    they ran in before. `role_apps` maps a role that the run created to the ids of the apps that it opens today.
    """

    run_id: str
    changes: tuple[Recorded, ...]
    app_id: int | None = None
    rules: tuple[int, ...] = ()
    role_apps: Mapping[int, frozenset[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, run_id: str, steps: Iterable[PastStep]) -> Past:
        """The changes of all steps, each address once, with the values and ids that the services gave."""
        found: dict[tuple[str, str], Recorded] = {}
        app_id: int | None = None
        order: tuple[int, ...] = ()
        for step in steps:
            learnt_id = step.learnt.get("app_id")
            app_id = learnt_id if isinstance(learnt_id, int) else app_id
            order = order or step.rules
            for change in step.changes:
                key = (change.address, change.kind)
                found[key] = _informed(found.get(key, change), step.learnt)
        return cls(run_id, tuple(found.values()), app_id, order)

    def of_kind(self, *kinds: str) -> list[Recorded]:
        """The changes at some kinds of places."""
        return [change for change in self.changes if change.kind in kinds]

    @property
    def created_app(self) -> bool:
        """Whether the run set out to create the app."""
        return any(isinstance(change.prior, Absent) for change in self.of_kind("AppItself"))

    @property
    def removed(self) -> Recorded | None:
        """The app, if the run set out to delete it."""
        return next((change for change in self.of_kind("AppItself") if isinstance(change.wanted, Absent)), None)

    @property
    def created_roles(self) -> dict[int, Recorded]:
        """Roles that the run created and learnt the id of."""
        roles = self.of_kind("RoleAttachment")
        return {
            role_id: role
            for role in roles
            if role.place.get("create") and (role_id := role.number("role_id")) is not None
        }

    def joined(self, label: str) -> frozenset[int]:
        """User ids of the people whom the run put into a role."""
        return frozenset(
            user_id
            for change in self.of_kind("Membership")
            if change.text("label") == label and change.action is Action.CREATE
            if (user_id := change.number("user_id")) is not None
        )


def _informed(change: Recorded, learnt: Mapping[str, Json]) -> Recorded:
    """The change with what was known after apply, and with the id of the role that was created for it."""
    settings = learnt.get("settings")
    name = str(change.place.get("field"))
    if isinstance(change.wanted, Later) and isinstance(settings, Mapping) and name in settings:
        change = replace(change, wanted=Known(settings[name]))
    role_id = learnt.get("role_id")
    if change.kind == "RoleAttachment" and role_id is not None and change.place.get("role_id") is None:
        change = replace(change, place={**change.place, "role_id": role_id})
    return change


def present(connection: Connection) -> Connection:
    """The connection as if it had never been decommissioned."""
    return replace(connection, spec=connection.spec.model_copy(update={"state": "present"}))


def undo_scope(connection: Connection, past: Past) -> Scope:
    """What to read: what the spec manages, and the rules and roles that the run touched."""
    base = scope(present(connection).spec)
    labels = {change.text("label") for change in past.of_kind("Membership")}
    labels |= {role.text("label") for role in past.created_roles.values()}
    return replace(
        base,
        rules=base.rules or bool(past.of_kind(*_RULES)),
        roles=base.roles or bool(past.of_kind(*_ROLES)),
        member_roles=base.member_roles | {label for label in labels if MASK[:-1] not in label},
        decommission=True,  # nothing that is missing is a mistake here
    )

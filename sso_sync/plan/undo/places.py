"""Where a recorded change is today: the target that `steps` understands, and what is there now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sso_sync.justcall.settings import SettingField, Settings
from sso_sync.onelogin.models import App, Role, Rule
from sso_sync.onelogin.state import LiveIdp
from sso_sync.onelogin.vocabulary import CONFIGURATION, decode, wire_text
from sso_sync.plan.cells import ABSENT, Absent, Cell, Known
from sso_sync.plan.items.parameters import field_value, parameter_id, shown_fields
from sso_sync.plan.items.rules import content
from sso_sync.plan.items.settings import live_cell
from sso_sync.plan.operations import RoleRef
from sso_sync.plan.records import Recorded
from sso_sync.plan.targets import (
    AppField,
    ConfigurationField,
    Membership,
    ParameterField,
    ParameterItself,
    RawField,
    RoleAttachment,
    RuleItself,
    Setting,
    SigningCertificate,
    Target,
)
from sso_sync.values import Json

__all__ = ["Gone", "Place", "find"]


@dataclass(frozen=True)
class Gone:
    """There is no such place any more, and why."""

    reason: str


@dataclass(frozen=True)
class Place:
    """A recorded change's target, and what is there now."""

    target: Target
    live: Cell


def find(change: Recorded, idp: LiveIdp, sp: Settings) -> Place | Gone:
    """The place of a recorded change in today's state."""
    if change.kind == "Setting":
        key = SettingField(change.text("field"))
        return Place(Setting(key), live_cell(key, sp))
    if idp.app is None:
        return Gone("the app is gone")
    if change.kind in ("RoleAttachment", "Membership"):
        return _in_role(change, idp, idp.app)
    if change.kind == "RuleItself":
        return _rule(change, idp)
    if change.kind in ("ParameterItself", "ParameterField"):
        return _parameter(change, idp.app)
    return _of_app(change, idp.app)


def _of_app(change: Recorded, app: App) -> Place | Gone:
    match change.kind:
        case "AppField":
            wire = change.text("wire")
            value: Json = getattr(app, wire, None)
            return Place(AppField(wire), Known(bool(value) if wire == "visible" else value))
        case "ConfigurationField":
            key = change.text("key")
            if key not in CONFIGURATION:
                return Gone("this version does not know the key")
            return Place(ConfigurationField(key), Known(decode(key, app.configuration.get(CONFIGURATION[key].wire))))
        case "RawField":
            key = change.text("key")
            return Place(RawField(key), Known(wire_text(app.configuration.get(key))))
        case "SigningCertificate":
            return Place(SigningCertificate(), Known(app.sso.certificate.id))
        case _:
            return Gone("this version does not know how to undo it")


def _parameter(change: Recorded, app: App) -> Place | Gone:
    name = change.text("name")
    live = app.parameters.get(name)
    if change.kind == "ParameterItself":
        target = ParameterItself(name, parameter_id(live) if live is not None else None)
        return Place(target, ABSENT if live is None else Known(_as_recorded(live, change)))
    if live is None:
        return Gone("the parameter is gone")
    key = change.text("field")
    return Place(ParameterField(name, key, parameter_id(live)), Known(field_value(live, key)))


def _as_recorded(live: Mapping[str, Json], change: Recorded) -> dict[str, Json]:
    """A live parameter by the fields that the run wrote: the others are not its business."""
    wanted = change.wanted.value if isinstance(change.wanted, Known) else None
    return {key: field_value(live, key) for key in wanted} if isinstance(wanted, Mapping) else shown_fields(live)


def _rule(change: Recorded, idp: LiveIdp) -> Place | Gone:
    if idp.rules is None:
        return Gone("the rules were not read")
    identity, label = change.number("rule_id"), change.text("label")
    rule: Rule | None = next((rule for rule in idp.rules if rule.id == identity), None)
    if rule is None and (identity is None or isinstance(change.wanted, Absent)):
        # One that was deleted and is there again has another id.
        rule = next((rule for rule in idp.rules if rule.name == label), None)
    if rule is None:
        return Place(RuleItself(label, label), ABSENT)
    return Place(RuleItself(rule.name, label, rule), Known(content(rule)))


def _in_role(change: Recorded, idp: LiveIdp, app: App) -> Place | Gone:
    role = _role(change, idp)
    label = change.text("label")
    if role is None:
        return Gone("the role is gone")
    reference = RoleRef(role.name, role.id)
    if change.kind == "RoleAttachment":
        return Place(RoleAttachment(reference, label), Known(True) if role.id in app.role_ids else ABSENT)
    user_id, members = change.number("user_id"), idp.members.get(role.name)
    if members is None or user_id is None:
        return Gone("who is in the role was not read")
    there = any(person.id == user_id for person in members)
    return Place(Membership(reference, label, user_id), Known(True) if there else ABSENT)


def _role(change: Recorded, idp: LiveIdp) -> Role | None:
    identity, label = change.number("role_id"), change.text("label")
    return next(
        (role for role in idp.roles if (role.id == identity if identity is not None else role.name == label)), None
    )

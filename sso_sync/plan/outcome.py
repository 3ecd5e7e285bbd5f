"""What both sides will be once a plan is applied: the one thing that guards judge.

Every value is the plan's wish where it has one, what is there now where it has none, and unknown where only OneLogin
can say after apply or nobody can say at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from sso_sync.justcall.settings import SettingField, Settings
from sso_sync.justcall.users import JustCallUser
from sso_sync.onelogin.models import App
from sso_sync.onelogin.state import LiveIdp
from sso_sync.onelogin.vocabulary import CONFIGURATION, decode, is_custom_parameter, truth
from sso_sync.plan.access import Effect
from sso_sync.plan.cells import Cell, Item, Known, Later, Undetermined
from sso_sync.plan.diff import Delta
from sso_sync.plan.items.settings import live_cell
from sso_sync.plan.link import Unread
from sso_sync.plan.masking import MASK
from sso_sync.plan.model import Action, Step
from sso_sync.plan.operations import Output
from sso_sync.plan.origin import Origin
from sso_sync.plan.proof import Proof, holding, proof_fingerprint
from sso_sync.plan.targets import (
    AppItself,
    ConfigurationField,
    Membership,
    ParameterField,
    ParameterItself,
    Setting,
    SigningCertificate,
    Target,
)
from sso_sync.spec.connection import Connection, SpecPath
from sso_sync.spec.model import GUIDE_PARAMETERS

__all__ = ["Attribute", "JustCallPeople", "Outcome", "Value", "enabled_after", "outcome"]

_JUDGED = ("audience", "recipient", "acs_url", "acs_url_validator", "nameid_format")
_OWN_BLANK = frozenset({"audience", "recipient", "acs_url", "acs_url_validator"})
_NAMEID = "nameid"
_INCLUDE = "include_in_assertion"
_UNKNOWN = Undetermined("not known")


@dataclass(frozen=True)
class Value:
    """One value as it will be. `path` is the place in the spec that answers for it."""

    cell: Cell
    address: str
    path: SpecPath = ()
    sensitive: bool = False

    @property
    def text(self) -> str | None:
        """The value as text, "" for an empty field; None when it is not known, or is no text."""
        if not isinstance(self.cell, Known):
            return None
        value = self.cell.value
        return "" if value is None else value if isinstance(value, str) else None

    @property
    def spoken(self) -> str:
        """The value as a sentence may say it."""
        return MASK if self.sensitive else "blank" if not self.text else repr(self.text)


class Attribute(Enum):
    """How an attribute of the assertion will be."""

    SENT = "sent"
    LEFT_OUT = "not included in the assertion"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class JustCallPeople:
    """Everybody in JustCall; `users` is None when they were not read, and `reason` then says why.

    `failed`: reading was tried.
    """

    users: tuple[JustCallUser, ...] | None = None
    reason: str | None = None
    failed: bool = False


@dataclass(frozen=True)
class Outcome:
    """Both sides after the plan, and how the plan gets there.

    `app`: there will be an app. `configuration` is by friendly key, `attributes` by guide parameter; both are empty
    without an app. `people` is None when JustCall's people are not asked for. `statuses` maps user id to OneLogin's
    status, None when they were not read. `hidden` are e-mails (lower case) that came from the environment. `proof` is a
    login proven lately for exactly this outcome. `origin` is where the spec comes from, None when nobody looked.
    """

    connection: Connection
    now: datetime
    idp: LiveIdp | Unread
    sp: Settings | Unread
    by_hand: bool = False
    app: bool = False
    deltas: tuple[Delta, ...] = ()
    steps: tuple[Step, ...] = ()
    configuration: Mapping[str, Value] = field(default_factory=dict)
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    settings: Mapping[SettingField, Value] = field(default_factory=dict)
    signing_certificate: Value = field(default_factory=lambda: Value(_UNKNOWN, "onelogin.app.certificate"))
    access: Effect = field(default_factory=Effect)
    people: JustCallPeople | None = None
    statuses: Mapping[int, int] | None = None
    hidden: frozenset[str] = frozenset()
    proof: Proof | None = None
    origin: Origin | None = None

    @property
    def acts(self) -> bool:
        """Whether applying the plan does anything: a plan that does nothing cannot be refused."""
        return bool(self.steps)

    @property
    def enabled(self) -> bool:
        """Whether SSO will be on, as far as that is known."""
        cell = self.setting(SettingField.ENABLED).cell
        return isinstance(cell, Known) and cell.value is True

    @property
    def joining(self) -> frozenset[int]:
        """User ids of people who are put into a role one by one."""
        return frozenset(
            delta.item.target.user_id
            for delta in self.deltas
            if isinstance(delta.item.target, Membership) and delta.change.action is Action.CREATE
        )

    def setting(self, key: SettingField) -> Value:
        """A JustCall setting as it will be."""
        return self.settings.get(key, Value(_UNKNOWN, f"justcall.sso.{key.value}"))

    def configured(self, key: str) -> Value:
        """A configuration key of the app as it will be."""
        return self.configuration.get(key, Value(_UNKNOWN, f"onelogin.app.configuration.{key}"))


def outcome(
    connection: Connection,
    idp: LiveIdp | Unread,
    sp: Settings | Unread,
    items: Sequence[Item],
    *,
    now: datetime,
    by_hand: bool = False,
    deltas: Sequence[Delta] = (),
    steps: Sequence[Step] = (),
    access: Effect | None = None,
    people: JustCallPeople | None = None,
    statuses: Mapping[int, int] | None = None,
    hidden: frozenset[str] = frozenset(),
    proof: Proof | None = None,
    origin: Origin | None = None,
) -> Outcome:
    """Both sides after the plan that `items`, `deltas` and `steps` belong to. `now` is UTC-aware.

    `proof` is the last login proof, whatever it was about.
    """
    by_target = {item.target: item for item in items if _singular(item.target)}
    live = idp.app if isinstance(idp, LiveIdp) else None
    stays = isinstance(idp, LiveIdp) and _app_stays(live, items)
    return Outcome(
        connection=connection,
        now=now,
        idp=idp,
        sp=sp,
        by_hand=by_hand,
        app=stays,
        deltas=tuple(deltas),
        steps=tuple(steps),
        configuration={key: _configured(key, live, by_target) for key in _JUDGED} if stays else {},
        attributes=(
            {name: _attribute(name, live, items) for name in GUIDE_PARAMETERS if name != _NAMEID} if stays else {}
        ),
        settings={key: _setting(connection, key, sp, by_target) for key in SettingField},
        signing_certificate=_signing_certificate(live, by_target, stays=stays),
        access=access or Effect(),
        people=people,
        statuses=statuses,
        hidden=hidden,
        proof=holding(proof, now=now, what=lambda: proof_fingerprint(connection, idp, sp, items)),
        origin=origin,
    )


def enabled_after(sp: Settings | Unread, items: Sequence[Item]) -> bool:
    """Whether SSO is or will be on, as far as that is known."""
    after = next((_after(item) for item in items if item.target == Setting(SettingField.ENABLED)), None)
    return (after or live_cell(SettingField.ENABLED, sp)) == Known(True)


def _app_stays(live: App | None, items: Sequence[Item]) -> bool:
    """Whether there will be an app: it is wanted, or it is there and nobody takes it away."""
    wish = next((item.desired for item in items if item.target == AppItself()), None)
    return isinstance(wish, Known) or (wish is None and live is not None)


def _singular(target: Target) -> bool:
    return isinstance(target, ConfigurationField | Setting | SigningCertificate)


def _after(item: Item) -> Cell:
    return item.live if isinstance(item.desired, Undetermined) else item.desired


def _of(item: Item) -> Value:
    return Value(_after(item), item.address, item.path, item.sensitive)


def _configured(key: str, live: App | None, by_target: Mapping[Target, Item]) -> Value:
    item = by_target.get(ConfigurationField(key))
    if item is not None:
        return _of(item)
    cell: Cell = _UNKNOWN
    if live is not None:
        cell = Known(decode(key, live.configuration.get(CONFIGURATION[key].wire)))
    elif key in _OWN_BLANK:
        cell = Known(None)  # a new app has nothing there (fact sheet onelogin-api §5.3)
    return Value(cell, f"onelogin.app.configuration.{key}", ("onelogin", "app", "configuration", key))


def _attribute(name: str, live: App | None, items: Sequence[Item]) -> Attribute:
    for item in items:
        match item.target:
            case ParameterItself(name=found) if found == name:
                wish = item.desired.value if isinstance(item.desired, Known) else None
                return _included(wish.get(_INCLUDE)) if isinstance(wish, Mapping) else Attribute.MISSING
            case ParameterField(name=found, field=key) if found == name and key == _INCLUDE:
                after = _after(item)
                return _included(after.value) if isinstance(after, Known) else Attribute.UNKNOWN
    held = live.parameters.get(name) if live is not None else None
    if held is None:
        return Attribute.MISSING
    # A parameter of the connector's own carries no such flag (§5.5), so nothing says whether it is sent.
    return _included(held.get("include_in_saml_assertion")) if is_custom_parameter(held) else Attribute.UNKNOWN


def _included(flag: object) -> Attribute:
    sent = isinstance(flag, bool | int | str) and truth(flag)
    return Attribute.SENT if sent else Attribute.LEFT_OUT


def _setting(
    connection: Connection, key: SettingField, sp: Settings | Unread, by_target: Mapping[Target, Item]
) -> Value:
    item = by_target.get(Setting(key))
    if item is not None:
        return _of(item)
    pin = getattr(connection.spec.justcall.service_provider, key.value, None)
    if pin is not None:
        path: SpecPath = ("justcall", "service_provider", key.value)
        return Value(Known(pin), f"justcall.sso.{key.value}", path, connection.is_sensitive(path))
    return Value(live_cell(key, sp), f"justcall.sso.{key.value}", ("justcall", "sso", key.value))


def _signing_certificate(live: App | None, by_target: Mapping[Target, Item], *, stays: bool) -> Value:
    address, path = "onelogin.app.certificate", ("onelogin", "app", "certificate")
    item = by_target.get(SigningCertificate())
    if not stays:
        return Value(_UNKNOWN, address, path)
    changes = item is not None and isinstance(item.desired, Known) and item.desired != item.live
    if live is None or changes:
        return Value(Later(Output.CERTIFICATE), address, path)
    return Value(Known(live.sso.certificate.value) if live.sso.certificate.value else _UNKNOWN, address, path)

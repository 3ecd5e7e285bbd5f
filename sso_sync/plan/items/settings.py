"""JustCall's side: the SSO settings, fed by OneLogin's values unless the spec overrides them."""

from __future__ import annotations

from sso_sync.errors import Diagnostic
from sso_sync.justcall.sealed import is_seal, matches
from sso_sync.justcall.settings import SettingField, Settings, Unknown
from sso_sync.plan.cells import Cell, Item, Known, Undetermined
from sso_sync.plan.items.common import Found
from sso_sync.plan.link import Feed, Link, Unread
from sso_sync.plan.meaning import Meaning
from sso_sync.plan.model import Side
from sso_sync.plan.targets import Setting
from sso_sync.saml import certificate
from sso_sync.spec.connection import Connection, SpecPath
from sso_sync.spec.model import UNMANAGED, given
from sso_sync.values import Json

__all__ = ["PROTOCOL", "live_cell", "settings"]

_PATH: SpecPath = ("justcall", "sso")
PROTOCOL = "SAML 2.0"
"""What guide step 1 has people select; managed whenever SSO is to be enabled."""


def settings(connection: Connection, live: Settings | Unread, link: Link, *, by_hand: bool) -> Found:
    """Every managed setting, the switch last: it is also the last to be changed."""
    sso = connection.spec.justcall.sso
    found = Found()
    feeds: tuple[tuple[SettingField, Feed, str], ...] = (
        (SettingField.SSO_URL, link.sso_url, "from OneLogin's SAML 2.0 endpoint"),
        (SettingField.ISSUER, link.issuer, "from OneLogin's issuer URL"),
        (SettingField.CERTIFICATE, link.certificate, "from OneLogin's signing certificate"),
    )
    if sso.enabled is True and given(sso, "enabled"):
        protocol = _item(connection, live, SettingField.PROTOCOL, Known(PROTOCOL), (*_PATH, "enabled"), by_hand=by_hand)
        found += Found((protocol,))
    for field, feed, origin in feeds:
        if getattr(sso, field.value) is UNMANAGED:
            continue
        path: SpecPath = (*_PATH, field.value)
        overridden = given(sso, field.value)
        desired = Known(getattr(sso, field.value)) if overridden else feed.cell
        reason = None if overridden else origin
        item = _item(connection, live, field, desired, path, by_hand=by_hand, reason=reason)
        found += Found((item,), _unusable(connection, field, desired, path) if overridden else ())
    for field in (SettingField.DEFAULT_ROLE, SettingField.ENABLED):
        if given(sso, field.value):
            wish: Json = getattr(sso, field.value)
            path = (*_PATH, field.value)
            last = field is SettingField.ENABLED and wish is True
            reason = _proof(connection) if last else None
            found += Found((_item(connection, live, field, Known(wish), path, by_hand=by_hand, reason=reason),))
    return found


def _proof(connection: Connection) -> str:
    tested = connection.spec.guards.require_login_proof
    return "as the last step, after a successful test" if tested else "as the last step"


def live_cell(field: SettingField, live: Settings | Unread) -> Cell:
    """What is known of one setting, as one half of a comparison."""
    if isinstance(live, Unread):
        return Undetermined(live.reason)
    knowledge = live.knowledge(field)
    if isinstance(knowledge, Unknown):
        return Undetermined(knowledge.reason, knowledge.expired)
    if field is SettingField.ENABLED:
        return Known(knowledge.value is True)  # a switch that nobody has touched is off
    return Known(knowledge.value)


def _unsealed(field: SettingField, desired: Cell, live: Cell) -> Cell:
    """A record kept as a seal (it came from `!env`) holds what is wanted, or something else that nobody can read."""
    if isinstance(live, Known) and isinstance(desired, Known) and matches(field, live.value, desired.value):
        return desired
    return live


def _item(
    connection: Connection,
    live: Settings | Unread,
    field: SettingField,
    desired: Cell,
    path: SpecPath,
    *,
    by_hand: bool,
    reason: str | None = None,
) -> Item:
    there = _unsealed(field, desired, live_cell(field, live))
    sealed = isinstance(there, Known) and is_seal(there.value)
    return Item(
        address=f"justcall.sso.{field.value}",
        side=Side.JUSTCALL,
        target=Setting(field),
        desired=desired,
        live=there,
        path=path,
        meaning=Meaning.CERTIFICATE if field is SettingField.CERTIFICATE else Meaning.BLANK_IS_ONE,
        reason=reason,
        by_hand=by_hand and not isinstance(live, Unread),
        sensitive=sealed or connection.is_sensitive(path),
    )


def _unusable(connection: Connection, field: SettingField, desired: Cell, path: SpecPath) -> tuple[Diagnostic, ...]:
    """A certificate override that is none."""
    if field is not SettingField.CERTIFICATE or not isinstance(desired, Known) or not isinstance(desired.value, str):
        return ()
    try:
        certificate.parse(desired.value)
    except certificate.CertificateError as problem:
        return (
            connection.diagnostic(
                "error",
                path,
                "The certificate in the spec cannot be read",
                detail=str(problem),
                address="justcall.sso.certificate",
                next_action="Paste the X.509 certificate as PEM, or leave the key out to use OneLogin's.",
            ),
        )
    return ()

"""The certificates of both sides as they are today: what plan shows of them, and what metrics are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sso_sync.justcall.sealed import is_seal
from sso_sync.justcall.settings import SettingField, Settings
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.cells import Item
from sso_sync.plan.link import Unread
from sso_sync.plan.masking import MASK, without_secrets
from sso_sync.plan.model import CertificateFact, Expiry, Side
from sso_sync.plan.targets import Setting
from sso_sync.saml import certificate
from sso_sync.spec.connection import Connection
from sso_sync.spec.guards import CertificateExpiry

__all__ = ["certificate_facts"]


def certificate_facts(
    connection: Connection, idp: LiveIdp | Unread, sp: Settings | Unread, items: Sequence[Item], *, now: datetime
) -> tuple[CertificateFact, ...]:
    """What OneLogin signs with and what JustCall holds, as far as it was read and is a certificate."""
    return tuple(_facts(connection, idp, sp, items, now))


def _facts(
    connection: Connection, idp: LiveIdp | Unread, sp: Settings | Unread, items: Sequence[Item], now: datetime
) -> Iterator[CertificateFact]:
    ours = idp.app.sso.certificate.value if isinstance(idp, LiveIdp) and idp.app else None
    if ours and (fact := _fact(connection, Side.ONELOGIN, ours, now)):
        yield fact
    theirs = sp.value(SettingField.CERTIFICATE) if isinstance(sp, Settings) else None
    if not theirs:
        return
    if _hidden(connection, items) or is_seal(theirs):
        yield CertificateFact(Side.JUSTCALL, MASK)
    elif isinstance(theirs, str) and (fact := _fact(connection, Side.JUSTCALL, theirs, now)):
        yield fact


def _hidden(connection: Connection, items: Sequence[Item]) -> bool:
    """Whether the certificate that JustCall should hold came from the environment: it may hold it already."""
    held = Setting(SettingField.CERTIFICATE)
    path = ("justcall", "sso", SettingField.CERTIFICATE.value)
    return connection.is_sensitive(path) or any(item.sensitive for item in items if item.target == held)


def _fact(connection: Connection, side: Side, text: str, now: datetime) -> CertificateFact | None:
    """None for what is no certificate: the plan's changes and guards speak of that."""
    if certificate.is_fingerprint(text):
        return CertificateFact(side, text.strip())
    try:
        found = certificate.parse(text)
    except certificate.CertificateError:
        return None
    days = (found.not_after - now).days
    return CertificateFact(
        side,
        found.fingerprint,
        found.not_after,
        days,
        _key(found),
        without_secrets(connection, found.subject),
        _expiry(days, connection.spec.guards.certificate_expiry),
    )


def _key(found: certificate.Certificate) -> str | None:
    if not found.key_bits:
        return None
    # The size of these is part of their name.
    return found.key_type if found.key_type.startswith("Ed") else f"{found.key_type} {found.key_bits}"


def _expiry(days: int, limits: CertificateExpiry) -> Expiry:
    if days < 0:
        return Expiry.EXPIRED
    if days <= limits.fail_days:
        return Expiry.FAIL
    return Expiry.WARN if days <= limits.warn_days else Expiry.GOOD

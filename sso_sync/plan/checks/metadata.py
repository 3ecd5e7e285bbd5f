"""What OneLogin publishes of its app, held against the app's own settings and against what JustCall was given of them.

The metadata is public and needs no credentials (fact sheet onelogin-api §9), so it is a second witness.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sso_sync.errors import Diagnostic
from sso_sync.justcall.settings import SettingField, Settings
from sso_sync.onelogin.models import App
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.checks.comparing import Missing, Opinion
from sso_sync.plan.checks.model import Check, Group, Status
from sso_sync.plan.checks.sides import LABELS, PLAN, app_of, discreet_check, held, unmade
from sso_sync.plan.link import Unread
from sso_sync.saml import certificate
from sso_sync.saml.metadata import IdpMetadata
from sso_sync.spec.connection import Connection
from sso_sync.spec.model import UNMANAGED, given
from sso_sync.values import Json

__all__ = ["metadata_checks", "metadata_findings"]


@dataclass(frozen=True)
class _Asked:
    """One of the three values: what is compared, what OneLogin's app calls it, and JustCall's field for it."""

    name: str
    label: str
    field: SettingField


_ASKED = (
    _Asked("metadata.entity_id", "issuer", SettingField.ISSUER),
    _Asked("metadata.sso_url", "SAML 2.0 endpoint", SettingField.SSO_URL),
    _Asked("metadata.certificate", "signing certificate", SettingField.CERTIFICATE),
)


def metadata_checks(
    connection: Connection, published: IdpMetadata | Missing, idp: LiveIdp | Unread, sp: Settings | Unread
) -> tuple[Check, ...]:
    """The comparisons of three values. `published` is what was read, or why it was not."""
    checks = [_compared(connection, asked, published, idp, sp) for asked in _ASKED]
    return tuple(replace(discreet_check(connection, check), group=Group.METADATA) for check in checks)


def metadata_findings(published: IdpMetadata | Missing, *, now: datetime) -> tuple[Diagnostic, ...]:
    """That the metadata itself has run out, which says something about whoever made it. `now` is UTC-aware."""
    until = None if isinstance(published, Missing) else published.valid_until
    if until is None or until > now:
        return ()
    return (Diagnostic("warning", f"OneLogin's metadata says itself that it was valid until {until:%Y-%m-%d}"),)


def _compared(
    connection: Connection,
    asked: _Asked,
    published: IdpMetadata | Missing,
    idp: LiveIdp | Unread,
    sp: Settings | Unread,
) -> Check:
    check = Check(
        asked.name,
        Status.PASS,
        f"Both sides have the {asked.label} that OneLogin publishes",
        f"justcall.sso.{asked.field.value}",
    )
    unknown = replace(check, summary=f"Whether both sides have the {asked.label} that OneLogin publishes is not known")
    app = app_of(idp)
    if isinstance(app, Missing):
        return unmade(unknown, app)
    if isinstance(published, Missing):
        return unmade(unknown, published)
    values = _published(asked.field, published)
    if not values:
        return unmade(unknown, Missing(f"the metadata names no {asked.label}"))
    heard = (*_app_says(app, asked), *_justcall_holds(connection, sp, asked.field))
    wrong = [one for one in heard if isinstance(one, Opinion) and not _among(one.expected, values, asked.field)]
    check = replace(check, expected=_said(values, asked.field))
    if wrong:
        return replace(
            check,
            status=Status.FAIL,
            summary=f"Not everybody has the {asked.label} that OneLogin publishes",
            address="onelogin.app" if wrong[0] is heard[0] else check.address,
            detail="\n".join(f"{_capital(one.who)} is another one." for one in wrong),
            found=_said((wrong[0].expected or "",), asked.field),
            next_action=PLAN,
        )
    silent = [one for one in heard if isinstance(one, Missing)]
    if silent:
        return unmade(replace(unknown, expected=check.expected), *silent)
    return replace(check, found=check.expected)


def _published(field: SettingField, metadata: IdpMetadata) -> tuple[str, ...]:
    if field is SettingField.ISSUER:
        return (metadata.entity_id,) if metadata.entity_id else ()
    if field is SettingField.SSO_URL:
        return tuple(dict.fromkeys(metadata.sso_urls.values()))
    return tuple(one.pem for one in metadata.certificates)


def _app_says(app: App, asked: _Asked) -> Iterator[Opinion | Missing]:
    value = {
        SettingField.ISSUER: app.sso.issuer,
        SettingField.SSO_URL: app.sso.acs_url,
        SettingField.CERTIFICATE: app.sso.certificate.value,
    }[asked.field]
    yield Opinion(f"the app's {asked.label}", value) if value else Missing(f"OneLogin shows no {asked.label}")


def _justcall_holds(connection: Connection, sp: Settings | Unread, field: SettingField) -> Iterator[Opinion | Missing]:
    sso = connection.spec.justcall.sso
    if given(sso, field.value) and getattr(sso, field.value) is not UNMANAGED:
        return  # the spec wants another value there, and says so
    there = held(connection, sp, field)
    if there.missing is not None or there.text is None:
        yield there.missing or Missing(f"JustCall's {LABELS[field]} is not known")
    else:
        yield Opinion(f"JustCall's {LABELS[field]}", there.text)


def _among(value: str | None, published: Sequence[str], field: SettingField) -> bool:
    if field is SettingField.CERTIFICATE:
        return any(certificate.same(value, one) for one in published)
    return value in published


def _said(values: Sequence[str], field: SettingField) -> Json:
    """As a report shows it: certificates by their fingerprints."""
    if field is not SettingField.CERTIFICATE:
        return ", ".join(values)
    return ", ".join(_fingerprint(one) for one in values)


def _fingerprint(text: str) -> str:
    try:
        return certificate.fingerprint(text)
    except certificate.CertificateError:
        return "no readable certificate" if text.strip() else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

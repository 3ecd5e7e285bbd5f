"""The two sides feed each other (DESIGN §3, Link): JustCall's ACS URL and Entity ID go into the app, the app's SAML
endpoint, issuer and certificate go into JustCall. This is what Terraform providers need two applies for.
"""

from __future__ import annotations

from dataclasses import dataclass

from sso_sync.justcall.settings import SettingField, Settings, Unknown
from sso_sync.onelogin.models import App, Sso
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.cells import Cell, Known, Later, Undetermined
from sso_sync.plan.operations import Output
from sso_sync.spec.connection import SpecPath
from sso_sync.spec.model import ServiceProvider

__all__ = ["Feed", "Link", "Unread", "link"]


@dataclass(frozen=True, slots=True)
class Unread:
    """A side that could not be read at all, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A value that one side takes from the other; `path` is the pin in the spec, if that is where it comes from."""

    cell: Cell
    path: SpecPath | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Everything that crosses over."""

    acs_url: Feed
    entity_id: Feed
    sso_url: Feed
    issuer: Feed
    certificate: Feed


def _from_justcall(pins: ServiceProvider, field: SettingField, live: Settings | Unread) -> Feed:
    pinned = getattr(pins, field.value)
    if pinned is not None:
        return Feed(Known(pinned), ("justcall", "service_provider", field.value))
    if isinstance(live, Unread):
        return Feed(Undetermined("JustCall was not read"))
    knowledge = live.knowledge(field)
    if isinstance(knowledge, Unknown):
        return Feed(Undetermined(knowledge.reason))
    if not isinstance(knowledge.value, str) or not knowledge.value:
        return Feed(Undetermined("JustCall shows no value yet"))
    return Feed(Known(knowledge.value))


def _from_onelogin(value: str | None, output: Output, app: App | None, *, changing: bool = False) -> Feed:
    if app is None or changing:
        return Feed(Later(output))
    if not value:
        return Feed(Undetermined("OneLogin's answer holds no such value"))
    return Feed(Known(value))


def link(
    pins: ServiceProvider,
    idp: LiveIdp | Unread,
    sp: Settings | Unread,
    *,
    certificate_changes: bool,
    issuer_changes: bool,
) -> Link:
    """The values that cross over, as far as they are known now.

    `certificate_changes` and `issuer_changes` say that this very plan changes what OneLogin will answer, so
    that today's value must not be copied to JustCall.
    """
    acs_url = _from_justcall(pins, SettingField.ACS_URL, sp)
    entity_id = _from_justcall(pins, SettingField.ENTITY_ID, sp)
    if isinstance(idp, Unread):
        blind = Feed(Undetermined("OneLogin was not read"))
        return Link(acs_url, entity_id, blind, blind, blind)
    app = idp.app
    sso = app.sso if app else Sso()
    return Link(
        acs_url=acs_url,
        entity_id=entity_id,
        sso_url=_from_onelogin(sso.acs_url, Output.SAML_ENDPOINT, app),
        issuer=_from_onelogin(sso.issuer, Output.ISSUER, app, changing=issuer_changes),
        certificate=_from_onelogin(sso.certificate.value, Output.CERTIFICATE, app, changing=certificate_changes),
    )

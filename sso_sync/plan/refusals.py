"""Refusals that need no counting: somebody else's app, and a service provider that is not the one the spec pins."""

from __future__ import annotations

from collections.abc import Iterator

from sso_sync.justcall.settings import Observed, SettingField, Settings
from sso_sync.onelogin.state import LiveIdp
from sso_sync.plan.link import Unread
from sso_sync.plan.masking import spoken
from sso_sync.plan.model import Refusal
from sso_sync.spec.connection import Connection

__all__ = ["GUARDS", "refusals"]

GUARDS = frozenset(
    {
        "certificate_expiry",
        "match_users",
        "max_removals",
        "ownership",
        "require_login_proof",
        "required_users",
        "service_provider",
    }
)
"""Every name that `--override` takes (DESIGN §4)."""


def refusals(connection: Connection, idp: LiveIdp | Unread, sp: Settings | Unread) -> Iterator[Refusal]:
    """Everything that stands in the way of applying this plan, each under the name that `--override` takes."""
    if isinstance(idp, LiveIdp):
        yield from _ownership(connection, idp)
    if isinstance(sp, Settings):
        yield from _pins(connection, sp)


def _ownership(connection: Connection, idp: LiveIdp) -> Iterator[Refusal]:
    if idp.app is None or idp.owner == connection.name:
        return
    here = f"The app {spoken(connection, idp.app.name, ('onelogin', 'app', 'name'))} (id {idp.app.id})"
    if idp.owner is not None:
        yield Refusal(
            guard="ownership",
            summary=f"{here} is managed by the connection {idp.owner!r}",
            detail="Its notes carry that connection's ownership mark. Two writers would undo each other's work.",
            setting="onelogin.app.name or onelogin.app.id",
            next_action=f"Name another app, or take this one over from {idp.owner!r} with --override ownership.",
            address="onelogin.app",
        )
    elif connection.spec.state == "absent":
        yield Refusal(
            guard="ownership",
            summary=f"{here} is not marked as ours, so it is not deleted",
            detail="Only apps that carry this connection's ownership mark in their notes are deleted.",
            setting="state",
            next_action="Delete it in the console, or say that it is yours with --override ownership.",
            address="onelogin.app",
        )


def _pins(connection: Connection, sp: Settings) -> Iterator[Refusal]:
    """A pin that JustCall contradicts means another JustCall account, or a changed one: logins would go astray."""
    pins = connection.spec.justcall.service_provider
    for field in (SettingField.ACS_URL, SettingField.ENTITY_ID):
        pinned, seen = getattr(pins, field.value), sp.knowledge(field)
        if pinned is None or not isinstance(seen, Observed) or not seen.value or seen.value == pinned:
            continue
        path = ("justcall", "service_provider", field.value)
        hidden = connection.is_sensitive(path)
        yield Refusal(
            guard="service_provider",
            summary=f"JustCall's {field.value} is not the one that the spec pins",
            detail=None if hidden else f"JustCall shows {seen.value!r}, the spec pins {pinned!r}.",
            setting=f"justcall.service_provider.{field.value}",
            next_action="Check that this is the right JustCall account; then correct or remove the pin.",
            address=f"justcall.sso.{field.value}",
        )

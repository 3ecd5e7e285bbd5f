"""The part of an imported spec that does not depend on what both sides agree on: who, where, and which app."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sso_sync.errors import LiveStateError
from sso_sync.justcall.settings import SettingField, Settings
from sso_sync.onelogin.models import App
from sso_sync.onelogin.state import LiveIdp
from sso_sync.onelogin.texts import same_text
from sso_sync.onelogin.vocabulary import CONNECTOR_ID, decode
from sso_sync.plan.link import Unread
from sso_sync.safe import visible
from sso_sync.spec.model import App as AppSpec

__all__ = ["NAME", "Account", "base", "connection_name", "pins", "slug"]

NAME = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
"""What a connection may be called."""
_LONGEST = 63
_WIRE = {SettingField.ACS_URL: ("acs_url", "consumer_url"), SettingField.ENTITY_ID: ("audience", "audience")}


@dataclass(frozen=True, slots=True)
class Account:
    """What the user said: where both sides are. `name` is the connection's, None to find one.

    `pinned`: the app was named by its id, and so the spec names it by that too.
    """

    name: str | None = None
    subdomain: str | None = None
    url: str | None = None
    driver: str = "attested"
    justcall_url: str | None = None
    pinned: bool = False


def slug(text: str) -> str:
    """A connection name made of any text."""
    return re.sub("[^a-z0-9]+", "-", text.lower()).strip("-")[:_LONGEST].strip("-") or "justcall"


def connection_name(account: Account, idp: LiveIdp, app: App) -> str:
    """The connection's name: the app's mark has the last word. Raises LiveStateError when they contradict."""
    owner = idp.owner
    if owner is None:
        return account.name or slug(app.name)
    if account.name not in (None, owner) or re.fullmatch(NAME, owner) is None:
        raise LiveStateError.because(
            f"The app {visible(app.name)} (id {app.id}) carries the mark of {visible(owner)!r}",
            detail="Another name for the connection would take the app over, which plan refuses.",
            address="onelogin.app.notes",
            next_action="Leave out --connection to import it under that name, or take the mark out of the app's notes.",
        )
    return owner


def base(account: Account, name: str, app: App, held: dict[str, str]) -> dict[str, Any]:
    """The tree to begin with. `held` are the pins, by key of `justcall.service_provider`."""
    wanted: dict[str, Any] = {}
    if not same_text(app.name, AppSpec.model_fields["name"].default):
        wanted["name"] = app.name
    if account.pinned:
        wanted["id"] = app.id
    if app.connector_id not in (None, CONNECTOR_ID):
        wanted["connector"] = app.connector_id
    onelogin = {"subdomain": account.subdomain} if account.url is None else {"url": account.url}
    justcall: dict[str, Any] = {"driver": account.driver}
    if account.justcall_url is not None:
        justcall["url"] = account.justcall_url
    if held:
        justcall["service_provider"] = held
    return {
        "version": 1,
        "name": name,
        "onelogin": onelogin | ({"app": wanted} if wanted else {}),
        "justcall": justcall,
    }


def pins(account: Account, app: App, sp: Settings | Unread) -> dict[str, str]:
    """JustCall's own values where nobody reads them: as a person vouched for them, else as the app has them.

    Raises LiveStateError for the driver `attested`, which cannot do without, when the app has none either.
    """
    held = {}
    for field, (key, wire) in _WIRE.items():
        seen = None if isinstance(sp, Unread) else sp.value(field)
        known = seen if isinstance(seen, str) and seen else None
        if known is not None and account.driver != "attested":
            continue
        value = known or decode(key, app.configuration.get(wire))
        if isinstance(value, str) and value and (field is SettingField.ENTITY_ID or re.match(r"https?://\S+$", value)):
            held[field.value] = value
        elif account.driver == "attested":
            raise LiveStateError.because(
                f"The app {visible(app.name)} (id {app.id}) has no usable {key}, and the driver attested needs one",
                detail="Nobody reads JustCall's page, so its ACS URL and Entity ID are taken from the app.",
                address=f"onelogin.app.configuration.{key}",
                next_action="Name another --driver (browser or http), or write the spec with `sso-sync init`.",
            )
    return held

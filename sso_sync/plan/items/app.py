"""The app itself: that it exists, whose it is, its name, and its top-level attributes."""

from __future__ import annotations

from sso_sync.errors import Diagnostic
from sso_sync.onelogin import models
from sso_sync.onelogin.ownership import mark, marked
from sso_sync.onelogin.state import FoundBy
from sso_sync.onelogin.vocabulary import CONNECTOR_ID, CONNECTOR_NAME
from sso_sync.plan.cells import ABSENT, Cell, Known, Undetermined
from sso_sync.plan.items.common import APP_PATH, Area, Found
from sso_sync.plan.meaning import Meaning
from sso_sync.plan.targets import AppField, AppItself
from sso_sync.spec.model import given
from sso_sync.values import Json

__all__ = ["app"]


def app(area: Area) -> Found:
    """Existence, name, ownership mark, and the attributes that the spec names."""
    return _existence(area) + _identity(area) + _attributes(area) + _referenced(area) + _connector(area)


def _existence(area: Area) -> Found:
    wanted = area.connection.spec.onelogin.app
    after: Json = {"name": wanted.name, "connector": area.label(str(wanted.connector), (*APP_PATH, "connector"))}
    live: Cell = ABSENT if area.idp.app is None else Known(after)
    return Found((area.item("onelogin.app", AppItself(), Known(after), live, (*APP_PATH, "name")),))


def _identity(area: Area) -> Found:
    """Name and mark are the app's identity: a new app is created with them, so there they are no changes."""
    live = area.idp.app
    if live is None:
        return Found()
    connection, wanted = area.connection, area.connection.spec.onelogin.app
    items = [
        area.item(
            "onelogin.app.name",
            AppField("name"),
            Known(wanted.name),
            Known(live.name),
            (*APP_PATH, "name"),
            meaning=Meaning.ESCAPED,
            reason=f"found by its {area.idp.found_by}" if area.idp.found_by not in (None, FoundBy.NAME) else None,
            sensitive=any(area.holds_secret((*APP_PATH, key)) for key in ("name", "previously")),
        )
    ]
    if area.idp.owner == connection.name:
        return Found(tuple(items))
    former = area.idp.owner
    items.append(
        area.item(
            "onelogin.app.notes",
            AppField("notes"),
            Known(marked(live.notes, connection.name)),
            Known(live.notes),
            ("name",),
            meaning=Meaning.ESCAPED,
            reason="adopts the existing app" if former is None else f"takes the app over from {former!r}",
        )
    )
    # Somebody else's mark is a refusal, and needs no finding beside it.
    return Found(tuple(items), (_adopted(area, live),) if former is None else ())


def _adopted(area: Area, live: models.App) -> Diagnostic:
    return area.connection.diagnostic(
        "info",
        APP_PATH,
        f"The existing app {_called(area, live)} is adopted",
        detail=f"It carries no ownership mark yet; apply writes “{mark(area.connection.name)}” into its notes.",
        address="onelogin.app",
        next_action="If this is another app, pin the right one with onelogin.app.id or choose another name.",
    )


def _called(area: Area, live: models.App) -> str:
    return f"{area.spoken(live.name, (*APP_PATH, 'name'))} (id {live.id})"


def _attributes(area: Area) -> Found:
    wanted, live = area.connection.spec.onelogin.app, area.idp.app
    visible = area.item(
        "onelogin.app.visible",
        AppField("visible"),
        Known(wanted.visible is True),
        area.live(bool(live and live.visible)),
        (*APP_PATH, "visible"),
        reason=None if given(wanted, "visible") else "people click the tile",
    )
    items = [visible] if isinstance(wanted.visible, bool) else []
    if given(wanted, "description"):
        items.append(
            area.item(
                "onelogin.app.description",
                AppField("description"),
                Known(wanted.description if isinstance(wanted.description, str) else None),
                area.live(live.description if live else None),
                (*APP_PATH, "description"),
                meaning=Meaning.ESCAPED,
            )
        )
    return Found(tuple(items))


def _referenced(area: Area) -> Found:
    """Policy, brand and tab: other objects, by id or by a name that the reader looked up."""
    wanted, live = area.connection.spec.onelogin.app, area.idp.app
    looked_up = {"policy": area.idp.policy_id, "brand": area.idp.brand_id}
    found = Found()
    for key in ("policy", "brand", "tab"):
        if not given(wanted, key):
            continue
        address, path, wish = f"onelogin.app.{key}", (*APP_PATH, key), getattr(wanted, key)
        identity = looked_up[key] if isinstance(wish, str) else wish
        name = area.spoken(wish, path) if isinstance(wish, str) else None
        unread = area.unread(address)
        if name is not None and identity is None and unread is None:
            missing = area.connection.diagnostic(
                "error",
                path,
                f"There is no {key} named {name} for apps in OneLogin",
                address=address,
                next_action=f"Correct the name, or create the {key} in OneLogin first.",
            )
            found += Found(findings=(missing,))
            continue
        wire = f"{key}_id"
        item = area.item(
            address,
            AppField(wire),
            Known(identity) if unread is None else Undetermined(unread),
            area.live(getattr(live, wire, None)),
            path,
            reason=f"the {key} {name}" if name is not None else None,
        )
        found += Found((item,))
    return found


def _connector(area: Area) -> Found:
    """An app's connector cannot be changed (fact sheet §5.3), so another one is an error and not a difference."""
    wanted, live, path = area.connection.spec.onelogin.app, area.idp.app, (*APP_PATH, "connector")
    name = area.spoken(wanted.connector, path)
    if live is None:
        known = isinstance(wanted.connector, int) or area.idp.connector_id is not None
        return Found() if known else Found(findings=(_no_connector(area, name),))
    if area.idp.owner == area.connection.name and not isinstance(wanted.connector, int):
        return Found()  # made from the connector of this name, whose id differs between accounts (fact sheet §4)
    expected = CONNECTOR_ID if wanted.connector == CONNECTOR_NAME else wanted.connector
    if not isinstance(expected, int) or live.connector_id in (None, expected):
        return Found()
    other = area.connection.diagnostic(
        "error",
        path,
        f"The app {_called(area, live)} was made from connector {live.connector_id}, the spec asks for {name}",
        detail="OneLogin cannot change the connector of an app.",
        address="onelogin.app",
        next_action="Name the app's own connector in onelogin.app.connector, or name another app.",
    )
    return Found(findings=(other,))


def _no_connector(area: Area, name: str) -> Diagnostic:
    return area.connection.diagnostic(
        "error",
        (*APP_PATH, "connector"),
        f"There is no SAML connector named {name} in OneLogin",
        address="onelogin.app",
        next_action="Set onelogin.app.connector to the exact name, or to the id, of a connector that the account has.",
    )

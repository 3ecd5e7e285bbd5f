"""The app itself: that it exists, whose it is, its name, and its top-level attributes."""

from __future__ import annotations

from sso_sync.errors import Diagnostic
from sso_sync.onelogin.ownership import mark, marked
from sso_sync.onelogin.state import FoundBy
from sso_sync.onelogin.vocabulary import CONNECTOR_ID, CONNECTOR_NAME
from sso_sync.plan.cells import ABSENT, Cell, Known
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
    after: Json = {"name": wanted.name, "connector": wanted.connector}
    live: Cell = ABSENT if area.idp.app is None else Known(after)
    return Found((area.item("onelogin.app", AppItself(), Known(after), live, APP_PATH),))


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
            reason=f"found by its {area.idp.found_by}" if area.idp.found_by is not FoundBy.NAME else None,
        )
    ]
    findings: list[Diagnostic] = []
    if area.idp.owner is None:
        items.append(
            area.item(
                "onelogin.app.notes",
                AppField("notes"),
                Known(marked(live.notes, connection.name)),
                Known(live.notes),
                ("name",),
                meaning=Meaning.ESCAPED,
                reason="adopts the existing app",
            )
        )
        findings.append(
            connection.diagnostic(
                "info",
                APP_PATH,
                f"The existing app {live.name!r} (id {live.id}) is adopted",
                detail=f"It carries no ownership mark yet; apply writes “{mark(connection.name)}” into its notes.",
                address="onelogin.app",
                next_action="If this is another app, pin the right one with onelogin.app.id or choose another name.",
            )
        )
    return Found(tuple(items), tuple(findings))


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
        if isinstance(wish, str) and identity is None and address not in area.idp.unread:
            missing = area.connection.diagnostic(
                "error",
                path,
                f"There is no {key} named {wish!r} for apps in OneLogin",
                address=address,
                next_action=f"Correct the name, or create the {key} in OneLogin first.",
            )
            found += Found(findings=(missing,))
            continue
        wire = f"{key}_id"
        item = area.item(
            address,
            AppField(wire),
            Known(identity),
            area.live(getattr(live, wire, None)),
            path,
            reason=f"the {key} {wish!r}" if isinstance(wish, str) else None,
        )
        found += Found((item,))
    return found


def _connector(area: Area) -> Found:
    """An app's connector cannot be changed (fact sheet §5.3), so another one is an error and not a difference."""
    wanted, live = area.connection.spec.onelogin.app, area.idp.app
    expected = CONNECTOR_ID if wanted.connector == CONNECTOR_NAME else wanted.connector
    if live is None or not isinstance(expected, int) or live.connector_id in (None, expected):
        return Found()
    return Found(
        findings=(
            area.connection.diagnostic(
                "error",
                (*APP_PATH, "connector"),
                f"The app {live.name!r} (id {live.id}) was made from connector {live.connector_id}, "
                f"the spec asks for {wanted.connector!r} ({expected})",
                detail="OneLogin cannot change the connector of an app.",
                address="onelogin.app",
                next_action="Name the app's own connector in onelogin.app.connector, or name another app.",
            ),
        )
    )

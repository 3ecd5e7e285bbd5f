"""The app itself: that it is there, whose it is, what it is called, and what it refers to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sso_sync.onelogin.ownership import mark
from sso_sync.onelogin.state import FoundBy, LiveIdp
from sso_sync.plan.model import Action, Plan
from sso_sync.plan.operations import CreateApp, UpdateApp
from sso_sync.plan.scope import scope
from sso_sync.spec.model import UNMANAGED
from sso_sync.values import Json
from tests.plan.build import ENTITY, NAME, addresses, change, connection, planned, step
from tests.plan.full import the_app
from tests.plan.world import World, in_sync


def _plan(world: World | None = None, **app: Any) -> Plan:
    return (world or in_sync()).plan(connection(app=app))


def _without_app() -> World:
    world = in_sync()
    world.app = None
    return world


def test_a_missing_app_is_created_with_its_mark() -> None:
    plan = _plan(_without_app())
    found = change(plan, "onelogin.app")
    assert (found.action, found.before) == (Action.CREATE, None)
    assert found.after == {"name": "JustCall", "connector": "SAML Custom Connector (Advanced)"}
    operation = step(plan, "app").operation
    assert isinstance(operation, CreateApp)
    assert {key: operation.body[key] for key in ("name", "notes", "connector_id", "visible")} == {
        "name": "JustCall",
        "notes": mark(NAME),
        "connector_id": 110016,
        "visible": True,
    }
    assert not {"onelogin.app.name", "onelogin.app.notes"} & set(addresses(plan))


def test_a_connector_by_id_is_used_as_it_is() -> None:
    wanted = connection(app={"connector": 4711})
    plan = planned(wanted, LiveIdp(connector_id=None), in_sync().sp())
    operation = step(plan, "app").operation
    assert isinstance(operation, CreateApp)
    assert operation.body["connector_id"] == 4711


def test_a_connector_that_the_account_does_not_have_is_an_error() -> None:
    plan = planned(connection(app={"connector": "Nothing"}), LiveIdp(connector_id=None), in_sync().sp())
    (error,) = plan.errors
    assert "'Nothing'" in error.summary


@pytest.mark.parametrize("connector", ["SAML Custom Connector (Advanced)", 110016])
def test_an_app_of_another_connector_is_an_error(connector: str | int) -> None:
    world = in_sync()
    the_app(world).update(connector_id=5, notes=None)
    (error,) = _plan(world, connector=connector).errors
    assert "connector 5" in error.summary


def test_our_own_app_was_made_from_the_connector_of_that_name_whatever_its_id() -> None:
    world = in_sync()
    the_app(world)["connector_id"] = 220027
    assert _plan(world).empty
    assert _plan(world, connector=110016).errors


def test_an_app_that_is_found_by_its_name_is_adopted() -> None:
    world = in_sync()
    the_app(world)["notes"] = "bought in 2019"
    plan = _plan(world)
    assert step(plan, "app").operation == UpdateApp({"notes": f"bought in 2019\n{mark(NAME)}"})
    assert change(plan, "onelogin.app.notes").reason == "adopts the existing app"
    (info,) = plan.findings
    assert (info.severity, info.address) == ("info", "onelogin.app")


def test_an_app_that_is_taken_over_gets_our_mark_in_place_of_theirs() -> None:
    world = in_sync()
    the_app(world)["notes"] = f"a line\n{mark('other')}"
    plan = world.plan(connection(), overrides=frozenset({"ownership"}))
    assert plan.refusals == ()
    assert change(plan, "onelogin.app.notes").reason == "takes the app over from 'other'"
    assert step(plan, "app").operation == UpdateApp({"notes": f"a line\n{mark(NAME)}"})


def test_an_app_found_by_a_former_name_is_renamed() -> None:
    plan = _plan(None, name="Calls", previously=["JustCall"])
    found = change(plan, "onelogin.app.name")
    assert (found.before, found.after, found.reason) == ("JustCall", "Calls", "found by its mark")


@pytest.mark.parametrize("found_by", [FoundBy.NAME, None])
def test_a_name_that_needs_no_explanation_has_none(found_by: FoundBy | None) -> None:
    wanted = connection(app={"name": "Calls"})
    idp = replace(in_sync().idp(scope(wanted.spec)), found_by=found_by)
    assert change(planned(wanted, idp, in_sync().sp()), "onelogin.app.name").reason is None


def test_a_name_that_comes_back_escaped_is_the_same_name() -> None:
    world = in_sync()
    the_app(world)["name"] = "Calls & Co"
    world.escaped = True
    assert _plan(world, name="Calls & Co").empty


@pytest.mark.parametrize("live", [False, None])
def test_the_tile_is_visible_unless_the_spec_leaves_it_alone(live: bool | None) -> None:
    world = in_sync()
    the_app(world)["visible"] = live
    assert change(_plan(world), "onelogin.app.visible").after is True
    assert _plan(world, visible=UNMANAGED).empty
    assert _plan(world, visible=False).empty


@pytest.mark.parametrize(("live", "wish", "same"), [("x", None, False), ("", None, True), (None, "", True)])
def test_a_description_may_be_cleared(live: Json, wish: Json, *, same: bool) -> None:
    world = in_sync()
    the_app(world)["description"] = live
    assert _plan(world, description=wish).empty is same


@pytest.mark.parametrize(
    ("key", "wire", "wish", "sent"),
    [
        ("policy", "policy_id", "Strict", 71),
        ("policy", "policy_id", 99, 99),
        ("policy", "policy_id", None, None),
        ("brand", "brand_id", "Acme", 81),
        ("tab", "tab_id", 5, 5),
        ("tab", "tab_id", None, None),
    ],
)
def test_what_the_app_refers_to_goes_out_as_an_id(key: str, wire: str, wish: Json, sent: Json) -> None:
    world = in_sync()
    the_app(world)[wire] = 1
    plan = _plan(world, **{key: wish})
    assert step(plan, "app").operation == UpdateApp({wire: sent})
    the_app(world)[wire] = sent
    assert _plan(world, **{key: wish}).empty
    the_app(world)[wire] = 1
    assert _plan(world, **{key: UNMANAGED}).empty


@pytest.mark.parametrize("key", ["policy", "brand"])
def test_a_name_that_the_account_does_not_have_is_an_error(key: str) -> None:
    plan = _plan(None, **{key: "Nothing"})
    (error,) = plan.errors
    assert error.address == f"onelogin.app.{key}"
    assert plan.changes == ()


@pytest.mark.parametrize("app", [in_sync().app, None], ids=["there", "missing"])
@pytest.mark.parametrize("key", ["policy", "brand", "certificate"])
def test_what_could_not_be_read_is_unknown_and_not_written(key: str, app: dict[str, Any] | None) -> None:
    world = in_sync()
    world.app = app
    wanted = connection(app={key: {"name": "X"} if key == "certificate" else "X"})
    address = f"onelogin.app.{key}"
    idp = replace(world.idp(scope(wanted.spec)), unread={address: "not offered here"})
    plan = planned(wanted, idp, world.sp())
    found = change(plan, address)
    assert (found.action, found.reason) == (Action.UNKNOWN, "not offered here")
    assert plan.errors == ()
    assert not [one for one in plan.steps if address in one.addresses]
    sent = repr([one.operation for one in plan.steps])
    assert f"{key}_id" not in sent


def test_an_unread_area_makes_everything_in_it_unknown() -> None:
    wanted = connection(app={"rules": [{"name": "a", "actions": [{"action": "x"}]}]})
    idp = replace(in_sync().idp(scope(wanted.spec)), unread={"onelogin.app.rules": "no answer"})
    plan = planned(wanted, idp, in_sync().sp())
    assert [(one.address, one.action) for one in plan.changes] == [("onelogin.app.rules.a", Action.UNKNOWN)]
    assert plan.steps == ()


def test_what_is_copied_from_justcall_says_so_on_a_new_app() -> None:
    found = change(_plan(_without_app()), "onelogin.app.configuration.audience")
    assert (found.action, found.after, found.reason) == (Action.CREATE, ENTITY, "from JustCall's Entity ID")

"""What has changed since a plan was saved: exactly that, with what it was and what it is, secrets apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sso_sync.justcall.settings import SettingField
from sso_sync.plan.file import SavedPlan, parse, render
from sso_sync.plan.masking import MASK
from sso_sync.plan.model import Plan, Side
from sso_sync.plan.stale import Deviation, Seen, deviations, fits
from sso_sync.spec.connection import SpecPath
from tests.plan import test_fingerprint as prints
from tests.plan.build import connection
from tests.plan.full import full_connection, full_world, the_app
from tests.plan.world import World, in_sync


def saved(plan: Plan) -> SavedPlan:
    text = render([(replace(plan, plan_id="p1"), 0)], several=False, tool_version="1", overrides=frozenset(), git=None)
    (one,) = parse(text).connections
    assert isinstance(one, SavedPlan)
    return one


def only(found: tuple[Deviation, ...]) -> Deviation:
    (one,) = found
    return one


_HARMLESS = {**prints._ALIKE, **prints._ELSEWHERE}


@pytest.mark.parametrize("disturb", _HARMLESS.values(), ids=_HARMLESS)
def test_another_spelling_and_what_is_not_managed_make_nothing_stale(disturb: Callable[[World], object]) -> None:
    world = full_world()
    then = saved(world.plan(full_connection()))
    disturb(world)
    now = world.plan(full_connection())
    assert deviations(then, now) == ()
    assert fits(then, now)


def test_a_value_that_was_found() -> None:
    world = full_world()
    then = saved(world.plan(full_connection()))
    the_app(world)["configuration"]["relaystate"] = "elsewhere"
    now = world.plan(full_connection())
    assert not fits(then, now)
    assert only(deviations(then, now)) == Deviation(
        "onelogin.app.configuration.relay_state",
        Side.ONELOGIN,
        "found",
        Seen("value", "relay"),
        Seen("value", "elsewhere"),
    )


@pytest.mark.parametrize("disturb", prints._FED.values(), ids=prints._FED)
def test_a_value_that_the_other_side_gives(disturb: Callable[[World], object]) -> None:
    world = in_sync()
    then = saved(world.plan(connection()))
    disturb(world)
    found = deviations(then, world.plan(connection()))
    assert "wanted" in {one.what for one in found}
    assert all(one.then != one.now for one in found)


def test_what_is_new_and_what_is_gone() -> None:
    world = full_world()
    without = saved(world.plan(full_connection()))
    the_app(world)["role_ids"].append(12)
    extra = world.plan(full_connection())
    came = only(deviations(without, extra))
    went = only(deviations(saved(extra), full_world().plan(full_connection())))
    assert (came.then, came.now) == (None, Seen("value", True))
    assert (went.then, went.now) == (Seen("value", True), None)
    assert came.address == went.address == f"onelogin.access.roles.{world.roles[12]}"


def test_an_app_that_appeared() -> None:
    world = full_world()
    world.app = None
    then = saved(world.plan(full_connection()))
    found = deviations(then, full_world().plan(full_connection()))
    assert {one.then.kind for one in found if one.then and one.what == "found"} >= {"absent"}
    assert found[0].address == "onelogin.app"


_PATH: SpecPath = ("onelogin", "app", "description")


def _hidden(value: str, digest: str = "digest") -> Any:
    return connection(app={"description": value}, sensitive=[_PATH], digest=digest)


def test_another_value_from_the_environment_is_seen_and_not_told() -> None:
    """The fingerprint would see this one as well, but not every secret is a value of an address."""
    then = saved(in_sync().plan(_hidden("first")))
    found = deviations(then, in_sync().plan(_hidden("second")))
    assert {(one.address, one.side) for one in found} == {
        ("spec.onelogin.app.description", None),
        ("onelogin.app.description", Side.ONELOGIN),
    }
    assert all(one.sensitive for one in found)
    assert all(seen is None or seen.value in (MASK, None) for one in found for seen in (one.then, one.now))
    assert "first" not in repr(found)
    assert "second" not in repr(found)


@pytest.mark.parametrize(
    ("over", "path"),
    [
        ({"onelogin": {"subdomain": "{}"}}, ("onelogin", "subdomain")),
        ({"onelogin": {"access": {"roles": ["{}"]}}}, ("onelogin", "access", "roles", 0)),
        ({"onelogin": {"access": {"roles": [{"name": "{}"}]}}}, ("onelogin", "access", "roles", 0, "name")),
        ({"onelogin": {"app": {"parameters": {"dept": "{}"}}}}, ("onelogin", "app", "parameters", "dept")),
        ({"justcall": {"url": "https://{}.example"}}, ("justcall", "url")),
    ],
    ids=lambda value: ".".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_every_place_of_the_environment_counts(over: dict[str, Any], path: SpecPath) -> None:
    """Its name may be all that an address shows: a role from a variable is `(sensitive 1)`, whichever it is."""

    def filled(node: Any, word: str) -> Any:
        if isinstance(node, dict):
            return {key: filled(item, word) for key, item in node.items()}
        return [filled(item, word) for item in node] if isinstance(node, list) else node.format(word)

    one, other = (connection(filled(over, word), sensitive=[path]) for word in ("alpha", "beta"))
    then = saved(in_sync().plan(one))
    place = ".".join(["spec", *map(str, path)])
    assert place in {found.address for found in deviations(then, in_sync().plan(other))}
    assert deviations(then, in_sync().plan(one)) == ()


def test_credentials_are_nobodys_business() -> None:
    """A pipeline plans with a key that may only read, and applies with another."""
    path: SpecPath = ("onelogin", "credentials", "client_id")
    one, other = (
        connection({"onelogin": {"credentials": {"client_id": word}}}, sensitive=[path]) for word in ("read", "write")
    )
    assert fits(saved(in_sync().plan(one)), in_sync().plan(other))


def test_a_plan_that_fits_in_everything_but_its_fingerprint_does_not_fit() -> None:
    plan = full_world().plan(full_connection())
    assert not fits(saved(replace(plan, fingerprint="0" * 64)), plan)


def test_a_value_that_nobody_knows_any_more() -> None:
    world = full_world()
    then = saved(world.plan(full_connection()))
    del world.settings[SettingField.DEFAULT_ROLE]
    found = only(deviations(then, world.plan(full_connection())))
    assert found.address == "justcall.sso.default_role"
    assert (found.then, found.now) == (Seen("value", "Team Member"), Seen("unknown"))

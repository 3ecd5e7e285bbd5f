"""What holds for every live state: its import plans to nothing, and could not be shorter."""

from __future__ import annotations

import copy
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sso_sync.errors import LiveStateError
from sso_sync.justcall.settings import SettingField
from sso_sync.plan.importing.base import Account
from sso_sync.plan.importing.trial import Trial
from sso_sync.plan.importing.written import text
from sso_sync.plan.model import Action
from sso_sync.spec.model import UNMANAGED
from tests.plan.importing.hostile import NAMES
from tests.plan.importing.make import brought_in, loaded, plan_of
from tests.plan.strategies import worlds
from tests.plan.world import World

CI = bool(os.environ.get("CI"))


def _times(most: int) -> settings:
    """So many examples; fewer where somebody is waiting."""
    tolerated = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=most if CI else most // 4, suppress_health_check=tolerated, deadline=None)


@_times(200)
@given(world=worlds())
def test_an_import_plans_to_no_changes(tmp_path: Path, world: World) -> None:
    assume(world.app is not None)
    made = brought_in(world)

    plan = plan_of(world, made, tmp_path)

    assert plan.changes == ()
    assert plan.errors == ()


@_times(80)
@given(world=worlds(), data=st.data())
def test_so_it_does_when_every_name_is_hostile(tmp_path: Path, world: World, data: st.DataObject) -> None:
    assume(world.app is not None)
    app: dict[str, Any] = world.app or {}
    names = st.one_of(st.sampled_from(NAMES), st.text(min_size=1, max_size=12))
    app["description"] = data.draw(names)
    app["configuration"]["relaystate"] = data.draw(names)
    app["parameters"] = {
        name if name in ("saml_username", "email") else data.draw(names): held
        for name, held in app["parameters"].items()
    }
    for role_id in world.roles:
        world.roles[role_id] = data.draw(names)
    for rule in world.rules:
        rule["name"] = data.draw(names)
    try:
        made = brought_in(world)
    except LiveStateError:  # a name that no spec may hold
        return
    plan = plan_of(world, made, tmp_path)
    assert plan.changes == ()
    assert plan.errors == ()


@_times(60)
@given(world=worlds())
def test_with_attested_only_what_nobody_vouched_for_is_left_to_a_person(tmp_path: Path, world: World) -> None:
    assume(world.app is not None)
    world.by_hand = True
    for field in SettingField:
        world.settings.pop(field, None)
    world.unknown.clear()
    configuration = (world.app or {})["configuration"]
    account = Account(subdomain="acme", driver="attested")
    if not configuration["audience"] or not configuration["consumer_url"]:
        with pytest.raises(LiveStateError, match="the driver attested needs one"):
            brought_in(world, account)
        return
    made = brought_in(world, account)
    plan = plan_of(world, made, tmp_path)
    assert {change.action for change in plan.changes} <= {Action.MANUAL}
    assert {change.address for change in plan.changes} == {
        "justcall.sso.sso_url",
        "justcall.sso.issuer",
        "justcall.sso.certificate",
    }


@_times(40)
@given(world=worlds())
def test_no_line_about_the_guide_could_be_left_out(tmp_path: Path, world: World) -> None:
    assume(world.app is not None)
    made = brought_in(world)
    spec = loaded(made, tmp_path)
    plain = _without_env(made.document.tree)
    guide = [*_places(plain, ("onelogin", "app", "configuration"), ("audience", "acs_url", "recipient"))]
    guide += _places(plain, ("onelogin", "app", "parameters"), ("email", "firstName", "lastName", "nameid"))
    guide += _places(plain, ("justcall", "sso"), ("sso_url", "issuer", "certificate"))
    for path in guide:
        shorter = copy.deepcopy(plain)
        below = shorter
        for key in path[:-1]:
            below = below[key]
        del below[path[-1]]
        trial = Trial(shorter, world.sides(spec), Path("specs/justcall.yaml"))
        assert trial.differences(), f"{path} says nothing that the guide does not say"


def _places(tree: dict[str, Any], area: tuple[str, ...], names: tuple[str, ...]) -> list[tuple[str, ...]]:
    below: Any = tree
    for key in area:
        below = below.get(key, {})
    return [(*area, name) for name in names if name in below and below[name] is not UNMANAGED]


def _without_env(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _without_env(value) for key, value in tree.items()}
    return getattr(tree, "value", tree) if tree is not UNMANAGED else tree


@_times(20)
@given(world=worlds())
def test_importing_is_pure_and_says_the_same_twice(world: World) -> None:
    assume(world.app is not None)
    before = copy.deepcopy(world)
    first, second = brought_in(world), brought_in(world)
    assert world == before
    assert text(first.document) == text(second.document)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pure code asks nobody."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("somebody was asked")

    monkeypatch.setattr("socket.socket.connect", refuse)

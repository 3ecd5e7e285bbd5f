"""The Configuration tab: the guide's values by default, what is named beyond them, and where each comes from."""

from __future__ import annotations

from typing import Any

import pytest

from sso_sync.justcall.settings import SettingField, Unknown
from sso_sync.plan.model import Action, Plan
from sso_sync.plan.operations import CreateApp, UpdateApp
from sso_sync.saml import validator
from sso_sync.spec.model import UNMANAGED
from tests.plan.build import ACS, ENTITY, addresses, change, connection, step
from tests.plan.full import the_app
from tests.plan.world import World, fresh, in_sync

_APP = "onelogin.app.configuration"
_OWN = "https://own.example/acs?x=1"


def _plan(configuration: dict[str, Any], world: World | None = None, **app: Any) -> Plan:
    return (world or in_sync()).plan(connection(app={"configuration": configuration, **app}))


def _fresh() -> World:
    world = in_sync()
    world.app = fresh(500, "JustCall")
    return world


def test_the_guides_values_are_managed_without_a_word() -> None:
    plan = _fresh().plan(connection())
    found = {
        one.address.removeprefix(f"{_APP}."): (one.after, one.reason) for one in plan.changes if _APP in one.address
    }
    assert found == {
        "audience": (ENTITY, "from JustCall's Entity ID"),
        "acs_url": (ACS, "from JustCall's ACS URL"),
        "recipient": (ACS, "from JustCall's ACS URL"),
        "acs_url_validator": (validator.anchored(ACS), "the ACS URL and nothing else"),
    }


@pytest.mark.parametrize("key", ["audience", "acs_url", "acs_url_validator", "recipient", "nameid_format"])
def test_each_of_them_can_be_taken_out(key: str) -> None:
    world = _fresh()
    the_app(world)["configuration"] |= {"saml_nameid_format_id": "3", "consumer_url": "https://old.example"}
    assert f"{_APP}.{key}" in addresses(_plan({}, world))
    assert f"{_APP}.{key}" not in addresses(_plan({key: UNMANAGED}, world))


@pytest.mark.parametrize("recipe", ["anchored", "guide"])
def test_the_validator_follows_the_acs_url(recipe: str) -> None:
    patterns = {"anchored": validator.anchored, "guide": validator.guide}
    plan = _plan({"acs_url_validator": recipe}, _fresh())
    assert change(plan, f"{_APP}.acs_url_validator").after == patterns[recipe](ACS)


def test_the_validator_follows_an_acs_url_of_the_specs_own() -> None:
    plan = _plan({"acs_url": _OWN})
    assert change(plan, f"{_APP}.acs_url_validator").after == validator.anchored(_OWN)
    assert change(plan, f"{_APP}.acs_url").after == _OWN
    assert f"{_APP}.recipient" not in addresses(plan)  # it stays JustCall's


def test_the_validator_follows_an_acs_url_that_somebody_else_manages() -> None:
    world = in_sync()
    the_app(world)["configuration"]["consumer_url"] = _OWN
    plan = _plan({"acs_url": UNMANAGED}, world)
    assert addresses(plan) == [f"{_APP}.acs_url_validator"]
    assert plan.changes[0].after == validator.anchored(_OWN)


@pytest.mark.parametrize("world", [_fresh(), World()], ids=["blank", "no app"])
def test_without_an_acs_url_there_is_no_validator_to_write(world: World) -> None:
    found = change(_plan({"acs_url": UNMANAGED}, world), f"{_APP}.acs_url_validator")
    assert (found.action, found.after) == (Action.UNKNOWN, None)


def test_a_pattern_of_ones_own_is_taken_as_it_is() -> None:
    assert change(_plan({"acs_url_validator": ".*"}), f"{_APP}.acs_url_validator").after == ".*"


def test_an_unknown_entity_id_leaves_the_audience_alone() -> None:
    world = _fresh()
    world.unknown[SettingField.ENTITY_ID] = Unknown("the page has no such label")
    plan = world.plan(connection())
    found = change(plan, f"{_APP}.audience")
    assert (found.action, found.reason) == (Action.UNKNOWN, "the page has no such label")
    operation = step(plan, "app").operation
    assert isinstance(operation, UpdateApp)
    assert operation.body["configuration"] == {
        "consumer_url": ACS,
        "recipient": ACS,
        "validator": validator.anchored(ACS),
    }


def test_a_new_app_is_not_told_what_nobody_knows() -> None:
    world = in_sync()
    world.app = None
    world.unknown[SettingField.ENTITY_ID] = Unknown("the page has no such label")
    operation = step(world.plan(connection()), "app").operation
    assert isinstance(operation, CreateApp)
    configuration = operation.body["configuration"]
    assert isinstance(configuration, dict)
    assert set(configuration) == {"consumer_url", "recipient", "validator", "saml_nameid_format_id"}


def test_null_clears_and_omission_leaves_alone() -> None:
    world = in_sync()
    the_app(world)["configuration"] |= {"relaystate": "x", "login": "https://x"}
    plan = _plan({"relay_state": None}, world)
    assert addresses(plan) == [f"{_APP}.relay_state"]
    assert step(plan, "app").operation == UpdateApp({"configuration": {"relaystate": ""}})


def test_raw_keys_go_out_as_text_under_their_own_name() -> None:
    raw = {"saml_issuer_type": 1, "sign_slo_request": False, "a": None, "b": "x", "c": ""}
    world = in_sync()
    the_app(world)["configuration"]["a"] = "y"
    plan = _plan({"raw": raw}, world)
    assert step(plan, "app").operation == UpdateApp(
        {"configuration": {"saml_issuer_type": "1", "sign_slo_request": "0", "a": "", "b": "x"}}
    )


def test_another_issuer_type_makes_the_issuer_known_after_apply() -> None:
    plan = _plan({"raw": {"saml_issuer_type": 1}})
    found = change(plan, "justcall.sso.issuer")
    assert (found.action, found.known_after_apply) == (Action.UPDATE, True)
    assert _plan({"raw": {"saml_issuer_type": 0}}).empty


def test_a_new_app_is_told_everything_blanks_included() -> None:
    """A blank wish is no change to show, but OneLogin might have a default of its own."""
    plan = _plan({"relay_state": None, "raw": {"saml_issuer_type": None}}, World(), description=None, policy=None)
    operation = step(plan, "app").operation
    assert isinstance(operation, CreateApp)
    assert operation.body["description"] is None
    assert operation.body["policy_id"] is None
    configuration = operation.body["configuration"]
    assert isinstance(configuration, dict)
    assert (configuration["relaystate"], configuration["saml_issuer_type"]) == ("", "")
    shown = set(addresses(plan))
    assert not shown & {f"{_APP}.relay_state", f"{_APP}.raw.saml_issuer_type", "onelogin.app.policy"}


@pytest.mark.parametrize("wish", [{"id": 101}, {"name": "two"}])
def test_a_certificate_is_chosen_by_id_or_by_name(wish: dict[str, Any]) -> None:
    plan = _plan({}, certificate=wish)
    found = change(plan, "onelogin.app.certificate")
    assert (found.before, found.after) == (100, 101)


def test_a_certificate_of_an_unknown_name_is_an_error_and_no_step() -> None:
    plan = _plan({}, certificate={"name": "nine"})
    (error,) = plan.errors
    assert error.address == "onelogin.app.certificate"
    assert "'nine'" in error.summary
    assert plan.steps == ()


def test_a_new_app_gets_its_certificate_at_once() -> None:
    world = in_sync()
    world.app = None
    plan = _plan({}, world, certificate={"id": 102})
    operation = step(plan, "app").operation
    assert isinstance(operation, CreateApp)
    configuration = operation.body["configuration"]
    assert isinstance(configuration, dict)
    assert configuration["certificate_id"] == 102
    assert [one.id for one in plan.steps if one.id == "certificate"] == []
    assert "onelogin.app.certificate" in step(plan, "app").addresses


@pytest.mark.parametrize("wish", [None, UNMANAGED])
def test_a_certificate_nobody_names_is_left_alone(wish: object) -> None:
    plan = _plan({}, certificate=wish)
    assert plan.empty
    assert plan.errors == ()

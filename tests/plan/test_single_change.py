"""One live value differs: one change, at its address, and one operation that carries nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from sso_sync.justcall.settings import SettingField
from sso_sync.plan import operations as op
from sso_sync.plan.model import Action
from sso_sync.values import Json
from tests.plan.build import ACS, ENTITY, PEMS, pem
from tests.plan.full import RULES, full_connection, full_world, the_app
from tests.plan.world import World

_VALIDATOR = r"^https:\/\/bifrost\.justcall\.io\/passport\/login\/callback$"
_OWNED = op.RoleRef("JustCall - direct access", 14)
_USERS = op.RoleRef("JustCall Users", 11)


@dataclass(frozen=True)
class Case:
    address: str
    disturb: Callable[[World], None]
    operation: op.Operation | tuple[op.Operation, ...]
    before: Json
    after: Json
    action: Action = Action.UPDATE


def attribute(key: str, wire: str, live: Json, before: Json, wish: Json) -> Case:
    return Case(
        f"onelogin.app.{key}",
        lambda world: the_app(world).update({wire: live}),
        op.UpdateApp({wire: wish}),
        before,
        wish,
    )


def configuration(key: str, wire: str, live: Json, before: Json, wish: Json, sent: str) -> Case:
    return Case(
        f"onelogin.app.configuration.{key}",
        lambda world: the_app(world)["configuration"].update({wire: live}),
        op.UpdateApp({"configuration": {wire: sent}}),
        before,
        wish,
    )


def parameter(name: str, key: str, wire: str, live: Json, wish: Json, before: Json = None) -> Case:
    held = "saml_username" if name == "nameid" else name

    def disturb(world: World) -> None:
        the_app(world)["parameters"][held][wire] = live

    disturbed = full_world()
    disturb(disturbed)
    was = disturbed.shown()["parameters"][held]
    put = op.PutParameters({held: {wire: wish}}, {held: was})
    return Case(f"onelogin.app.parameters.{name}.{key}", disturb, put, live if before is None else before, wish)


def setting(name: str, live: Json, before: Json, after: Json, sent: Json) -> Case:
    key = SettingField(name)
    return Case(
        f"justcall.sso.{name}",
        lambda world: world.settings.update({key: live}),
        (op.UpdateSettings({key: sent}), op.TestConnection()),
        before,
        after,
    )


def rule(index: int, change: dict[str, Any]) -> Case:
    def disturb(world: World) -> None:
        world.rules[index] = world.rules[index] | change

    wish = {"match": "all", "enabled": True, "conditions": [], **RULES[index]}
    name = wish.pop("name")
    place = {0: 1, 2: 2}.get(index) if change.get("enabled", True) and wish["enabled"] else None
    update = op.UpdateRule(700 + index, {"name": name, "position": place, **wish})
    return Case(f"onelogin.app.rules.{name}", disturb, update, wish | change, wish)


def _other_label(world: World) -> None:
    the_app(world)["parameters"]["email"]["label"] = "old"


def _label() -> Case:
    kept = {**full_world().shown()["parameters"]["email"]}
    kept.pop("id")
    put = op.PutParameters({"email": kept}, {"email": {}})
    address = "onelogin.app.parameters.email.label"
    return Case(address, _other_label, (op.DeleteParameter("email", 8001), put), "old", "E-mail & co")


def _surplus_parameter(world: World) -> None:
    the_app(world)["parameters"]["extra"] = {"id": 8090, "label": "x", "include_in_saml_assertion": False}


def _swap_rules(world: World) -> None:
    world.rules.append(world.rules.pop(0))


def _surplus_rule(world: World) -> None:
    rule = {"id": 790, "name": "old", "match": "all", "enabled": True, "conditions": [], "actions": []}
    world.rules.append(rule)


_CASES = (
    attribute("name", "name", "Just Call", "Just Call", "JustCall"),
    attribute("description", "description", "Phones", "Phones", "Phones & more"),
    attribute("visible", "visible", False, False, True),
    attribute("policy", "policy_id", 72, 72, 71),
    attribute("brand", "brand_id", None, None, 81),
    attribute("tab", "tab_id", 6, 6, 5),
    configuration("audience", "audience", "other", "other", ENTITY, ENTITY),
    configuration("acs_url", "consumer_url", "https://x.example", "https://x.example", ACS, ACS),
    configuration("acs_url_validator", "validator", ".*", ".*", _VALIDATOR, _VALIDATOR),
    configuration("recipient", "recipient", "", None, ACS, ACS),
    configuration("relay_state", "relaystate", None, None, "relay", "relay"),
    configuration("nameid_format", "saml_nameid_format_id", "2", "persistent", "email", "0"),
    configuration("signature_algorithm", "signature_algorithm", "SHA-1", "SHA-1", "SHA-384", "SHA-384"),
    configuration("signature_element", "saml_sign_element", "0", "response", "both", "2"),
    configuration("encrypt_assertion", "encrypt_assertion", "0", False, True, "1"),
    configuration("not_before_minutes", "saml_notbefore", "3", 3, 4, "4"),
    configuration("not_on_or_after_minutes", "saml_notonorafter", None, None, 5, "5"),
    configuration("session_minutes", "saml_sessionnotonorafter", "soon", "soon", 60, "60"),
    configuration("initiator", "saml_initiater_id", None, "onelogin", "service_provider", "1"),
    configuration("login_url", "login", "https://x", "https://x", *["https://app.justcall.example/login"] * 2),
    configuration("logout_url", "logout_url", "https://x", "https://x", None, ""),
    configuration("raw.new_key", "new_key", "y", "y", "x", "x"),
    parameter("nameid", "value", "user_attribute_mappings", "username", "email"),
    parameter("firstName", "value", "user_attribute_mappings", "lastname", "firstname"),
    parameter("firstName", "include_in_assertion", "include_in_saml_assertion", False, True),
    parameter("email", "skip_if_blank", "skip_if_blank", None, True, before=False),
    parameter("email", "transformation", "attributes_transformations", "", None),
    parameter("email", "default_values", "default_values", "a", ["a"]),
    parameter("lastName", "macro", "user_attribute_macros", "{firstname}", "{lastname}"),
    _label(),
    Case(
        "onelogin.app.parameters.extra",
        _surplus_parameter,
        op.DeleteParameter("extra", 8090),
        {"label": "x"},
        None,
        Action.DELETE,
    ),
    Case(
        "onelogin.app.parameters.firstName",
        lambda world: the_app(world)["parameters"].pop("firstName"),
        op.PutParameters(
            {
                "firstName": {
                    "user_attribute_mappings": "firstname",
                    "include_in_saml_assertion": True,
                    "label": "firstName",
                }
            },
            {"firstName": {}},
        ),
        None,
        {"value": "firstname", "include_in_assertion": True, "label": "firstName"},
        Action.CREATE,
    ),
    rule(0, {"match": "all"}),
    rule(0, {"enabled": False}),
    rule(1, {"enabled": True}),
    rule(2, {"actions": [{"action": "set_groups", "value": ["x"]}]}),
    Case(
        "onelogin.app.rules.old",
        _surplus_rule,
        op.DeleteRule("old", 790),
        {"match": "all", "enabled": True, "conditions": [], "actions": []},
        None,
        Action.DELETE,
    ),
    Case(
        "onelogin.access.roles.Sales",
        lambda world: the_app(world)["role_ids"].append(12),
        op.SetAppRoles((), (op.RoleRef("Sales", 12),)),
        True,
        None,
        Action.DELETE,
    ),
    Case(
        "onelogin.access.roles.JustCall Users",
        lambda world: the_app(world)["role_ids"].remove(11),
        op.SetAppRoles((_USERS,), ()),
        None,
        True,
        Action.CREATE,
    ),
    Case(
        "onelogin.access.roles.JustCall Users.members.bob@acme.example",
        lambda world: world.members[11].remove(2),
        op.AddMembers(_USERS, (2,)),
        None,
        True,
        Action.CREATE,
    ),
    Case(
        "onelogin.access.roles.JustCall Users.members.eve@acme.example",
        lambda world: world.members[11].append(5),
        op.RemoveMembers(_USERS, (5,)),
        True,
        None,
        Action.DELETE,
    ),
    Case(
        "onelogin.access.users.cid@acme.example",
        lambda world: world.members[14].clear(),
        op.AddMembers(_OWNED, (3,)),
        None,
        True,
        Action.CREATE,
    ),
    Case(
        "onelogin.access.users.#7",
        lambda world: world.members[14].append(7),
        op.RemoveMembers(_OWNED, (7,)),
        True,
        None,
        Action.DELETE,
    ),
    setting("default_role", "Admin", "Admin", "Team Member", "Team Member"),
    setting("protocol", None, None, "SAML 2.0", "SAML 2.0"),
    setting("sso_url", "https://x", "https://x", *["https://acme.onelogin.com/trust/saml2/http-post/sso/500"] * 2),
    setting("issuer", "", "", *["https://app.onelogin.com/saml/metadata/500"] * 2),
)


def _name(case: Case) -> str:
    return case.address


def _operations(case: Case) -> tuple[op.Operation, ...]:
    return case.operation if isinstance(case.operation, tuple) else (case.operation,)


def test_the_world_is_as_the_spec_says() -> None:
    plan = full_world().plan(full_connection())
    assert plan.changes == ()
    assert plan.steps == ()
    assert plan.findings == ()


@pytest.mark.parametrize("case", _CASES, ids=_name)
def test_one_value_is_one_change_and_one_operation(case: Case) -> None:
    world = full_world()
    case.disturb(world)
    plan = world.plan(full_connection())
    (found,) = plan.changes
    assert (found.address, found.action) == (case.address, case.action)
    assert (found.before, found.after) == (case.before, case.after)
    # Where the content of a rule stays and only its place may move, a sort follows.
    assert tuple(step.operation for step in plan.steps if step.id != "rules.sort") == _operations(case)


@pytest.mark.parametrize("case", _CASES, ids=_name)
def test_one_value_makes_another_fingerprint(case: Case) -> None:
    world = full_world()
    untouched = world.plan(full_connection()).fingerprint
    case.disturb(world)
    assert world.plan(full_connection()).fingerprint != untouched


def test_a_certificate_that_differs_is_shown_by_what_it_is() -> None:
    world = full_world()
    world.settings[SettingField.CERTIFICATE] = pem(PEMS[2])
    (found,) = world.plan(full_connection()).changes
    assert isinstance(found.before, Mapping)
    assert isinstance(found.after, Mapping)
    assert (found.before["subject"], found.after["subject"]) == ("CN=three", "CN=two")
    assert found.before["fingerprint"] != found.after["fingerprint"]


def test_a_certificate_switched_in_onelogin_takes_justcall_along() -> None:
    world = full_world()
    the_app(world)["configuration"]["certificate_id"] = 100
    plan = world.plan(full_connection())
    onelogin, justcall = plan.changes
    assert (onelogin.address, onelogin.before, onelogin.after) == ("onelogin.app.certificate", 100, 101)
    assert (justcall.address, justcall.known_after_apply) == ("justcall.sso.certificate", True)
    assert [step.operation for step in plan.steps] == [
        op.UpdateApp({"configuration": {"certificate_id": 101}}),
        op.UpdateSettings({SettingField.CERTIFICATE: op.Pending(op.Output.CERTIFICATE)}),
        op.TestConnection(),
    ]


def test_rules_that_run_in_another_order_are_sorted_and_not_rewritten() -> None:
    world = full_world()
    _swap_rules(world)
    plan = world.plan(full_connection())
    assert [(one.address, one.before, one.after) for one in plan.changes] == [
        ("onelogin.app.rules.staff", {"place": 2}, {"place": 1}),
        ("onelogin.app.rules.last", {"place": 1}, {"place": 2}),
    ]
    (step,) = plan.steps
    assert step.operation == op.SortRules(("staff", "last"))
    assert set(step.addresses) == {"onelogin.app.rules.staff", "onelogin.app.rules.last"}


def test_sso_that_is_off_is_tested_and_then_switched_on() -> None:
    world = full_world()
    world.settings[SettingField.ENABLED] = False
    plan = world.plan(full_connection())
    (found,) = plan.changes
    assert (found.address, found.before, found.after) == ("justcall.sso.enabled", False, True)
    assert [step.operation for step in plan.steps] == [
        op.TestConnection(),
        op.UpdateSettings({SettingField.ENABLED: True}),
    ]

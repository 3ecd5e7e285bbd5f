"""Single live states, and what an import writes of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sso_sync.errors import LiveStateError
from sso_sync.justcall.settings import SettingField, Unknown
from sso_sync.plan.importing.base import Account, slug
from sso_sync.plan.importing.imported import imported
from sso_sync.plan.importing.secrets import hidden, looks_secret
from sso_sync.plan.importing.written import text
from sso_sync.plan.link import Unread
from sso_sync.plan.planner import Sides
from sso_sync.saml import validator
from sso_sync.spec.model import UNMANAGED
from tests.plan.build import ACS, ENTITY, NAME, NOW, PEMS, pem
from tests.plan.importing.make import _EVERYTHING, ACCOUNT, brought_in, plan_of
from tests.plan.world import World, in_sync

Tree = dict[str, Any]


@pytest.fixture
def world() -> World:
    """As the guide says, and signed as the spec's default says."""
    made = in_sync()
    _app(made)["configuration"]["signature_algorithm"] = "SHA-256"
    return made


def _app(world: World) -> Tree:
    assert world.app is not None
    return world.app


def _tree(world: World, account: Account = ACCOUNT) -> Tree:
    return dict(brought_in(world, account).document.tree)


def _app_part(world: World) -> Tree:
    part = _tree(world)["onelogin"].get("app", {})
    assert isinstance(part, dict)
    return part


def test_what_is_as_the_guide_says_leaves_the_smallest_spec(world: World) -> None:
    assert _tree(world) == {
        "version": 1,
        "name": NAME,
        "onelogin": {"subdomain": "acme", "access": {"roles": ["JustCall Users"]}},
        "justcall": {
            "driver": "http",
            "url": "https://gateway.example",
            "sso": {"enabled": True, "default_role": "Team Member"},
        },
    }


def test_what_differs_from_the_guide_is_written(world: World) -> None:
    app = _app(world)
    app |= {"visible": False, "description": "Phones", "policy_id": 71, "brand_id": 81, "tab_id": 5}
    app["configuration"] |= {
        "validator": ".*",
        "saml_nameid_format_id": "2",
        "saml_issuer_type": "1",
        "saml_notbefore": "10",
    }
    app["parameters"]["email"]["user_attribute_mappings"] = "username"
    app["parameters"]["firstName"]["include_in_saml_assertion"] = False
    app["parameters"]["dept"] = app["parameters"]["email"] | {
        "id": 8100,
        "label": "dept",
        "user_attribute_mappings": "department",
    }
    world.rules = [
        {
            "id": 700,
            "name": "late",
            "match": "any",
            "enabled": False,
            "conditions": [{"source": "last_login", "operator": ">", "value": "90"}],
            "actions": [{"action": "set_nameidvalue", "value": ["email"]}],
        }
    ]
    assert _app_part(world) == {
        "visible": False,
        "description": "Phones",
        "policy": 71,
        "brand": 81,
        "tab": 5,
        "configuration": {
            "nameid_format": "persistent",
            "acs_url_validator": ".*",
            "not_before_minutes": 10,
            "raw": {"saml_issuer_type": "1"},
        },
        "parameters": {
            "email": "username",
            "firstName": {"value": "firstname", "include_in_assertion": False},
            "dept": "department",
        },
        "rules": [
            {
                "name": "late",
                "match": "any",
                "enabled": False,
                "conditions": [{"source": "last_login", "operator": ">", "value": "90"}],
                "actions": [{"action": "set_nameidvalue", "value": ["email"]}],
            }
        ],
    }


def test_the_guides_own_validator_is_written_by_its_name(world: World) -> None:
    _app(world)["configuration"]["validator"] = validator.guide(ACS)
    assert _app_part(world) == {"configuration": {"acs_url_validator": "guide"}}


def test_what_cannot_be_said_is_unmanaged_and_a_comment_says_so(world: World) -> None:
    _app(world)["configuration"]["saml_nameid_format_id"] = "9"
    del _app(world)["parameters"]["lastName"]
    made = brought_in(world)
    part = made.document.tree["onelogin"]["app"]
    assert part == {"configuration": {"nameid_format": UNMANAGED}, "parameters": {"lastName": UNMANAGED}}
    written = text(made.document)
    assert (
        "    # Unmanaged: what is there cannot be said, or is not known (there is no parameter 'lastName')." in written
    )
    assert "(it is '9')" in written


def test_an_app_without_a_mark_is_adopted_and_that_is_the_one_change(world: World) -> None:
    _app(world)["notes"] = "bought in 2019"
    made = brought_in(world)
    assert made.adopts
    assert made.name == "justcall"
    assert [change.address for change in made.plan.changes] == ["onelogin.app.notes"]
    assert "managed by sso-sync: justcall" in text(made.document)


def test_the_mark_decides_the_connections_name(world: World) -> None:
    assert brought_in(world).name == NAME
    with pytest.raises(LiveStateError, match="carries the mark of 'justcall-prod'"):
        brought_in(world, Account(name="other", subdomain="acme", driver="http", justcall_url="https://g.example"))


def test_certificate_and_grants_by_hand_are_told_and_left_alone(world: World) -> None:
    world.direct = {4, 5}
    written = text(brought_in(world).document)
    assert "# certificate: unmanaged; today it is {id: 100}, one, until " in written
    assert "# users: unmanaged; 2 have the app without a role, by hand in the console" in written


def test_roles_that_no_spec_can_name_make_the_list_additive(world: World) -> None:
    world.roles[20], world.members[20] = "Sales", []
    _app(world)["role_ids"] = [11, 12]
    made = brought_in(world)
    assert made.document.tree["onelogin"]["access"] == {"mode": "additive", "roles": ["JustCall Users"]}
    assert any("Sales" in remark for remark in made.remarks)


def test_what_justcall_holds_beside_onelogin_is_written(world: World) -> None:
    world.settings |= {SettingField.ISSUER: "own issuer", SettingField.CERTIFICATE: pem(PEMS[1])}
    world.settings[SettingField.SSO_URL] = None
    sso = _tree(world)["justcall"]["sso"]
    assert sso["issuer"] == "own issuer"
    assert sso["certificate"] == pem(PEMS[1])
    assert sso["sso_url"] is None


def test_a_certificate_that_the_page_keeps_to_itself_is_unmanaged(world: World) -> None:
    world.unknown[SettingField.CERTIFICATE] = Unknown("the page does not show it")
    made = brought_in(world)
    assert made.document.tree["justcall"]["sso"]["certificate"] is UNMANAGED
    assert "(the page does not show it)" in text(made.document)


def test_attested_takes_its_pins_from_the_app(world: World, tmp_path: Path) -> None:
    world.by_hand = True
    world.settings.clear()
    made = brought_in(world, Account(subdomain="acme"))
    assert made.document.tree["justcall"] == {
        "driver": "attested",
        "service_provider": {"acs_url": ACS, "entity_id": ENTITY},
    }
    assert {change.action.value for change in plan_of(world, made, tmp_path).changes} == {"manual"}
    assert "Compare them with JustCall's page." in text(made.document)


def test_attested_without_anything_to_pin_is_one_clear_error(world: World) -> None:
    _app(world)["configuration"]["audience"] = None
    world.settings.clear()
    with pytest.raises(LiveStateError, match="no usable audience") as caught:
        brought_in(world, Account(subdomain="acme"))
    assert caught.value.diagnostics[0].next_action


def test_a_justcall_out_of_reach_leaves_its_values_out(world: World) -> None:
    sides = Sides(world.idp(_EVERYTHING), Unread("JustCall is down"), by_hand=False)
    made = imported(ACCOUNT, sides, path=Path("x.yaml"), now=NOW)
    assert made.unread == "JustCall is down"
    assert made.document.tree["justcall"] == {
        "driver": "http",
        "url": "https://gateway.example",
        "service_provider": {"acs_url": ACS, "entity_id": ENTITY},
    }
    assert not [change for change in made.plan.changes if change.side.value == "onelogin"]


@pytest.mark.parametrize("name", ["a\nb", "\u202eJustCall", "-----BEGIN PRIVATE KEY-----", "\ud800"])
def test_an_app_whose_name_no_spec_may_hold_is_one_clear_error(world: World, name: str) -> None:
    _app(world)["name"] = name
    with pytest.raises(LiveStateError, match="cannot be written into a spec"):
        brought_in(world)


def test_secrets_become_variables_and_the_names_are_listed(world: World, tmp_path: Path) -> None:
    app = _app(world)
    app["configuration"]["relaystate"] = "https://me:hunter2@x.example/"
    app["parameters"]["api_token"] = app["parameters"]["email"] | {
        "id": 8100,
        "label": "api_token",
        "user_attribute_mappings": None,
        "default_values": "s3cr3t",
    }
    made = brought_in(world)
    written = text(made.document)
    assert "hunter2" not in written + repr(made)
    assert set(made.variables) == {
        "JUSTCALL_PROD_CONFIGURATION_RELAY_STATE",
        "JUSTCALL_PROD_PARAMETERS_API_TOKEN",
    }
    assert all(f"!env {name}\n" in written for name in made.variables)
    assert plan_of(world, made, tmp_path).changes == ()


@pytest.mark.parametrize(
    "value",
    ["https://a:b@x/", "https://x/?token=1", "password=x", "Bearer abc", "eyJhbGciOi.eyJzdWIi.x", "x&api_key=1"],
)
def test_what_looks_like_a_secret_is_recognised(value: str) -> None:
    assert looks_secret(value)


@pytest.mark.parametrize("value", ["https://x.example/login?next=/", "email", "Tokens are fine", "^https:\\/\\/x$", ""])
def test_what_does_not_is_left_as_it_is(value: str) -> None:
    assert not looks_secret(value)
    assert hidden(value, ("onelogin", "app", "description"), "x") == value


def test_what_the_guards_say_of_the_state_stands_at_the_top(world: World) -> None:
    _app(world)["configuration"]["audience"] = "other"
    made = brought_in(world)
    assert [one.address for one in made.objections] == ["onelogin.app.configuration.audience"]
    assert "# Both sides are as described here, and plan objects to that:\n#   " in text(made.document)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("JustCall", "justcall"), ("A & B (prod)", "a-b-prod"), ("日本", "justcall"), ("x" * 99, "x" * 63)],
)
def test_a_connection_name_is_made_of_any_text(name: str, expected: str) -> None:
    assert slug(name) == expected

"""What came from `!env` is used and never shown, wherever in the spec it stands and whatever the live side holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from sso_sync.errors import Diagnostic
from sso_sync.justcall.sealed import seal
from sso_sync.justcall.settings import SettingField, Unknown
from sso_sync.onelogin.ownership import mark
from sso_sync.plan.link import Unread
from sso_sync.plan.masking import MASK, discreet
from sso_sync.plan.model import Action, Plan
from sso_sync.saml.certificate import parse
from sso_sync.spec.connection import Connection, SpecPath
from sso_sync.spec.model import Spec
from sso_sync.values import Json
from tests.plan.build import NAME, PEMS, change, connection, pem, planned
from tests.plan.world import World, in_sync

_SPEC: dict[str, Any] = {
    "onelogin": {
        "app": {
            "name": "ZQX-app",
            "previously": ["ZQX-previous"],
            "connector": "ZQX-connector",
            "description": "ZQX-description",
            "policy": "ZQX-policy",
            "brand": "ZQX-brand",
            "configuration": {
                "audience": "ZQX-audience",
                "acs_url": "https://ZQX-acs.example/x",
                "recipient": "https://ZQX-recipient.example/x",
                "relay_state": "ZQX-relay",
                "login_url": "https://ZQX-login.example",
                "logout_url": "https://ZQX-logout.example",
                "raw": {"new_key": "ZQX-raw"},
            },
            "parameters": {
                "email": "ZQX-field",
                "firstName": {"value": "ZQX-value"},
                "lastName": {"macro": "{ZQX-macro}", "default_values": ["a", "ZQX-listed"]},
                "dept": {"label": "ZQX-label", "transformation": "ZQX-transformation", "default_values": "ZQX-one"},
                "fresh": {"value": "ZQX-fresh"},
            },
            "rules": [
                {
                    "name": "ZQX-rule",
                    "conditions": [{"source": "ZQX-source", "operator": "=", "value": "ZQX-condition"}],
                    "actions": [
                        {
                            "action": "ZQX-action",
                            "value": ["ZQX-set"],
                            "expression": "ZQX-expression",
                            "macro": "ZQX-rulemacro",
                        }
                    ],
                },
                {"name": "open", "actions": [{"action": "set_role", "value": ["ZQX-role-id"]}]},
            ],
            "certificate": {"name": "ZQX-certificate"},
        },
        "access": {
            "roles": [
                "ZQX-short",
                {"name": "ZQX-long", "create": True, "members": ["ZQX-ann@acme.example", "ZQX-bob@acme.example"]},
            ],
            "users": ["ZQX-cid@acme.example"],
            "groups": ["ZQX-group"],
            "direct_role": "ZQX-owned",
        },
    },
    "justcall": {
        "service_provider": {"acs_url": "https://ZQX-pin.example/x", "entity_id": "ZQX-entity"},
        "sso": {
            "enabled": True,
            "default_role": "ZQX-default-role",
            "sso_url": "https://ZQX-sso.example",
            "issuer": "ZQX-issuer",
            "certificate": pem("ZQX"),
        },
    },
}


def _paths(value: Any, path: SpecPath = ()) -> Iterator[SpecPath]:
    """Every place whose value is a secret."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _paths(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _paths(item, (*path, index))
    elif isinstance(value, str) and ("ZQX" in value or "CERTIFICATE" in value):
        yield path


_ALL = tuple(_paths(_SPEC))


def _secret(path: SpecPath) -> list[str]:
    """What must not be seen of the secret at a place."""
    value: Any = _SPEC
    for key in path:
        value = value[key]
    if path[-1] == "certificate":
        return [parse(value).fingerprint, value.splitlines()[2]]
    return [value, value.lower(), value.replace(".", r"\.")]


def _named_alike() -> World:
    """A world in which everything that the spec names by a secret exists already."""
    world = in_sync()
    assert world.app
    world.app["name"] = "ZQX-previous"
    world.roles |= {21: "ZQX-short", 22: "ZQX-long", 23: "ZQX-owned"}
    world.members |= {21: [], 22: [3], 23: [1]}
    world.users |= {
        31: {"id": 31, "email": "zqx-ann@acme.example", "status": 2},
        32: {"id": 32, "email": "ZQX-bob@acme.example", "status": 1},
        33: {"id": 33, "email": "ZQX-cid@acme.example", "status": 1},
    }
    world.groups["ZQX-group"] = [4]
    world.policies["ZQX-policy"], world.brands["ZQX-brand"] = 77, 78
    world.app["parameters"]["dept"] = {"id": 8050, "label": "dept", "include_in_saml_assertion": True}
    world.rules = [
        {"id": 701, "name": "open", "match": "all", "enabled": True, "conditions": [], "actions": []},
        {"id": 702, "name": "ZQX-rule", "match": "all", "enabled": True, "conditions": [], "actions": []},
    ]
    return world


def _as_wanted() -> World:
    """The same, with the spec's own values: what is deleted, moved or handed over is then a secret too."""
    world = _named_alike()
    assert world.app
    world.app |= {"name": "ZQX-app", "notes": "managed by sso-sync: other"}
    world.app["role_ids"] = [21, 22, 23]
    world.unknown = dict.fromkeys(SettingField, Unknown("nobody looked"))
    world.by_hand = True
    return world


def _bare() -> World:
    world = _named_alike()
    world.app, world.rules = None, []
    return world


def _unmarked() -> World:
    world = _as_wanted()
    assert world.app
    world.app |= {"notes": None, "connector_id": 5}
    return world


_WORLDS = {
    "nothing there": World,
    "no app": _bare,
    "alike": _named_alike,
    "foreign": _as_wanted,
    "unmarked": _unmarked,
    "in sync": in_sync,
}


def _texts(plan: Plan) -> list[str]:
    """Everything that a report may print."""
    texts: list[Json] = []
    for one in plan.changes:
        texts += [one.address, one.before, one.after, one.reason]
    for step in plan.steps:
        texts += [step.id, step.summary, *step.needs, *step.addresses]
    for refusal in plan.refusals:
        texts += [refusal.summary, refusal.detail, refusal.setting, refusal.next_action, refusal.address]
    for finding in plan.findings:
        texts += _said(finding)
    for impact in plan.impacts:
        texts += [impact.summary, impact.lasts, *impact.names, *impact.addresses]
    for fact in plan.certificates:
        texts += [fact.fingerprint, fact.subject, fact.key]
    return [json.dumps(text, ensure_ascii=False).replace("\\\\", "\\") for text in texts]


def _said(finding: Diagnostic) -> list[Json]:
    return [finding.summary, finding.detail, finding.address, finding.next_action]


def _with(sensitive: tuple[SpecPath, ...], state: str) -> Connection:
    return connection(_SPEC | {"state": state}, sensitive=sensitive)


@pytest.mark.parametrize("world", _WORLDS)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_no_secret_is_in_any_text_of_a_plan(world: str, state: str) -> None:
    plan = _WORLDS[world]().plan(_with(_ALL, state))
    assert plan.changes or plan.findings or state == "absent"
    for text in _texts(plan):
        assert "ZQX" not in text.upper(), text
        for secret in _secret(("justcall", "sso", "certificate")):
            assert secret not in text


@pytest.mark.parametrize("path", _ALL, ids=lambda path: ".".join(map(str, path)))
@pytest.mark.parametrize("world", _WORLDS)
def test_one_secret_is_hidden_wherever_it_stands(world: str, path: SpecPath) -> None:
    plan = _WORLDS[world]().plan(_with((path,), "present"))
    for text in _texts(plan):
        for secret in _secret(path):
            assert secret not in text, text


@pytest.mark.parametrize("sensitive", [(), _ALL], ids=["open", "hidden"])
def test_a_plan_is_the_same_whether_or_not_it_may_be_read(sensitive: tuple[SpecPath, ...]) -> None:
    for make in _WORLDS.values():
        shown, hidden = make().plan(_with((), "present")), make().plan(_with(sensitive, "present"))
        assert [one.action for one in hidden.changes] == [one.action for one in shown.changes]
        assert [step.operation for step in hidden.steps] == [step.operation for step in shown.steps]
        assert len({one.address for one in hidden.changes}) == len(hidden.changes)


def test_an_unread_side_gives_no_secret_away() -> None:
    plan = planned(_with(_ALL, "present"), Unread("OneLogin is down"), in_sync().sp())
    assert plan.changes
    assert not [text for text in _texts(plan) if "ZQX" in text.upper()]


def test_a_hidden_change_says_that_it_is_one() -> None:
    path = ("onelogin", "app", "description")
    world = in_sync()
    assert world.app
    world.app["description"] = "old"
    found = change(world.plan(connection(app={"description": "new"}, sensitive=[path])), "onelogin.app.description")
    assert (found.before, found.after, found.sensitive) == (MASK, MASK, True)


def test_a_hidden_value_that_is_cleared_or_new_is_told_from_one_that_changes() -> None:
    path = ("onelogin", "app", "description")
    found = change(in_sync().plan(connection(app={"description": "new"}, sensitive=[path])), "onelogin.app.description")
    assert (found.before, found.after) == (None, MASK)


def test_people_from_the_environment_are_counted_and_not_named() -> None:
    wanted = connection(
        access={"users": ["cid@acme.example", "dora@acme.example"]}, sensitive=[("onelogin", "access", "users", 0)]
    )
    plan = in_sync().plan(wanted)
    (finding,) = (finding for finding in plan.findings if finding.address == "onelogin.access")
    assert finding.summary == "2 people gain access, nobody loses it"
    assert finding.detail == "Gain access: (sensitive), dora@acme.example"


@pytest.mark.parametrize(("wish", "action"), [("Agent", None), ("Admin", Action.MANUAL)])
def test_a_sealed_record_is_compared_and_never_shown(wish: str, action: Action | None) -> None:
    sealed = seal(SettingField.DEFAULT_ROLE, "Agent")
    world = in_sync()
    world.by_hand, world.settings[SettingField.DEFAULT_ROLE] = True, sealed
    plan = world.plan(connection(sso={"default_role": wish}))  # not from the environment any more: the record still is
    if action is None:
        assert plan.empty
        return
    found = change(plan, "justcall.sso.default_role")
    assert (found.action, found.before, found.after, found.sensitive) == (action, MASK, MASK, True)


def test_a_sealed_certificate_is_compared_by_what_it_is() -> None:
    world = in_sync()
    world.by_hand = True
    world.settings[SettingField.CERTIFICATE] = seal(SettingField.CERTIFICATE, pem(PEMS[0]).replace("\n", "\r\n"))
    assert world.plan(connection(sso={"certificate": pem(PEMS[0])})).empty


def test_what_others_say_is_told_without_any_secret_the_longest_first() -> None:
    wanted = connection(
        access={"users": ["cid@acme.example"], "groups": ["cid@acme.example.org", "Odd"]},
        sensitive=[("onelogin", "access", key, index) for key, index in (("users", 0), ("groups", 0), ("groups", 1))],
    )
    said = Diagnostic("error", "no cid@acme.example.org here", detail="nor cid@acme.example; Oddly", address=None)
    told = discreet(wanted, said)
    assert (told.summary, told.detail) == ("no (sensitive) here", "nor (sensitive); Oddly")


def test_the_mark_of_a_connection_is_no_secret() -> None:
    world = in_sync()
    assert world.app
    world.app["notes"] = "bought in 2019"
    plan = world.plan(connection())
    assert change(plan, "onelogin.app.notes").after == f"bought in 2019\n{mark(NAME)}"


def test_the_spec_above_is_a_spec() -> None:
    assert isinstance(_with(_ALL, "present").spec, Spec)
    assert len(_ALL) > 40

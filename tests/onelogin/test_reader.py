"""The whole read: what is in it, and what it costs."""

from __future__ import annotations

from typing import Any

import pytest

from sso_sync.http import AuthRefused, ServiceDown
from sso_sync.onelogin.client import Client
from sso_sync.onelogin.ownership import mark
from sso_sync.onelogin.reader import read, role_members, statuses
from sso_sync.onelogin.state import Scope
from tests.onelogin.support import NOBODY, Wire, answer, app_body, app_row, error, user, v2

TOKEN = "POST /auth/oauth2/v2/token"


def scope(**more: Any) -> Scope:
    return Scope(**{"connection": "prod", "app_name": "JustCall", **more})


def account(wire: Wire, **app: Any) -> None:
    wire.on("GET", "/api/2/apps", v2([app_row(1), app_row(2, "Other")]))
    wire.on("GET", "/api/2/apps/1", answer(app_body(1, notes=mark("prod"), **app)))
    wire.on("GET", "/api/2/roles", v2([{"id": 5, "name": "R"}, {"id": 6, "name": "S"}]))
    wire.on("GET", "/api/2/roles/5/users", v2([user(number) for number in range(1, 251)], size=100))
    wire.on("GET", "/api/2/roles/6/users", v2([user(1), user(900)]))


def test_the_request_budget_of_a_default_spec(wire: Wire, idp: Client) -> None:
    account(wire)
    live = read(idp, scope(), NOBODY)
    assert sorted(wire.lines()) == ["GET /api/2/apps", "GET /api/2/apps/1", "GET /api/2/roles"]
    assert wire.count(TOKEN) == 1
    assert [role.name for role in live.roles] == ["R", "S"]
    assert (live.members, live.rules, live.direct_grants, live.unread, live.findings) == ({}, None, None, {}, ())


def test_the_request_budget_of_managed_members(wire: Wire, idp: Client) -> None:
    account(wire)
    live = read(idp, scope(member_roles=frozenset({"R", "Not there"}), people=frozenset({"user7@acme.test"})), NOBODY)
    assert len(wire.lines()) == 3 + 3
    assert live.members.keys() == {"R"}
    assert [person.id for person in live.members["R"]] == list(range(1, 251))
    assert live.people["user7@acme.test"].id == 7


def test_rules_of_both_kinds_in_order(wire: Wire, idp: Client) -> None:
    account(wire)
    on = [
        {"id": 3, "name": "C", "position": 2, "enabled": True},
        {"id": 1, "name": "A", "position": 1, "enabled": True},
    ]
    off = [{"id": 2, "name": "B", "position": None, "enabled": False}]
    wire.on("GET", "/api/2/apps/1/rules", lambda sent: answer(on if sent.query["enabled"] == "true" else off))
    live = read(idp, scope(rules=True), NOBODY)
    assert live.rules is not None
    assert [(rule.name, rule.enabled) for rule in live.rules] == [("A", True), ("C", True), ("B", False)]


def test_a_rule_that_is_listed_twice_is_one_rule(wire: Wire, idp: Client) -> None:
    account(wire)
    wire.on("GET", "/api/2/apps/1/rules", answer([{"id": 3, "name": "C"}]))
    live = read(idp, scope(rules=True), NOBODY)
    assert live.rules is not None
    assert len(live.rules) == 1


def test_no_app_has_no_rules_and_no_grants(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/apps", v2([]))
    live = read(idp, scope(rules=True, roles=False, direct_grants=True, connector=5), NOBODY)
    assert (live.rules, live.direct_grants) == ((), ())


def test_direct_grants_are_what_no_role_explains(wire: Wire, idp: Client) -> None:
    account(wire, role_ids=[5, 6])
    wire.on("GET", "/api/2/apps/1/users", v2([user(1), user(900), user(901), user(250)]))
    live = read(idp, scope(direct_grants=True, member_roles=frozenset({"R"})), NOBODY)
    assert live.direct_grants is not None
    assert [person.id for person in live.direct_grants] == [901]
    assert wire.count("GET /api/2/roles/5/users") == 3
    assert wire.count("GET /api/2/roles/6/users") == 1


@pytest.mark.parametrize("status", [401, 402, 403, 404])
def test_direct_grants_that_cannot_be_read_are_unknown(wire: Wire, idp: Client, status: int) -> None:
    account(wire, role_ids=[6])
    wire.on("GET", "/api/2/apps/1/users", error(status))
    live = read(idp, scope(direct_grants=True), NOBODY)
    assert live.direct_grants is None
    (finding,) = live.findings
    assert (finding.severity, finding.address) == ("warning", "onelogin.access.users")
    assert f"-> {status}" in str(finding.detail)


def test_an_outage_anywhere_is_an_outage(wire: Wire, idp: Client) -> None:
    account(wire)
    wire.on("GET", "/api/2/groups", error(503))
    with pytest.raises(ServiceDown, match="GET /api/2/groups"):
        read(idp, scope(groups=frozenset({"G"})), NOBODY)


def test_refused_credentials_are_told_rather_than_their_consequences(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/apps", error(503))
    wire.on("GET", "/api/2/roles", error(403))
    with pytest.raises(AuthRefused, match="GET /api/2/roles"):
        read(idp, scope(), NOBODY)


def test_members_of_roles_by_name(wire: Wire, idp: Client) -> None:
    account(wire)
    found = role_members(idp, {"S": 6, "R": 5}, NOBODY)
    assert {name: len(people) for name, people in found.items()} == {"S": 2, "R": 250}
    assert role_members(idp, {}, NOBODY) == {}


def test_progress_is_reported(wire: Wire, idp: Client) -> None:
    class Ears:
        def __init__(self) -> None:
            self.heard: list[str] = []

        def note(self, message: str) -> None:
            self.heard.append(message)

    ears = Ears()
    account(wire)
    read(idp, scope(), ears)
    assert ears.heard[0] == "reading acme.onelogin.com"


def test_statuses_are_asked_for_role_by_role(wire: Wire, idp: Client) -> None:
    """The rows of a role carry no status; the list of users does, filtered by role (§7: likely)."""
    wire.on("GET", "/api/2/users", v2([user(1, status=2), user(2), user(3, status=None)]))
    assert statuses(idp, {5, 6}, NOBODY) == {1: 2, 2: 1}
    assert sorted(sent.query["role_id"] for sent in wire.sent if sent.path == "/api/2/users") == ["5", "6"]


def test_no_role_no_request(wire: Wire, idp: Client) -> None:
    assert statuses(idp, (), NOBODY) == {}
    assert wire.lines() == []

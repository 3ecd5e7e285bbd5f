"""What each endpoint sends, and which answers it can take."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import pytest

from sso_sync.errors import ReadOnlyViolation
from sso_sync.http import AnswerError, AuthRefused
from sso_sync.onelogin.client import Client
from sso_sync.onelogin.endpoints import ENDPOINTS
from tests.onelogin.support import Wire, answer, app_body, app_row, error, user, v2


def test_the_table_of_endpoints_is_read_only_and_well_formed() -> None:
    for method, path in ENDPOINTS.values():
        assert method in {"GET", "POST", "PUT", "DELETE"}
        assert re.fullmatch(r"/(api/[12]|auth)(/[a-z0-9_]+|/\{[a-z_]+\})+", path)
    assert len(set(ENDPOINTS.values())) == len(ENDPOINTS)
    assert isinstance(ENDPOINTS, MappingProxyType)


WRITES: list[tuple[str, Callable[[Client], Any], object]] = [
    ("POST /api/2/apps", lambda c: c.create_app({"name": "A"}), {"name": "A"}),
    ("PUT /api/2/apps/1", lambda c: c.update_app(1, {"visible": True}), {"visible": True}),
    ("DELETE /api/2/apps/1", lambda c: c.delete_app(1), None),
    ("DELETE /api/2/apps/1/parameters/2", lambda c: c.delete_parameter(1, 2), None),
    ("POST /api/2/apps/1/rules", lambda c: c.create_rule(1, {"name": "R"}), {"name": "R"}),
    ("PUT /api/2/apps/1/rules/2", lambda c: c.update_rule(1, 2, {"name": "R"}), {"name": "R"}),
    ("DELETE /api/2/apps/1/rules/2", lambda c: c.delete_rule(1, 2), None),
    ("PUT /api/2/apps/1/rules/sort", lambda c: c.sort_rules(1, (3, 2)), [3, 2]),
    ("POST /api/2/roles", lambda c: c.create_role("A"), {"name": "A"}),
    ("DELETE /api/2/roles/1", lambda c: c.delete_role(1), None),
    ("POST /api/2/roles/1/users", lambda c: c.add_role_users(1, (5, 6)), [5, 6]),
    ("DELETE /api/2/roles/1/users", lambda c: c.remove_role_users(1, (5, 6)), [5, 6]),
]


@pytest.mark.parametrize(("line", "call", "body"), WRITES)
def test_what_a_write_sends(
    wire: Wire, writable: Client, line: str, call: Callable[[Client], Any], body: object
) -> None:
    method, path = line.split()
    wire.on(method, path, answer({"id": 9}))
    call(writable)
    assert wire.lines() == [line]
    assert wire.bodies(line) == [body]


@pytest.mark.parametrize(("line", "call", "body"), WRITES)
def test_a_read_only_client_sends_no_write(
    wire: Wire, idp: Client, line: str, call: Callable[[Client], Any], body: object
) -> None:
    with pytest.raises(ReadOnlyViolation):
        call(idp)
    assert wire.sent == []


def test_writable_shares_the_token(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/roles", v2([]))
    wire.on("POST", "/api/2/roles", answer({"id": 1}))
    idp.roles()
    copy = idp.writable()
    copy.create_role("A")
    assert wire.count("POST /auth/oauth2/v2/token") == 1
    assert (idp.read_only, copy.read_only) == (True, False)
    assert idp.label == copy.label == "acme.onelogin.com"


READS: list[tuple[str, Callable[[Client], Any], dict[str, str]]] = [
    ("/api/2/apps", lambda c: c.apps(), {"auth_method": "2", "limit": "1000"}),
    ("/api/2/apps/1/users", lambda c: c.app_users(1), {"limit": "1000"}),
    ("/api/2/apps/1/rules", lambda c: c.rules(1, enabled=True), {"enabled": "true"}),
    ("/api/2/apps/1/rules", lambda c: c.rules(1, enabled=False), {"enabled": "false"}),
    ("/api/2/roles", lambda c: c.roles(name="A"), {"name": "A", "limit": "650"}),
    ("/api/2/roles/1/apps", lambda c: c.role_apps(1), {"limit": "100"}),
    ("/api/2/roles/1/users", lambda c: c.role_users(1), {"limit": "100"}),
    (
        "/api/2/users",
        lambda c: c.users(email="a+b@x.test"),
        {"email": "a+b@x.test", "limit": "50", "fields": "id,email,username,firstname,lastname,status,group_id"},
    ),
    ("/api/2/groups", lambda c: c.groups(), {}),
    ("/api/2/connectors", lambda c: c.connectors("X"), {"name": "X", "auth_method": "2", "limit": "1000"}),
    ("/api/2/policies", lambda c: c.policies(), {}),
    ("/api/2/branding/brands", lambda c: c.brands(), {}),
]


@pytest.mark.parametrize(("path", "call", "query"), READS)
def test_what_a_read_asks(
    wire: Wire, idp: Client, path: str, call: Callable[[Client], Any], query: dict[str, str]
) -> None:
    wire.on("GET", path, v2([{"id": "7", "name": "N", "email": "a@x.test"}]))
    assert [row.id for row in call(idp)] == [7]
    assert wire.sent[-1].query == query


def test_a_page_of_users(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/users", v2([user(number) for number in range(120)], size=50))
    people, pages = idp.users_page(3)
    assert ([person.id for person in people], pages) == (list(range(100, 120)), 3)


@pytest.mark.parametrize("body", [{"id": 4}, [{"id": 4}], {"id": "4"}, [{"id": "4"}]])
def test_every_form_of_a_new_id(wire: Wire, writable: Client, body: object) -> None:
    wire.on("POST", "/api/2/roles", answer(body, 201))
    assert writable.create_role("A") == 4


@pytest.mark.parametrize("body", [{}, [], [{"id": 1}, {"id": 2}], {"id": None}, {"id": "x"}, 5, None])
def test_an_answer_without_an_id_is_an_error(wire: Wire, writable: Client, body: object) -> None:
    wire.on("POST", "/api/2/roles", answer(body, 201))
    with pytest.raises(AnswerError, match="POST /api/2/roles -> 201"):
        writable.create_role("A")


@pytest.mark.parametrize(
    "path", ["/api/2/apps/1", "/api/2/roles/1", "/api/2/apps/1/rules/2", "/api/2/apps/1/parameters/2"]
)
def test_deleting_what_is_gone_succeeds(wire: Wire, writable: Client, path: str) -> None:
    wire.on("DELETE", path, error(404))
    calls: dict[str, Callable[[], None]] = {
        "/api/2/apps/1": lambda: writable.delete_app(1),
        "/api/2/roles/1": lambda: writable.delete_role(1),
        "/api/2/apps/1/rules/2": lambda: writable.delete_rule(1, 2),
        "/api/2/apps/1/parameters/2": lambda: writable.delete_parameter(1, 2),
    }
    calls[path]()
    assert wire.lines() == [f"DELETE {path}"]


def test_deleting_a_parameter_of_the_connector_is_refused(wire: Wire, writable: Client) -> None:
    wire.on("DELETE", "/api/2/apps/1/parameters/2", error(403, "not allowed to destroy Parameter 2:saml_username"))
    with pytest.raises(AuthRefused, match="not allowed to destroy"):
        writable.delete_parameter(1, 2)


@pytest.mark.parametrize("body", [None, {"id": 1}, {"id": 1, "name": "A"}, app_row(1), [app_body(1)]])
def test_a_put_that_does_not_answer_the_whole_app(wire: Wire, writable: Client, body: object) -> None:
    wire.on("PUT", "/api/2/apps/1", answer(body))
    assert writable.update_app(1, {"name": "A"}) is None


def test_an_app_in_all_its_untidiness(wire: Wire, idp: Client) -> None:
    body = app_body(
        1,
        name="A &amp; B",
        notes="x &lt; y",
        description="&quot;d&quot;",
        role_ids=["7", 8],
        policy_id="",
        tab_id="12",
        configuration=None,
        parameters={"p": None, "q": {"id": "3"}},
        something_new={"a": 1},
    )
    wire.on("GET", "/api/2/apps/1", answer(body | {"id": "1", "connector_id": "110016"}))
    app = idp.app(1)
    assert (app.id, app.connector_id, app.name, app.notes, app.description) == (1, 110016, "A & B", "x < y", '"d"')
    assert (app.role_ids, app.policy_id, app.tab_id) == ((7, 8), None, 12)
    assert (app.configuration, app.parameters) == ({}, {"p": {}, "q": {"id": "3"}})


@pytest.mark.parametrize("empty", [None, []])
def test_empty_objects_in_any_form(wire: Wire, idp: Client, empty: object) -> None:
    body = app_body(1, role_ids=None, configuration=empty, parameters=empty, sso=empty)
    wire.on("GET", "/api/2/apps/1", answer(body))
    app = idp.app(1)
    assert (app.role_ids, app.configuration, app.parameters, app.sso.acs_url) == ((), {}, {}, None)
    assert app.sso.certificate.id is None


@pytest.mark.parametrize(
    ("changes", "flaw"),
    [
        ({"id": "one"}, "id: "),
        ({"name": None}, "name: "),
        ({"role_ids": [{"id": 1}]}, r"role_ids\.0: "),
        ({"configuration": "hunter22"}, "configuration: "),
        ({"parameters": {"p": "hunter22"}}, r"parameters\.p: "),
        ({"sso": {"certificate": {"id": "hunter22"}}}, r"sso\.certificate\.id: "),
    ],
)
def test_wrong_types_are_one_clear_error_without_values(
    wire: Wire, idp: Client, changes: dict[str, object], flaw: str
) -> None:
    wire.on("GET", "/api/2/apps/1", answer(app_body(1) | changes))
    with pytest.raises(AnswerError, match=f"GET /api/2/apps/1 -> 200: the answer is not the app .* {flaw}") as caught:
        idp.app(1)
    assert "hunter22" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_an_app_that_is_no_object(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/apps/1", answer([]))
    with pytest.raises(AnswerError, match="the answer is not the app"):
        idp.app(1)


def test_rules_with_gaps(wire: Wire, idp: Client) -> None:
    row = {"id": "5", "name": "A &amp; B", "enabled": None, "conditions": None, "actions": None, "position": None}
    wire.on("GET", "/api/2/apps/1/rules", v2([row]))
    (rule,) = idp.rules(1, enabled=True)
    assert (rule.id, rule.name, rule.enabled, rule.conditions, rule.actions) == (5, "A & B", True, (), ())


def test_people_without_an_email_have_a_key(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/roles/1/users", v2([user(1, " Ann@Acme.test "), {"id": 2, "email": None}, {"id": 3}]))
    assert [person.key for person in idp.role_users(1)] == ["ann@acme.test", "#2", "#3"]

"""Connector, policy, brand and certificate by name."""

from __future__ import annotations

from typing import Any

import pytest

from sso_sync.errors import LiveStateError
from sso_sync.http import AuthRefused, ServiceDown
from sso_sync.onelogin.client import Client
from sso_sync.onelogin.reader import read
from sso_sync.onelogin.state import Scope
from sso_sync.onelogin.vocabulary import CONNECTOR_NAME
from tests.onelogin.support import NOBODY, Handler, Reply, Wire, answer, app_body, app_row, error, v2


def scope(**more: Any) -> Scope:
    return Scope(**{"connection": "prod", "app_name": "JustCall", "roles": False, **more})


def connector(identity: int, name: str) -> dict[str, Any]:
    return {"id": identity, "name": name, "auth_method": 2}


def no_app(wire: Wire, *rows: dict[str, Any], connectors: Reply | Handler) -> None:
    wire.on("GET", "/api/2/apps", v2([row | {"notes": None} for row in rows]))
    wire.on("GET", "/api/2/connectors", connectors)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (CONNECTOR_NAME, 110016),
        ("SAML & More", 7),
    ],
)
def test_a_name_is_looked_up_and_compared_exactly(wire: Wire, idp: Client, wanted: str, found: int) -> None:
    rows = [connector(1, f"{CONNECTOR_NAME} 2"), connector(110016, CONNECTOR_NAME), connector(7, "SAML &amp; More")]
    no_app(wire, connectors=v2(rows))
    assert read(idp, scope(connector=wanted), NOBODY).connector_id == found
    assert wire.sent[-1].query["name"] == wanted


def test_an_id_is_taken_as_it_is(wire: Wire, idp: Client) -> None:
    no_app(wire, connectors=error(500))
    assert read(idp, scope(connector=5), NOBODY).connector_id == 5
    assert wire.lines() == ["GET /api/2/apps"]


def test_of_several_default_connectors_the_documented_one_is_taken(wire: Wire, idp: Client) -> None:
    no_app(wire, connectors=v2([connector(3, CONNECTOR_NAME), connector(110016, CONNECTOR_NAME)]))
    assert read(idp, scope(), NOBODY).connector_id == 110016


def test_several_other_connectors_of_one_name_are_an_error(wire: Wire, idp: Client) -> None:
    no_app(wire, connectors=v2([connector(3, "X"), connector(4, "X")]))
    with pytest.raises(LiveStateError, match="several connectors named 'X': 3, 4"):
        read(idp, scope(connector="X"), NOBODY)


@pytest.mark.parametrize("wanted", [CONNECTOR_NAME, "X"])
def test_an_unknown_name_is_an_error(wire: Wire, idp: Client, wanted: str) -> None:
    no_app(wire, app_row(1, "Other") | {"connector_id": 5}, connectors=v2([]))
    with pytest.raises(LiveStateError, match="has no SAML connector named") as caught:
        read(idp, scope(connector=wanted), NOBODY)
    assert caught.value.diagnostics[0].address == "onelogin.app.connector"


def test_the_default_that_the_catalogue_hides_is_trusted_if_an_app_has_it(wire: Wire, idp: Client) -> None:
    no_app(wire, app_row(1, "Other"), connectors=v2([]))
    assert read(idp, scope(), NOBODY).connector_id == 110016


@pytest.mark.parametrize("status", [401, 403, 404])
def test_the_default_is_trusted_if_there_is_no_catalogue(wire: Wire, idp: Client, status: int) -> None:
    no_app(wire, connectors=error(status))
    assert read(idp, scope(), NOBODY).connector_id == 110016


def test_another_name_is_not_guessed_without_a_catalogue(wire: Wire, idp: Client) -> None:
    no_app(wire, connectors=error(403))
    with pytest.raises(AuthRefused):
        read(idp, scope(connector="X"), NOBODY)


def with_app(wire: Wire) -> None:
    wire.on("GET", "/api/2/apps/1", answer(app_body(1)))


def test_policies_and_brands_by_name(wire: Wire, idp: Client) -> None:
    with_app(wire)
    rows = [{"id": 1, "name": "P", "kind": "user"}, {"id": 2, "name": "P", "kind": "app"}, {"id": 3, "name": "p"}]
    wire.on("GET", "/api/2/policies", v2(rows))
    wire.on("GET", "/api/2/branding/brands", v2([{"id": 8, "name": "Acme &amp; Co"}]))
    live = read(idp, scope(app_id=1, policy="P", brand="Acme & Co"), NOBODY)
    assert (live.policy_id, live.brand_id, live.unread) == (2, 8, {})


def test_a_policy_for_users_is_no_policy_for_apps(wire: Wire, idp: Client) -> None:
    with_app(wire)
    wire.on("GET", "/api/2/policies", v2([{"id": 1, "name": "P", "kind": "user"}]))
    live = read(idp, scope(app_id=1, policy="P"), NOBODY)
    assert (live.policy_id, live.unread) == (None, {})


@pytest.mark.parametrize("status", [401, 402, 403, 404, 406])
def test_what_an_account_does_not_offer_is_unread_not_absent(wire: Wire, idp: Client, status: int) -> None:
    with_app(wire)
    wire.on("GET", "/api/2/policies", error(status))
    wire.on("GET", "/api/2/branding/brands", error(status))
    live = read(idp, scope(app_id=1, policy="P", brand="B"), NOBODY)
    assert (live.policy_id, live.brand_id) == (None, None)
    assert live.unread.keys() == {"onelogin.app.policy", "onelogin.app.brand"}
    assert str(status) in live.unread["onelogin.app.policy"]


def test_an_outage_of_the_policies_is_an_outage(wire: Wire, idp: Client) -> None:
    with_app(wire)
    wire.on("GET", "/api/2/policies", error(503))
    with pytest.raises(ServiceDown):
        read(idp, scope(app_id=1, policy="P"), NOBODY)


def test_a_tolerated_refusal_does_not_hide_the_real_error(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/policies", error(403))
    wire.on("GET", "/api/2/apps", v2([app_row(1, notes=None), app_row(2, notes=None)]))
    for number in (1, 2):
        wire.on("GET", f"/api/2/apps/{number}", answer(app_body(number)))
    with pytest.raises(LiveStateError, match="several apps"):
        read(idp, scope(policy="P"), NOBODY)


def certified(app_id: int, certificate: object) -> dict[str, Any]:
    body = app_body(app_id, "JustCall" if app_id == 1 else f"app {app_id}")
    return body | {"sso": body["sso"] | {"certificate": certificate}}


def test_the_apps_own_certificate_comes_first(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/apps/1", answer(certified(1, {"id": 7, "name": "A &amp; B"})))
    assert read(idp, scope(app_id=1, certificate="A & B"), NOBODY).certificate_id == 7
    assert wire.lines() == ["GET /api/2/apps/1"]


def test_otherwise_other_apps_are_read_until_one_has_it(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/apps", v2([app_row(number, f"app {number}") for number in range(1, 40)]))
    for number in range(1, 40):
        name = "New" if number in (5, 30) else "Old"
        wire.on("GET", f"/api/2/apps/{number}", answer(certified(number, {"id": number, "name": name})))
    assert read(idp, scope(app_id=1, certificate="New"), NOBODY).certificate_id == 5
    assert wire.count("GET /api/2/apps/1") == 1
    assert len(wire.lines()) <= 10


def test_a_certificate_that_no_app_has(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/apps", v2([app_row(1), app_row(2), app_row(3)]))
    for number, reply in ((1, answer(certified(1, None))), (2, error(404)), (3, answer(certified(3, {"name": "New"})))):
        wire.on("GET", f"/api/2/apps/{number}", reply)
    assert read(idp, scope(app_id=1, certificate="New"), NOBODY).certificate_id is None

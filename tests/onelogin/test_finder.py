"""Which app is ours: by id, mark, name, former name, and never by guessing."""

from __future__ import annotations

from typing import Any

import pytest

from sso_sync.errors import LiveStateError
from sso_sync.onelogin.client import Client
from sso_sync.onelogin.finder import PinnedAppMissing
from sso_sync.onelogin.ownership import mark
from sso_sync.onelogin.reader import read
from sso_sync.onelogin.state import FoundBy, LiveIdp, Scope
from tests.onelogin.support import NOBODY, Wire, answer, app_body, app_row, error, v2

CONNECTOR = {"id": 110016, "name": "SAML Custom Connector (Advanced)", "auth_method": 2}
OURS = mark("prod")


def scope(**more: Any) -> Scope:
    return Scope(**{"connection": "prod", "app_name": "JustCall", "roles": False, **more})


def account(wire: Wire, *apps: dict[str, Any], notes_in_list: bool) -> None:
    """An account with these apps (full bodies), whose list rows do or do not tell the notes."""
    rows = [
        app_row(app["id"], app["name"], connector_id=app["connector_id"])
        | ({"notes": app["notes"]} if notes_in_list else {})
        for app in apps
    ]
    wire.on("GET", "/api/2/apps", v2(rows))
    wire.on("GET", "/api/2/connectors", v2([CONNECTOR]))
    for app in apps:
        wire.on("GET", f"/api/2/apps/{app['id']}", answer(app))


both = pytest.mark.parametrize("notes_in_list", [True, False])


@both
def test_no_app(wire: Wire, idp: Client, notes_in_list: bool) -> None:
    account(wire, app_body(1, "Other", connector_id=5), notes_in_list=notes_in_list)
    live = read(idp, scope(), NOBODY)
    assert (live.app, live.found_by, live.owner, live.connector_id) == (None, None, None, 110016)
    assert wire.lines() == ["GET /api/2/apps", "GET /api/2/connectors"]


@both
def test_by_name_in_two_requests(wire: Wire, idp: Client, notes_in_list: bool) -> None:
    account(wire, app_body(1, "Other"), app_body(2), notes_in_list=notes_in_list)
    live = read(idp, scope(), NOBODY)
    assert live.app is not None
    assert (live.app.id, live.found_by, live.owner) == (2, FoundBy.NAME, None)
    assert live.connector_id == 110016
    assert wire.lines() == ["GET /api/2/apps", "GET /api/2/apps/2"]


@both
def test_our_mark_wins_over_others_of_the_same_name(wire: Wire, idp: Client, notes_in_list: bool) -> None:
    account(wire, app_body(1), app_body(2, notes=f"Hello\n{OURS}"), app_body(3), notes_in_list=notes_in_list)
    live = read(idp, scope(), NOBODY)
    assert live.app is not None
    assert (live.app.id, live.found_by, live.owner) == (2, FoundBy.MARK, "prod")


@both
def test_an_app_renamed_in_the_console_is_found_by_its_mark(wire: Wire, idp: Client, notes_in_list: bool) -> None:
    account(
        wire,
        app_body(1, "Other"),
        app_body(2, "Renamed", notes=OURS),
        app_body(3, "Elsewhere", connector_id=9),
        notes_in_list=notes_in_list,
    )
    live = read(idp, scope(), NOBODY)
    assert live.app is not None
    assert (live.app.id, live.found_by) == (2, FoundBy.MARK)
    assert wire.count("GET /api/2/apps/2") == 1
    assert wire.count("GET /api/2/apps/3") == 0


@both
def test_the_mark_is_stronger_than_a_former_name(wire: Wire, idp: Client, notes_in_list: bool) -> None:
    account(wire, app_body(1, "Old"), app_body(2, "Renamed", notes=OURS), notes_in_list=notes_in_list)
    live = read(idp, scope(previous_names=("Old",)), NOBODY)
    assert live.app is not None
    assert live.app.id == 2


@both
def test_by_a_former_name(wire: Wire, idp: Client, notes_in_list: bool) -> None:
    account(wire, app_body(1, "Old"), app_body(2, "Other"), notes_in_list=notes_in_list)
    live = read(idp, scope(previous_names=("Older", "Old")), NOBODY)
    assert live.app is not None
    assert (live.app.id, live.found_by) == (1, FoundBy.PREVIOUS_NAME)
    assert wire.count("GET /api/2/apps/1") == 1


@both
def test_the_name_is_stronger_than_a_former_name(wire: Wire, idp: Client, notes_in_list: bool) -> None:
    account(wire, app_body(1, "Old"), app_body(2), notes_in_list=notes_in_list)
    live = read(idp, scope(previous_names=("Old",)), NOBODY)
    assert live.app is not None
    assert (live.app.id, live.found_by) == (2, FoundBy.NAME)


@both
def test_an_app_of_another_connection_is_answered_with_its_owner(wire: Wire, idp: Client, notes_in_list: bool) -> None:
    account(wire, app_body(1, notes=mark("staging")), notes_in_list=notes_in_list)
    live = read(idp, scope(), NOBODY)
    assert live.app is not None
    assert (live.app.id, live.owner) == (1, "staging")


@both
@pytest.mark.parametrize(
    ("apps", "words"),
    [
        ([app_body(1), app_body(2)], r"are named 'JustCall': 1 \('JustCall'\), 2 \('JustCall'\)"),
        ([app_body(1, notes=OURS), app_body(2, notes=OURS)], "carry the mark of prod: 1 .*, 2 "),
        ([app_body(1, "Old"), app_body(2, "Older")], "have a former name of the app: 1 .*'Old'.*, 2 .*'Older'"),
    ],
)
def test_several_candidates_are_an_error_with_both_ways_out(
    wire: Wire, idp: Client, notes_in_list: bool, apps: list[dict[str, Any]], words: str
) -> None:
    account(wire, *apps, notes_in_list=notes_in_list)
    with pytest.raises(LiveStateError, match=rf"several apps in acme\.onelogin\.com {words}") as caught:
        read(idp, scope(previous_names=("Old", "Older")), NOBODY)
    action = str(caught.value.diagnostics[0].next_action)
    assert "onelogin.app.id" in action
    assert "rename" in action


@both
@pytest.mark.parametrize(
    ("live_name", "name"), [("A &amp; B", "A & B"), ("A & B", "A & B"), ("A &amp; B", "A &amp; B")]
)
def test_escaped_names_are_the_same_name(
    wire: Wire, idp: Client, notes_in_list: bool, live_name: str, name: str
) -> None:
    account(wire, app_body(1, live_name), notes_in_list=notes_in_list)
    assert read(idp, scope(app_name=name), NOBODY).app is not None


def test_names_compare_exactly(wire: Wire, idp: Client) -> None:
    account(wire, app_body(1, "justcall"), app_body(2, "JustCall "), notes_in_list=True)
    assert read(idp, scope(), NOBODY).app is None


def test_apps_that_are_not_saml_do_not_count(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/apps", v2([app_row(1) | {"auth_method": 0}, app_row(2, notes=None)]))
    wire.on("GET", "/api/2/apps/2", answer(app_body(2)))
    live = read(idp, scope(), NOBODY)
    assert live.app is not None
    assert live.app.id == 2


def test_a_listed_app_that_is_gone_is_absent(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/apps", v2([app_row(1, notes=OURS)]))
    wire.on("GET", "/api/2/apps/1", error(404))
    wire.on("GET", "/api/2/connectors", v2([CONNECTOR]))
    assert read(idp, scope(), NOBODY).app is None


def test_a_deleted_double_is_no_double(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/apps", v2([app_row(1), app_row(2)]))
    wire.on("GET", "/api/2/apps/1", error(404))
    wire.on("GET", "/api/2/apps/2", answer(app_body(2)))
    live = read(idp, scope(), NOBODY)
    assert live.app is not None
    assert live.app.id == 2


def test_a_pinned_app_takes_one_request(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/apps/5", answer(app_body(5, "Whatever", notes=mark("other"))))
    live = read(idp, scope(app_id=5), NOBODY)
    assert live.app is not None
    assert (live.app.id, live.found_by, live.owner) == (5, FoundBy.ID, "other")
    assert wire.lines() == ["GET /api/2/apps/5"]


def test_a_pinned_app_that_is_missing_is_a_clear_error(wire: Wire, idp: Client) -> None:
    wire.on("GET", "/api/2/apps/5", error(404))
    with pytest.raises(PinnedAppMissing, match="no app with the id 5 in acme") as caught:
        read(idp, scope(app_id=5), NOBODY)
    assert caught.value.diagnostics[0].address == "onelogin.app.id"


def settle(wire: Wire, idp: Client, *replies: dict[str, Any]) -> LiveIdp:
    wire.on("GET", "/api/2/apps/5", *(answer(reply) for reply in replies))
    return read(idp, scope(app_id=5), NOBODY)


@pytest.mark.parametrize("empty_reads", [1, 2])
def test_an_empty_configuration_is_not_believed_at_once(wire: Wire, idp: Client, empty_reads: int) -> None:
    live = settle(wire, idp, *[app_body(5, configuration={})] * empty_reads, app_body(5))
    assert live.app is not None
    assert live.app.configuration
    assert wire.count("GET /api/2/apps/5") == empty_reads + 1


def test_in_the_end_an_empty_configuration_is_believed(wire: Wire, idp: Client) -> None:
    live = settle(wire, idp, app_body(5, configuration=None))
    assert live.app is not None
    assert live.app.configuration == {}
    assert wire.count("GET /api/2/apps/5") == 3


def test_without_parameters_an_empty_configuration_is_plausible(wire: Wire, idp: Client) -> None:
    settle(wire, idp, app_body(5, configuration={}, parameters={}))
    assert wire.count("GET /api/2/apps/5") == 1

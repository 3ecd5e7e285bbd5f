"""Every write: what it sends, how it makes sure, and what it never sends twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
import requests

from sso_sync.http import AnswerError, AuthRefused, ServiceDown
from sso_sync.onelogin.client import Client
from sso_sync.onelogin.ownership import mark
from sso_sync.onelogin.writer import Writer
from sso_sync.values import Json
from tests.onelogin.support import Naps, Reply, Sent, Wire, answer, app_body, app_row, client, error, v2

CREATE = "POST /api/2/apps"
PUT = "PUT /api/2/apps/1"
GET = "GET /api/2/apps/1"
BODY: dict[str, Json] = {"name": "JustCall", "connector_id": 110016, "notes": mark("prod")}


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
def writer(naps: Naps) -> Iterator[Writer]:
    with client(read_only=False) as made:
        yield Writer(made, sleep=naps)


def lost(_: Sent) -> Reply:
    """The request arrived, the answer did not."""
    raise requests.ConnectionError("Connection aborted.")


# -- creating the app -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reply", [answer({"id": 1}), answer(app_body(1), 201)])
def test_a_new_app_is_read_back(wire: Wire, writer: Writer, naps: Naps, reply: Reply) -> None:
    wire.on("POST", "/api/2/apps", reply)
    wire.on("GET", "/api/2/apps/1", answer(app_body(1)))
    assert writer.create_app(BODY).sso.issuer
    assert wire.lines() == [CREATE, GET]
    assert wire.bodies(CREATE) == [BODY]
    assert naps.seconds == []


def test_a_new_app_may_show_late_and_incomplete(wire: Wire, writer: Writer, naps: Naps) -> None:
    wire.on("POST", "/api/2/apps", answer({"id": 1}))
    wire.on("GET", "/api/2/apps/1", error(404), error(404), answer(app_body(1, sso=None)), answer(app_body(1)))
    assert writer.create_app(BODY).sso.acs_url
    assert len(naps.seconds) == 3


def test_a_new_app_that_stays_incomplete_is_answered_as_it_is(wire: Wire, writer: Writer) -> None:
    wire.on("POST", "/api/2/apps", answer({"id": 1}))
    wire.on("GET", "/api/2/apps/1", answer(app_body(1, sso=None)))
    assert writer.create_app(BODY).id == 1


def test_a_new_app_that_never_shows_is_an_error_that_names_it(wire: Wire, writer: Writer) -> None:
    wire.on("POST", "/api/2/apps", answer({"id": 1}))
    wire.on("GET", "/api/2/apps/1", error(404))
    with pytest.raises(AnswerError, match="created with the id 1") as caught:
        writer.create_app(BODY)
    assert "Apply again" in str(caught.value.diagnostics[0].next_action)
    assert wire.count(CREATE) == 1


INTERRUPTED = pytest.mark.parametrize("reply", [lost, error(502), error(504), (200, {}, "<html>"), (201, {}, "")])


@INTERRUPTED
@pytest.mark.parametrize("notes_in_list", [True, False])
def test_an_interrupted_create_finds_the_app_that_landed(
    wire: Wire, writer: Writer, reply: Any, notes_in_list: bool
) -> None:
    wire.on("POST", "/api/2/apps", reply)
    more: dict[str, Any] = {"notes": mark("prod")} if notes_in_list else {}
    others: dict[str, Any] = {"notes": None} if notes_in_list else {}
    wire.on("GET", "/api/2/apps", v2([app_row(2, **others)]), v2([app_row(2, **others), app_row(1, **more)]))
    wire.on("GET", "/api/2/apps/1", answer(app_body(1, notes=mark("prod"))))
    wire.on("GET", "/api/2/apps/2", answer(app_body(2)))
    assert writer.create_app(BODY).id == 1
    assert wire.count(CREATE) == 1


@INTERRUPTED
def test_an_interrupted_create_that_did_not_land_is_an_error_not_a_second_post(
    wire: Wire, writer: Writer, naps: Naps, reply: Any
) -> None:
    wire.on("POST", "/api/2/apps", reply)
    wire.on("GET", "/api/2/apps", v2([app_row(2, notes=mark("staging"))]))
    with pytest.raises((ServiceDown, AnswerError), match="POST /api/2/apps"):
        writer.create_app(BODY)
    assert wire.count(CREATE) == 1
    assert sum(naps.seconds) >= 5


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        (BODY, [app_row(1, notes=mark("prod")), app_row(2, notes=mark("prod"))]),
        ({"name": "JustCall"}, [app_row(1, notes=mark("prod"))]),
    ],
)
def test_an_interrupted_create_is_not_guessed(
    wire: Wire, writer: Writer, body: dict[str, Any], rows: list[dict[str, Any]]
) -> None:
    wire.on("POST", "/api/2/apps", error(502))
    wire.on("GET", "/api/2/apps", v2(rows))
    with pytest.raises(ServiceDown):
        writer.create_app(body)


def test_an_outage_while_looking_is_survived(wire: Wire, writer: Writer) -> None:
    wire.on("POST", "/api/2/apps", lost)
    wire.on("GET", "/api/2/apps", *[error(503)] * 5, v2([app_row(1, notes=mark("prod"))]))
    wire.on("GET", "/api/2/apps/1", answer(app_body(1)))
    assert writer.create_app(BODY).id == 1


@pytest.mark.parametrize(("status", "problem"), [(422, AnswerError), (403, AuthRefused)])
def test_a_refused_create_looks_for_nothing(wire: Wire, writer: Writer, status: int, problem: type[Exception]) -> None:
    wire.on("POST", "/api/2/apps", error(status))
    with pytest.raises(problem):
        writer.create_app(BODY)
    assert wire.lines() == [CREATE]


# -- changing the app -------------------------------------------------------------------------------------------------


def test_an_update_sends_only_its_keys_and_believes_a_full_answer(wire: Wire, writer: Writer) -> None:
    wire.on("PUT", "/api/2/apps/1", answer(app_body(1, visible=True)))
    assert writer.update_app(1, {"visible": True}).visible is True
    assert wire.bodies(PUT) == [{"visible": True}]
    assert wire.lines() == [PUT]


def test_an_update_without_a_full_answer_is_read_back(wire: Wire, writer: Writer) -> None:
    wire.on("PUT", "/api/2/apps/1", answer({"id": 1}))
    wire.on("GET", "/api/2/apps/1", answer(app_body(1)))
    assert writer.update_app(1, {"visible": True}).id == 1
    assert wire.lines() == [PUT, GET]


class Parameters:
    """An app's parameters under one of the two possible behaviours of PUT."""

    DEFAULTS: ClassVar[dict[str, Any]] = {
        "user_attribute_mappings": None,
        "include_in_saml_assertion": False,
        "skip_if_blank": False,
        "values": None,
    }

    def __init__(self, wire: Wire, *, merges: bool, full_answer: bool) -> None:
        self.held: dict[str, dict[str, Any]] = {
            "email": {"id": 9, "label": "E", **self.DEFAULTS, "user_attribute_mappings": "email", "skip_if_blank": True}
        }
        self.merges = merges
        wire.on("PUT", "/api/2/apps/1", lambda sent: self.put(sent, full_answer))
        wire.on("GET", "/api/2/apps/1", lambda sent: answer(app_body(1, parameters=self.held)))

    def put(self, sent: Sent, full_answer: bool) -> Reply:
        for name, fields in sent.body["parameters"].items():
            before = self.held.get(name, {"id": 10, "label": name, **self.DEFAULTS})
            kept = before if self.merges else {**self.DEFAULTS, "id": before["id"], "label": before["label"]}
            self.held[name] = {**kept, **fields}
        return answer(app_body(1, parameters=self.held) if full_answer else {"id": 1})


@pytest.mark.parametrize("full_answer", [True, False])
@pytest.mark.parametrize("merges", [True, False])
def test_parameters_keep_what_was_not_to_change(wire: Wire, writer: Writer, merges: bool, full_answer: bool) -> None:
    live = Parameters(wire, merges=merges, full_answer=full_answer)
    before = {name: dict(fields) for name, fields in live.held.items()}
    changes: dict[str, dict[str, Json]] = {
        "email": {"include_in_saml_assertion": True},
        "firstName": {"label": "First", "user_attribute_mappings": "firstname", "include_in_saml_assertion": True},
    }
    app = writer.put_parameters(1, changes, {**before, "firstName": {}})
    assert live.held["email"] == {**before["email"], "include_in_saml_assertion": True}
    assert app.parameters == live.held
    sent = wire.bodies(PUT)
    assert sent[0] == {"parameters": changes}
    if merges:
        assert len(sent) == 1
    else:
        again = {"user_attribute_mappings": "email", "skip_if_blank": True, "include_in_saml_assertion": True}
        assert sent[1:] == [{"parameters": {"email": again}}]


def test_a_cleared_field_is_not_taken_for_a_lost_one(wire: Wire, writer: Writer) -> None:
    live = Parameters(wire, merges=True, full_answer=True)
    before = {"email": dict(live.held["email"])}
    writer.put_parameters(1, {"email": {"user_attribute_mappings": None}}, before)
    assert live.held["email"]["user_attribute_mappings"] is None
    assert wire.count(PUT) == 1


# -- rules ------------------------------------------------------------------------------------------------------------

SORT = "PUT /api/2/apps/1/rules/sort"


def rules(wire: Wire, on: list[dict[str, Any]], off: list[dict[str, Any]]) -> None:
    wire.on("GET", "/api/2/apps/1/rules", lambda sent: answer(on if sent.query["enabled"] == "true" else off))


def rule(rule_id: int, name: str, position: int | None, *, enabled: bool = True) -> dict[str, Any]:
    return {"id": rule_id, "name": name, "position": position, "enabled": enabled}


def test_all_rules_are_sorted_by_name_the_others_after_them(wire: Wire, writer: Writer) -> None:
    on = [rule(1, "A", 1), rule(2, "Z", 2), rule(3, "B &amp; C", 3), rule(4, "A", 4), rule(5, "Y", 5)]
    rules(wire, on, [rule(6, "Off", None, enabled=False)])
    wire.on("PUT", "/api/2/apps/1/rules/sort", answer([]))
    writer.sort_rules(1, ["B & C", "Off", "A", "Never heard of"])
    assert wire.bodies(SORT) == [[3, 6, 1, 4, 2, 5]]


def test_when_disabled_rules_are_refused_the_others_are_sorted(wire: Wire, writer: Writer) -> None:
    rules(wire, [rule(1, "A", 1), rule(2, "B", 2)], [rule(3, "C", None, enabled=False)])
    wire.on("PUT", "/api/2/apps/1/rules/sort", error(422), answer([]))
    writer.sort_rules(1, ["C", "B", "A"])
    assert wire.bodies(SORT) == [[3, 2, 1], [2, 1]]


@pytest.mark.parametrize(("off", "status"), [([], 422), ([rule(3, "C", None, enabled=False)], 400)])
def test_other_refusals_of_a_sort_stand(wire: Wire, writer: Writer, off: list[dict[str, Any]], status: int) -> None:
    rules(wire, [rule(1, "A", 1)], off)
    wire.on("PUT", "/api/2/apps/1/rules/sort", error(status))
    with pytest.raises(AnswerError):
        writer.sort_rules(1, ["A"])
    assert wire.count(SORT) == 1


def test_rules_are_created_replaced_and_deleted(wire: Wire, writer: Writer) -> None:
    wire.on("POST", "/api/2/apps/1/rules", answer({"id": 7}, 201))
    wire.on("PUT", "/api/2/apps/1/rules/7", answer({"id": 7}))
    wire.on("DELETE", "/api/2/apps/1/rules/7", answer(status=204), error(404))
    assert writer.create_rule(1, {"name": "A"}) == 7
    writer.update_rule(1, 7, {"name": "B"})
    writer.delete_rule(1, 7)
    writer.delete_rule(1, 7)


# -- roles ------------------------------------------------------------------------------------------------------------


def test_a_role_whose_creation_got_no_answer_is_found_by_its_name(wire: Wire, writer: Writer) -> None:
    wire.on("POST", "/api/2/roles", lost)
    wire.on("GET", "/api/2/roles", v2([]), v2([{"id": 3, "name": "A and B"}, {"id": 4, "name": "A &amp; B"}]))
    assert writer.create_role("A & B") == 4
    assert wire.count("POST /api/2/roles") == 1


@pytest.mark.parametrize("rows", [[], [{"id": 3, "name": "A"}, {"id": 4, "name": "A"}]])
def test_a_role_that_cannot_be_told_is_an_error(wire: Wire, writer: Writer, rows: list[dict[str, Any]]) -> None:
    wire.on("POST", "/api/2/roles", error(504))
    wire.on("GET", "/api/2/roles", v2(rows))
    with pytest.raises(ServiceDown, match="POST /api/2/roles -> 504"):
        writer.create_role("A")


def test_a_refused_role_is_an_error_at_once(wire: Wire, writer: Writer) -> None:
    wire.on("POST", "/api/2/roles", error(422, "Name has already been taken"))
    with pytest.raises(AnswerError, match="already been taken"):
        writer.create_role("A")
    assert wire.lines() == ["POST /api/2/roles"]


def test_a_throttled_create_is_repeated_by_the_transport_only(wire: Wire, writer: Writer) -> None:
    wire.on("POST", "/api/2/roles", error(429))
    with pytest.raises(ServiceDown):
        writer.create_role("A")
    assert set(wire.lines()) == {"POST /api/2/roles"}


MEMBERS = "/api/2/roles/5/users"
RULES = "/api/2/apps/1/rules"


def test_members_go_in_chunks_as_raw_arrays(wire: Wire, writer: Writer) -> None:
    wire.on("POST", MEMBERS, answer([{"id": 1}]))
    wire.on("DELETE", MEMBERS, answer(status=204))
    writer.add_members(5, range(250))
    writer.remove_members(5, tuple(range(101)))
    assert wire.bodies(f"POST {MEMBERS}") == [
        list(range(100)),
        list(range(100, 200)),
        list(range(200, 250)),
    ]
    assert wire.bodies(f"DELETE {MEMBERS}") == [list(range(100)), [100]]


def test_nobody_to_add_sends_nothing(wire: Wire, writer: Writer) -> None:
    writer.add_members(5, ())
    writer.remove_members(5, ())
    assert wire.sent == []


def test_a_role_that_was_just_created_may_not_be_known_yet(wire: Wire, writer: Writer, naps: Naps) -> None:
    wire.on("POST", MEMBERS, error(404), error(404), answer([]))
    writer.add_members(5, [1])
    assert len(naps.seconds) == 2


def test_a_role_that_does_not_exist_is_an_error_in_the_end(wire: Wire, writer: Writer) -> None:
    wire.on("POST", MEMBERS, error(404))
    with pytest.raises(AnswerError):
        writer.add_members(5, [1])
    assert wire.count(f"POST {MEMBERS}") == 5


def test_members_are_added_again_when_the_answer_is_lost(wire: Wire, writer: Writer) -> None:
    """Adding is additive (§6), so it may be said twice."""
    wire.on("POST", MEMBERS, lost, error(502), answer([]))
    writer.add_members(5, [1])
    assert wire.count(f"POST {MEMBERS}") == 3


def test_a_rule_whose_answer_is_lost_is_recognised_by_its_name(wire: Wire, writer: Writer) -> None:
    wire.on("POST", RULES, lost)
    wire.on("GET", RULES, answer([{"id": 7, "name": "a &amp; b"}, {"id": 8, "name": "other"}]))
    assert writer.create_rule(1, {"name": "a & b"}) == 7
    assert wire.count(f"POST {RULES}") == 1


def test_a_rule_that_did_not_land_is_not_sent_again(wire: Wire, writer: Writer, naps: Naps) -> None:
    wire.on("POST", RULES, lost)
    wire.on("GET", RULES, answer([]))
    with pytest.raises(ServiceDown):
        writer.create_rule(1, {"name": "a"})
    assert wire.count(f"POST {RULES}") == 1
    assert naps.seconds


def test_roles_apps_and_parameters_are_deleted(wire: Wire, writer: Writer) -> None:
    for path in ("/api/2/roles/5", "/api/2/apps/1", "/api/2/apps/1/parameters/2"):
        wire.on("DELETE", path, answer(status=204), error(404))
    for _ in range(2):
        writer.delete_role(5)
        writer.delete_app(1)
        writer.delete_parameter(1, 2)
    assert len(wire.lines()) == 6


def test_a_writer_over_a_read_only_client_writes_nothing(wire: Wire, idp: Client) -> None:
    with pytest.raises(Exception, match="this run only reads"):
        Writer(idp).delete_app(1)
    assert wire.sent == []

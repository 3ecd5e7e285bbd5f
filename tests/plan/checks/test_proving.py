"""Which checks prove a login, which speak against it, and which have no say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sso_sync.plan.checks.document import nameless
from sso_sync.plan.checks.model import Check, Group, Status, Verification, required
from sso_sync.plan.checks.proving import contradicts, proves
from sso_sync.values import Json

_NAMES = {
    Group.SETTINGS: ("enabled", "audience"),
    Group.METADATA: ("metadata.entity_id",),
    Group.CERTIFICATES: ("certificate.justcall.text",),
    Group.ASSERTION: ("assertion.status", "assertion.nameid"),
    Group.PROBE: ("sso_starts", "entity_id"),
}
ALL = tuple(Check(name, Status.PASS, "", "a", group=group) for group, names in _NAMES.items() for name in names)


def but(name: str, status: Status, *, optional: bool = False) -> tuple[Check, ...]:
    return tuple(replace(one, status=status, optional=optional) if one.name == name else one for one in ALL)


@pytest.mark.parametrize(
    ("name", "failed", "unmade", "left_out"),
    [
        ("audience", False, False, True),
        ("metadata.entity_id", False, True, True),
        ("certificate.justcall.text", False, False, True),
        ("assertion.nameid", False, False, False),
        ("entity_id", False, True, True),
        ("enabled", True, True, True),
        ("sso_starts", True, True, True),
    ],
)
def test_what_a_proof_takes(name: str, failed: bool, unmade: bool, left_out: bool) -> None:
    assert proves(ALL)
    assert proves(but(name, Status.FAIL)) is failed
    assert contradicts(but(name, Status.FAIL)) is not failed
    assert proves(but(name, Status.NOT_MADE)) is unmade
    assert proves(but(name, Status.NOT_MADE, optional=True)) is left_out
    assert not contradicts(but(name, Status.NOT_MADE))


def test_without_an_assertion_nothing_is_proven() -> None:
    assert not proves(one for one in ALL if one.group is not Group.ASSERTION)
    assert not proves(())


def test_what_nobody_set_up_fails_only_where_it_is_required() -> None:
    made = but("assertion.nameid", Status.NOT_MADE, optional=True)
    assert Verification("a", "a", {}, made).exit_code == 0
    for names, code in (({"probe"}, 0), ({"assertion"}, 1), ({"assertion.nameid"}, 1)):
        assert Verification("a", "a", {}, required(made, frozenset(names))).exit_code == code
    down = tuple(replace(one, optional=False, unreachable=True) for one in made)
    assert Verification("a", "a", {}, required(down, frozenset({"assertion"}))).exit_code == 6


def test_a_group_of_which_nothing_was_made_is_named_once() -> None:
    made = [replace(one, status=Status.NOT_MADE) if one.group is Group.ASSERTION else one for one in ALL]
    made = [replace(one, status=Status.NOT_MADE) if one.name == "audience" else one for one in made]
    assert Verification("a", "a", {}, tuple(made)).unmade == ("audience", "assertion")


def test_whose_login_it_was_is_in_no_document() -> None:
    document: Json = {"a": ["x ALICE@acme.example y", {"b": "alice@acme.example"}], "c": 1, "d": None}
    assert nameless(document, ["alice@acme.example", ""]) == {
        "a": ["x (test user) y", {"b": "(test user)"}],
        "c": 1,
        "d": None,
    }
    assert nameless(document, [""]) == document

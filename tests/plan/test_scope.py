"""What is read is what the spec manages."""

from __future__ import annotations

from typing import Any

import pytest

from sso_sync.onelogin.state import Scope
from sso_sync.plan.scope import owned_role, owned_role_path, scope
from sso_sync.spec.model import UNMANAGED
from tests.plan.build import NAME, connection


def _scope(app: dict[str, Any] | None = None, **access: Any) -> Scope:
    return scope(connection(app=app, access=access).spec)


def test_the_smallest_spec_asks_for_the_app_and_the_names_of_roles() -> None:
    assert _scope() == Scope(connection=NAME, app_name="JustCall")


@pytest.mark.parametrize(
    ("app", "field", "value"),
    [
        ({"name": "Calls"}, "app_name", "Calls"),
        ({"id": 7}, "app_id", 7),
        ({"previously": ["Old", "Older"]}, "previous_names", ("Old", "Older")),
        ({"connector": 5}, "connector", 5),
        ({"rules": []}, "rules", True),
        ({"rules": None}, "rules", True),
        ({"policy": "Strict"}, "policy", "Strict"),
        ({"policy": 71}, "policy", None),
        ({"policy": None}, "policy", None),
        ({"policy": UNMANAGED}, "policy", None),
        ({"brand": "Acme"}, "brand", "Acme"),
        ({"brand": 81}, "brand", None),
        ({"certificate": {"name": "one"}}, "certificate", "one"),
        ({"certificate": {"id": 101}}, "certificate", None),
        ({"certificate": UNMANAGED}, "certificate", None),
        ({"certificate": None}, "certificate", None),
    ],
)
def test_each_wish_asks_for_what_it_needs(app: dict[str, Any], field: str, value: object) -> None:
    asked = _scope(app)
    assert getattr(asked, field) == value
    assert asked == Scope(**{**vars(_scope()), field: value})


def test_members_are_read_where_membership_is_managed() -> None:
    asked = _scope(
        roles=[
            "Sales",
            {"name": "Ops"},
            {"name": "Staff", "members": ["Ann@Acme.example"]},
            {"name": "N", "members": []},
        ]
    )
    assert asked.member_roles == {"Staff", "N"}
    assert asked.people == {"ann@acme.example"}
    assert not asked.direct_grants


@pytest.mark.parametrize(("mode", "grants"), [("authoritative", True), ("additive", False)])
def test_named_people_ask_for_the_owned_role_and_for_grants_by_hand(mode: str, *, grants: bool) -> None:
    asked = _scope(users=["CID@acme.example"], mode=mode)
    assert asked.member_roles == {"JustCall - direct access"}
    assert asked.people == {"cid@acme.example"}
    assert asked.direct_grants is grants


def test_groups_alone_ask_for_the_owned_role_and_not_for_grants() -> None:
    asked = _scope(groups=["Team"])
    assert asked.groups == {"Team"}
    assert asked.member_roles == {"JustCall - direct access"}
    assert not asked.direct_grants


def test_the_owned_role_is_named_after_the_app_unless_it_has_a_name() -> None:
    plain = connection(app={"name": "Calls"}).spec
    named = connection(access={"direct_role": "Guests"}).spec
    assert (owned_role(plain), owned_role_path(plain)) == ("Calls - direct access", ("onelogin", "app", "name"))
    assert (owned_role(named), owned_role_path(named)) == ("Guests", ("onelogin", "access", "direct_role"))

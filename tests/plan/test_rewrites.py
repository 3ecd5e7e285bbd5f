"""Writing a value again that means the same: only where asked for, only where it can be, and only once."""

from __future__ import annotations

import pytest

from sso_sync.errors import UsageError
from sso_sync.justcall.settings import SettingField
from sso_sync.plan.link import Unread
from sso_sync.plan.model import Action, Plan
from sso_sync.plan.operations import AddMembers, UpdateSettings
from sso_sync.plan.planner import Draft, Sides, draft, finish
from sso_sync.spec.connection import Connection
from tests.plan.build import NOW, change, connection, step
from tests.plan.world import World, in_sync

CERTIFICATE = "justcall.sso.certificate"
ANN = "onelogin.access.roles.JustCall Users.members.ann@acme.example"


def spec() -> Connection:
    return connection(
        access={"roles": [{"name": "JustCall Users", "members": ["ann@acme.example", "bob@acme.example"]}]},
        sso={"enabled": True},
    )


def drafted(*rewrites: str, world: World | None = None, over: Sides | None = None) -> Draft:
    made = spec()
    return draft(made, over or (world or in_sync()).sides(made), rewrites=frozenset(rewrites))


def planned(*rewrites: str) -> Plan:
    return finish(drafted(*rewrites), plan_id="plan-1", created_at=NOW, members={})


def test_nothing_is_written_again_unasked() -> None:
    assert planned().empty


def test_the_certificate_is_entered_again_and_tested() -> None:
    plan = planned(CERTIFICATE)
    found = change(plan, CERTIFICATE)
    assert (found.action, found.before) == (Action.UPDATE, found.after)
    assert found.reason == "entered again in its canonical form"
    operation = step(plan, "justcall.values").operation
    assert isinstance(operation, UpdateSettings)
    assert list(operation.values) == [SettingField.CERTIFICATE]
    assert step(plan, "justcall.test").needs == {"justcall.values"}
    assert plan.rewrites == (CERTIFICATE,)


def test_a_person_is_put_into_the_role_again_and_nobody_gains_access() -> None:
    plan = planned(ANN)
    assert step(plan, "role.JustCall Users.members.add").operation == AddMembers(
        role=drafted(ANN).deltas[0].item.target.role,  # type: ignore[union-attr]
        user_ids=(1,),
    )
    assert not any(finding.address == "onelogin.access" for finding in plan.findings)


def test_the_case_of_an_email_does_not_matter() -> None:
    assert [delta.change.address for delta in drafted(ANN.replace("ann@", "ANN@")).deltas] == [ANN]


def test_what_differs_anyway_is_an_ordinary_change() -> None:
    world = in_sync()
    world.members[11] = [2]
    (delta,) = drafted(ANN, world=world).deltas
    assert delta.change.action is Action.CREATE


@pytest.mark.parametrize("address", ["justcall.sso.issuer", "onelogin.app.visible", "onelogin.access.users.x@y.it"])
def test_other_addresses_are_refused_with_those_that_can_be(address: str) -> None:
    with pytest.raises(UsageError) as raised:
        drafted(address)
    (told,) = raised.value.diagnostics
    assert CERTIFICATE in str(told.next_action)
    assert ANN in str(told.next_action)


def test_what_a_person_enters_cannot_be_written_again() -> None:
    world = in_sync()
    world.by_hand = True
    with pytest.raises(UsageError):
        drafted(CERTIFICATE, world=world)


def test_half_a_picture_is_no_ground_to_refuse_or_to_write() -> None:
    made = spec()
    sides = Sides(in_sync().sides(made).idp, Unread("down"), by_hand=False)
    assert drafted(CERTIFICATE, over=sides).steps == ()

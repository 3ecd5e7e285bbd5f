"""Effective access: roles, pending members, grants by hand; groups grant nothing (fact sheet §6, §7)."""

from __future__ import annotations

import pytest

from sso_sync.sandbox import Sandbox

ALICE, DAVE, HEIDI = "alice.adams@acme.example", "dave.diaz@acme.example", "heidi.hall@acme.example"


@pytest.fixture
def app_id(sandbox: Sandbox) -> int:
    return sandbox.onelogin.add_app("JustCall").id


def test_nobody_without_roles(sandbox: Sandbox, app_id: int) -> None:
    assert sandbox.onelogin.effective_access(app_id) == {}


def test_every_way_is_named(sandbox: Sandbox, app_id: int) -> None:
    sandbox.onelogin.attach_role(app_id, "Contractors")
    sandbox.onelogin.attach_role(app_id, "JustCall Users")
    sandbox.onelogin.add_members("JustCall Users", [DAVE])
    sandbox.onelogin.grant_directly(app_id, DAVE)
    sandbox.onelogin.grant_directly(app_id, HEIDI)
    access = sandbox.onelogin.effective_access(app_id)
    assert access[DAVE] == ("JustCall Users", "Contractors", "direct")
    assert access[HEIDI] == ("direct",)
    assert access[ALICE] == ("JustCall Users",)
    assert len(access) == 6


def test_detaching_and_revoking(sandbox: Sandbox, app_id: int) -> None:
    sandbox.onelogin.attach_role(app_id, "Contractors")
    sandbox.onelogin.grant_directly(app_id, DAVE)
    sandbox.onelogin.detach_role(app_id, "Contractors")
    assert sandbox.onelogin.effective_access(app_id) == {DAVE: ("direct",)}
    sandbox.onelogin.revoke_directly(app_id, DAVE)
    assert sandbox.onelogin.effective_access(app_id) == {}


def test_groups_grant_nothing(sandbox: Sandbox, app_id: int) -> None:
    sandbox.onelogin.add_group("Justcall", [ALICE])
    assert sandbox.onelogin.effective_access(app_id) == {}


def test_people_without_email_go_by_id(sandbox: Sandbox, app_id: int) -> None:
    ivan = sandbox.onelogin.user("ivan.ito")
    sandbox.onelogin.grant_directly(app_id, ivan.id)
    assert list(sandbox.onelogin.effective_access(app_id)) == [f"#{ivan.id}"]


def test_deleted_people_leave_everything(sandbox: Sandbox, app_id: int) -> None:
    sandbox.onelogin.attach_role(app_id, "Contractors")
    sandbox.onelogin.set_admins("Contractors", [DAVE])
    sandbox.onelogin.grant_directly(app_id, DAVE)
    sandbox.onelogin.delete_user(DAVE)
    assert list(sandbox.onelogin.effective_access(app_id)) == ["erin.evans@acme.example"]
    assert sandbox.onelogin.role("Contractors").admins == ()
    assert sandbox.onelogin.app(app_id).direct_user_ids == ()

"""The direct handle: names as a person gives them, plain errors, equal snapshots."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import JsonValue

from sso_sync.saml import certificate
from sso_sync.sandbox import Fault, Sandbox, follow_guide

from .support import Http, fresh_token


def test_apps_by_id_and_by_name(sandbox: Sandbox) -> None:
    app = sandbox.onelogin.add_app("JustCall", visible=True)
    assert sandbox.onelogin.app("JustCall") == sandbox.onelogin.app(app.id) == app
    assert [one.name for one in sandbox.onelogin.apps()] == ["Wiki", "Payroll", "Intranet", "JustCall"]
    assert sandbox.onelogin.apps("Desk") == []
    with pytest.raises(LookupError, match="no app 'Desk'"):
        sandbox.onelogin.app("Desk")


def test_what_the_api_would_refuse_is_a_value_error(sandbox: Sandbox) -> None:
    app = sandbox.onelogin.add_app("JustCall")
    with pytest.raises(ValueError, match="Unknown parameter on configuration section: nonsense"):
        sandbox.onelogin.edit_configuration(app.id, nonsense="x")
    with pytest.raises(ValueError, match="422"):
        sandbox.onelogin.edit_app(app.id, policy_id=0)
    assert sandbox.onelogin.app(app.id) == app


def test_editing_apps(sandbox: Sandbox) -> None:
    sandbox.onelogin.add_app("JustCall")
    sandbox.onelogin.edit_app("JustCall", name="Phones", visible=True)
    sandbox.onelogin.edit_configuration("Phones", audience="X")
    sandbox.onelogin.edit_parameter("Phones", "email", user_attribute_mappings="email")
    app = sandbox.onelogin.app("Phones")
    assert (app.visible, app.configuration["audience"]) == (True, "X")
    assert app.parameters["email"].user_attribute_mappings == "email"
    sandbox.onelogin.remove_parameter("Phones", "email")
    assert list(sandbox.onelogin.app("Phones").parameters) == ["saml_username"]
    sandbox.onelogin.delete_app("Phones")
    assert len(sandbox.onelogin.apps()) == 3


def test_handle_edits_never_lag(sandbox: Sandbox) -> None:
    app = sandbox.onelogin.add_app("JustCall")
    sandbox.variants.stale_app_reads = 5
    sandbox.onelogin.edit_app(app.id, description="now")
    assert sandbox.onelogin.view(app.id)["description"] == "now"


def test_rules(sandbox: Sandbox) -> None:
    app = sandbox.onelogin.add_app("JustCall").id
    action: JsonValue = {"action": "set_nameidvalue", "value": ["x"]}
    first = sandbox.onelogin.add_rule(app, "a", actions=[action])
    second = sandbox.onelogin.add_rule(app, "b", position=1, enabled=False)
    assert [rule["id"] for rule in sandbox.onelogin.rules(app)] == [second, first]
    sandbox.onelogin.edit_rule(app, first, enabled=False, position=1)
    assert [(rule["name"], rule["enabled"]) for rule in sandbox.onelogin.rules(app)] == [("a", False), ("b", False)]
    sandbox.onelogin.delete_rule(first)
    assert [rule["position"] for rule in sandbox.onelogin.rules(app)] == [1]


def test_people(sandbox: Sandbox) -> None:
    made = sandbox.onelogin.add_user("kim.king@acme.example", "Kim", "King", status=3)
    assert sandbox.onelogin.user("KIM.KING@acme.example") == sandbox.onelogin.user(made.id) == made
    assert (made.username, made.status) == ("kim.king@acme.example", 3)
    assert sandbox.onelogin.edit_user(made.id, status=2).status == 2
    assert made.id in {user.id for user in sandbox.onelogin.users()}
    sandbox.onelogin.delete_user(made.id)
    with pytest.raises(LookupError, match="no user"):
        sandbox.onelogin.user(made.id)


def test_roles(sandbox: Sandbox) -> None:
    role = sandbox.onelogin.add_role("Phones", ["Bob.Brown@acme.example", "ivan.ito"])
    ivan = sandbox.onelogin.user("ivan.ito").id
    assert sandbox.onelogin.members("Phones") == ("bob.brown@acme.example", f"#{ivan}")
    sandbox.onelogin.add_members("Phones", ["alice.adams@acme.example"])
    sandbox.onelogin.remove_members("Phones", [ivan])
    assert sandbox.onelogin.members(role.id) == ("alice.adams@acme.example", "bob.brown@acme.example")
    sandbox.onelogin.rename_role("Phones", "Desk")
    sandbox.onelogin.set_members("Desk", [])
    assert sandbox.onelogin.members("Desk") == ()
    sandbox.onelogin.delete_role("Desk")
    with pytest.raises(LookupError, match="no role 'Desk'"):
        sandbox.onelogin.role("Desk")


def test_groups(sandbox: Sandbox) -> None:
    group = sandbox.onelogin.add_group("Desk", ["alice.adams@acme.example"])
    assert sandbox.onelogin.user("alice.adams@acme.example").group_id == group.id
    sandbox.onelogin.move_to_group("alice.adams@acme.example", "Support")
    sandbox.onelogin.move_to_group("bob.brown@acme.example", None)
    assert sandbox.onelogin.user("bob.brown@acme.example").group_id is None
    sandbox.onelogin.delete_group("Support")
    assert [group.name for group in sandbox.onelogin.groups()] == ["Sales", "Desk"]
    assert sandbox.onelogin.user("alice.adams@acme.example").group_id is None


def test_certificates_are_real_and_end_when_they_should(sandbox: Sandbox) -> None:
    now = datetime.now(UTC)
    for days in (3, -10, 1000):
        made = sandbox.onelogin.add_certificate(f"{days} days", days_left=days)
        parsed = certificate.parse(made.pem)
        assert abs(parsed.not_after - (now + timedelta(days=days))) < timedelta(minutes=1)
        assert parsed.not_before < now
        assert parsed.not_after == made.expires_at
    assert made.private_key not in repr(made)


def test_seeded_certificates(sandbox: Sandbox) -> None:
    found = {one.name: certificate.parse(one.pem) for one in sandbox.onelogin.certificates()}
    assert {name: parsed.key_bits for name, parsed in found.items()} == {
        "Standard Strength Certificate (2048-bit)": 2048,
        "Next Certificate (2048-bit)": 2048,
        "Expiring Certificate (2048-bit)": 2048,
        "Legacy Certificate (1024-bit)": 1024,
    }
    assert len({parsed.fingerprint for parsed in found.values()}) == 4
    left = found["Expiring Certificate (2048-bit)"].not_after - datetime.now(UTC)
    assert timedelta(days=29) < left < timedelta(days=31)
    assert [one.name for one in sandbox.onelogin.certificates() if one.default] == [
        "Standard Strength Certificate (2048-bit)"
    ]


def test_snapshots_are_equal_until_something_changes(sandbox: Sandbox) -> None:
    before = sandbox.snapshot()
    sandbox.onelogin.edit_app("Wiki", visible=True)
    assert sandbox.snapshot() == before
    changes = (
        lambda: sandbox.onelogin.edit_app("Wiki", visible=False),
        lambda: sandbox.onelogin.grant_directly("Wiki", "erin.evans@acme.example"),
        lambda: sandbox.onelogin.add_rule("Wiki", "r"),
        lambda: sandbox.onelogin.set_members("Empty Role", ["erin.evans@acme.example"]),
        lambda: sandbox.onelogin.move_to_group("erin.evans@acme.example", "Sales"),
        lambda: sandbox.onelogin.edit_user("erin.evans@acme.example", status=2),
        lambda: sandbox.justcall.edit(enabled=True),
        lambda: sandbox.justcall.delete_user("zoe.zimmer@acme.example"),
    )
    for change in changes:
        change()
        after = sandbox.snapshot()
        assert after != before
        before = after


def test_snapshot_ignores_the_order_of_roles(sandbox: Sandbox) -> None:
    ids = [role.id for role in sandbox.onelogin.roles()]
    app = sandbox.onelogin.add_app("JustCall", role_ids=[*ids])
    before = sandbox.snapshot()
    sandbox.onelogin.edit_app(app.id, role_ids=[*reversed(ids)])
    assert sandbox.snapshot() == before


def test_justcall_handle(sandbox: Sandbox) -> None:
    assert sandbox.justcall.edit(default_role="Admin").default_role == "Admin"
    assert sandbox.justcall.settings.default_role == "Admin"
    made = sandbox.justcall.add_user("kim.king@acme.example")
    assert (made.name, made.role) == ("Kim King", "Team Member")
    assert made in sandbox.justcall.users()
    sandbox.justcall.delete_user("KIM.KING@acme.example")
    with pytest.raises(LookupError, match="no user"):
        sandbox.justcall.delete_user("kim.king@acme.example")


def test_following_the_guide_makes_a_login_work(sandbox: Sandbox) -> None:
    app = follow_guide(sandbox)
    assert sandbox.justcall.problem() is None
    assert sandbox.justcall.settings.enabled is True
    assert set(sandbox.onelogin.effective_access(app.id)) == {
        "alice.adams@acme.example",
        "bob.brown@acme.example",
        "carol.clark@acme.example",
    }


def test_reset_goes_back_to_the_seed(sandbox: Sandbox) -> None:
    before = sandbox.snapshot()
    follow_guide(sandbox)
    sandbox.onelogin.delete_user("alice.adams@acme.example")
    sandbox.variants.groups_v2 = False
    sandbox.reset()
    assert sandbox.snapshot() == before
    assert sandbox.variants.groups_v2 is True
    assert len(sandbox.requests) == 0


def test_reset_forgets_lag_and_stale_answers(sandbox: Sandbox) -> None:
    def wiki() -> Any:
        with Http(sandbox.onelogin_url, f"bearer {fresh_token(sandbox)}") as http:
            return http.get(f"/api/2/apps/{sandbox.onelogin.app('Wiki').id}").json()["description"]

    with Http(sandbox.onelogin_url, f"bearer {fresh_token(sandbox)}") as http:
        sandbox.variants.stale_app_reads = 5
        http.put(f"/api/2/apps/{sandbox.onelogin.app('Wiki').id}", {"description": "changed"})
    sandbox.onelogin.edit_app("Wiki", description="seen")
    sandbox.variants.stale_app_reads = 0
    assert wiki() is None
    sandbox.reset()
    sandbox.onelogin.edit_app("Wiki", description="after the reset")
    sandbox.faults.add(Fault("stale", path="/apps/"))
    assert wiki() == "after the reset"


def test_ids_start_anew_after_a_reset(sandbox: Sandbox) -> None:
    first = sandbox.onelogin.add_app("JustCall")
    sandbox.reset()
    second = sandbox.onelogin.add_app("JustCall")
    assert (first.id, first.uuid) == (second.id, second.uuid)


def test_seeded_people(sandbox: Sandbox) -> None:
    assert sandbox.onelogin.members("JustCall Users") == (
        "alice.adams@acme.example",
        "bob.brown@acme.example",
        "carol.clark@acme.example",
    )
    assert sandbox.onelogin.members("Contractors") == ("dave.diaz@acme.example", "erin.evans@acme.example")
    assert sandbox.onelogin.members("Empty Role") == ()
    assert len(sandbox.onelogin.members("Everyone")) == len(sandbox.onelogin.users()) > 50
    assert sandbox.onelogin.user("frank.fox@acme.example").status == 2
    assert sandbox.onelogin.user("ivan.ito").email is None
    assert sandbox.onelogin.user("judy.jones@acme.example").email == "Judy.Jones@Acme.Example"
    justcall = {user.email: user.role for user in sandbox.justcall.users()}
    assert justcall["olivia.owner@acme.example"] == "Owner"
    assert {"judy.jones@acme.example", "zoe.zimmer@acme.example", "dave.diaz@acme.example"} <= set(justcall)
    assert "erin.evans@acme.example" not in justcall
    settings = sandbox.justcall.settings
    assert (settings.acs_url, settings.entity_id) == (
        "https://bifrost.justcall.io/passport/login/callback",
        "JustCall",
    )
    assert (settings.enabled, settings.verified_domains) == (False, ("acme.example",))
    assert settings.roles == ("Owner", "Admin", "Team Member")

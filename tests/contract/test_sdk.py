"""What the official SDK can do on OneLogin, it can do on the sandbox (facts: official-sdk)."""

from __future__ import annotations

import onelogin
import pytest

from .conftest import Vendor

pytestmark = pytest.mark.contract


def test_token(vendor: Vendor) -> None:
    request = onelogin.GenerateTokenRequest(grant_type="client_credentials")
    token = vendor.oauth.generate_token(request)
    assert token.access_token == vendor.client.configuration.access_token
    assert (token.token_type, token.expires_in) == ("bearer", 36000)


def test_wrong_credentials(vendor: Vendor) -> None:
    vendor.client.configuration.password = "wrong"
    request = onelogin.GenerateTokenRequest(grant_type="client_credentials")
    with pytest.raises(onelogin.exceptions.UnauthorizedException):
        vendor.oauth.generate_token(request)


def test_quota(vendor: Vendor) -> None:
    assert vendor.oauth.get_rate_limit().data.x_rate_limit_limit == 5000


def test_list_apps(vendor: Vendor) -> None:
    assert [app.name for app in vendor.apps.list_apps()] == ["Wiki", "Payroll", "Intranet", "JustCall"]


def test_get_app(vendor: Vendor) -> None:
    app = vendor.apps.get_app(vendor.app_id)
    assert (app.id, app.name, app.connector_id, app.visible) == (vendor.app_id, "JustCall", 110016, True)
    assert app.role_ids == [int(vendor.role_id("JustCall Users"))]


def test_update_app(vendor: Vendor) -> None:
    app = vendor.apps.update_app(vendor.app_id, {"description": "Phones", "configuration": {"audience": "X"}})
    assert app.description == "Phones"
    live = vendor.sandbox.onelogin.app(vendor.app_id)
    assert (live.description, live.configuration["audience"], live.visible) == ("Phones", "X", True)


def test_update_app_refusal_carries_the_body(vendor: Vendor) -> None:
    with pytest.raises(onelogin.exceptions.ApiException) as refused:
        vendor.apps.update_app(vendor.app_id, {"configuration": {"provider_arn": None}})
    assert refused.value.status == 400
    assert "Unknown parameter on configuration section: provider_arn" in str(refused.value.body)


def test_delete_app_and_parameter(vendor: Vendor) -> None:
    email = vendor.sandbox.onelogin.app(vendor.app_id).parameters["email"]
    vendor.apps.delete_app_parameter(vendor.app_id, str(email.id))
    assert "email" not in vendor.sandbox.onelogin.app(vendor.app_id).parameters
    vendor.apps.delete_app(vendor.app_id)
    with pytest.raises(onelogin.exceptions.NotFoundException):
        vendor.apps.get_app(vendor.app_id)


def test_app_users(vendor: Vendor) -> None:
    assert [user.firstname for user in vendor.apps.get_app_users(vendor.app_id)] == ["Alice", "Bob", "Carol"]


def test_list_and_get_roles(vendor: Vendor) -> None:
    names = [role.name for role in vendor.roles.list_roles()]
    assert names == ["JustCall Users", "Everyone", "Contractors", "Empty Role"]
    assert [role.name for role in vendor.roles.list_roles(role_name="Everyone")] == ["Everyone"]
    assert vendor.roles.get_role(vendor.role_id("Everyone")).name == "Everyone"


def test_role_life(vendor: Vendor) -> None:
    made = vendor.roles.create_role(onelogin.Role(name="New"))
    assert str(made.id) == vendor.role_id("New")
    assert vendor.roles.update_role(str(made.id), onelogin.Role(name="Newer")).id == made.id
    vendor.roles.delete_role(str(made.id))
    with pytest.raises(onelogin.exceptions.NotFoundException):
        vendor.roles.get_role(str(made.id))


def test_role_users(vendor: Vendor) -> None:
    role, dave = vendor.role_id("JustCall Users"), vendor.user_id("dave.diaz")
    assert [user.id for user in vendor.roles.add_role_users(role, [dave])] == [dave]
    assert len(vendor.roles.get_role_users(role)) == 4
    vendor.roles.remove_role_users(role, [dave])
    assert [user.email for user in vendor.roles.get_role_users(role, limit=1)] == ["alice.adams@acme.example"]
    assert len(vendor.sandbox.onelogin.members("JustCall Users")) == 3


def test_role_admins(vendor: Vendor) -> None:
    role, grace = vendor.role_id("JustCall Users"), vendor.user_id("grace.green")
    vendor.roles.add_role_admins(role, [grace])
    assert [user.id for user in vendor.roles.get_role_admins(role)] == [grace]
    vendor.roles.remove_role_admins(role, [grace])
    assert vendor.roles.get_role_admins(role) == []


def test_role_apps(vendor: Vendor) -> None:
    role = vendor.role_id("Empty Role")
    assert [app.id for app in vendor.roles.set_role_apps(role, [vendor.app_id])] == [vendor.app_id]
    assert [app.name for app in vendor.roles.get_role_apps(role)] == ["JustCall"]
    assert int(role) in vendor.sandbox.onelogin.app(vendor.app_id).role_ids


def test_users_by_cursor(vendor: Vendor) -> None:
    answer = vendor.users.list_users2_with_http_info(limit=25)
    seen = [user.id for user in answer.data]
    while answer.headers.get("After-Cursor"):
        answer = vendor.users.list_users2_with_http_info(cursor=answer.headers["After-Cursor"])
        seen += [user.id for user in answer.data]
    assert seen == [user.id for user in vendor.sandbox.onelogin.users()]


def test_user_and_their_apps(vendor: Vendor) -> None:
    alice = vendor.user_id("alice.adams")
    assert vendor.users.get_user2(alice).email == "alice.adams@acme.example"
    assert [app.name for app in vendor.users.get_user_apps2(alice)] == ["Wiki", "JustCall"]
    assert [user.id for user in vendor.users.list_users2(email="ALICE.ADAMS@acme.example")] == [alice]


def test_groups_of_v1(vendor: Vendor) -> None:
    groups = vendor.groups.get_groups().data
    assert [group.name for group in groups] == ["Sales", "Support"]
    assert vendor.groups.get_group_by_id(str(groups[0].id)).data[0].name == "Sales"


def test_rule_life(vendor: Vendor) -> None:
    rule = onelogin.AppRule(
        name="R",
        match="all",
        enabled=True,
        conditions=[onelogin.Condition(source="last_login", operator=">", value="90")],
        actions=[onelogin.ActionObj(action="set_nameidvalue", value=["member_of"])],
    )
    number = vendor.rules.create_app_rule(vendor.app_id, rule).id
    assert vendor.rules.get_app_rule(vendor.app_id, str(number)).conditions[0].value == "90"
    other = vendor.sandbox.onelogin.add_rule(vendor.app_id, "S")
    assert vendor.rules.sort_app_rules(vendor.app_id, [other, number]) == [other, number]
    assert [found.name for found in vendor.rules.list_app_rules(vendor.app_id)] == ["S", "R"]
    rule.name = "T"
    vendor.rules.update_app_rule(vendor.app_id, str(number), rule)
    vendor.rules.delete_rule(vendor.app_id, str(other))
    assert [found["name"] for found in vendor.sandbox.onelogin.rules(vendor.app_id)] == ["T"]


def test_rule_vocabulary(vendor: Vendor) -> None:
    assert "last_login" in {word.value for word in vendor.rules.list_conditions(vendor.app_id)}
    assert ">" in {word.value for word in vendor.rules.list_condition_operators(vendor.app_id, "last_login")}
    assert "set_nameidvalue" in {word.value for word in vendor.rules.list_actions(vendor.app_id)}
    assert len(vendor.rules.list_action_valies(vendor.app_id, "set_role")) == 4
